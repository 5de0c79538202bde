#include "broker/node/parts.h"

#include <chrono>
#include <cstdlib>
#include <random>
#include <utility>

#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

// Descriptors kept open for segments and indexes; the rest of the limit is for connections.
size_t descriptors_for_files() {
  const size_t limit = PosixFiles::raise_descriptor_limit();
  return limit / 2;
}

uint64_t system_entropy() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

int64_t wall_clock_ms() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace

NodeParts::NodeParts(BrokerConfig configuration)
    : config(std::move(configuration)),
      now_ms(wall_clock_ms()),
      files(descriptors_for_files()),
      random(system_entropy()),
      timers([this](int64_t delay_ms) { loop.set_alarm(delay_ms); }),
      disk(loop),
      replicas(config.node_id),
      storage(files, random, disk, replicas),
      fetch_sessions(random,
                     static_cast<size_t>(config.max_incremental_fetch_session_cache_slots)),
      metadata(disk, timers, now_ms),
      producer_ids(metadata, config.node_id),
      server(loop, timers, now_ms, *this) {
  loop.before_event = [this] { read_clock(); };
  loop.after_event = [this] { finish_event(); };
  loop.on_alarm = [this] { timers.run_due(now_ms); };
}

NodeParts::~NodeParts() = default;

void NodeParts::attach(Node& owner) {
  node = &owner;
  groups = std::make_unique<GroupDriver>(owner, replicas, timers, now_ms);
}

void NodeParts::read_clock() {
  now_ms = wall_clock_ms();
}

// What an event set in motion is finished before the next one: waiters of partitions that moved,
// their answers, the requests that had to wait for these, and one fsync for all metadata records.
void NodeParts::finish_event() {
  do {
    complete_waiters();
  } while (server.finish_event());
  metadata.finish_event();
  arm_purgatory();
}

void NodeParts::complete_waiters() {
  while (replicas.any_moved()) {
    for (const auto& [partition, readers] : replicas.take_moved()) {
      if (partition->replicas().size() > 1) {
        purgatory.moved(partition->log_end_key());
      }
      if (readers) {
        if (groups) {
          groups->on_moved(*partition);
        }
        purgatory.moved(partition->key());
      }
    }
  }
}

void NodeParts::arm_purgatory() {
  const int64_t next = purgatory.next_deadline_ms();
  if (next >= purgatory_timer_ms_) {
    return;
  }
  purgatory_timer_ms_ = next;
  timers.run_at(next, now_ms, [this, next] {
    if (purgatory_timer_ms_ == next) {
      purgatory_timer_ms_ = INT64_MAX;
    }
    purgatory.expire(now_ms);
  });
}

void NodeParts::every(int64_t interval_ms, std::function<void()> task) {
  timers.run_at(now_ms + interval_ms, now_ms, [this, interval_ms, task = std::move(task)] {
    task();
    every(interval_ms, task);
  });
}

void NodeParts::halt(const Error& error) {
  log_fatal("kafka.server.KafkaRaftServer",
            "The metadata log cannot be trusted any more, this node stops: {}", error.message);
  std::_Exit(1);  // nothing may be flushed on top of what is unknown
}

}  // namespace kafka
