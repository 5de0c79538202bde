#include "broker/node/parts.h"

#include <cstdlib>
#include <utility>

#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {

NodeParts::NodeParts(BrokerConfig configuration, std::unique_ptr<Host> the_host)
    : host(std::move(the_host)),
      config(std::move(configuration)),
      now_ms(host->wall_clock_ms()),
      planned_faults(config.kraftlab_faults.empty()
                         ? nullptr
                         : std::make_unique<PlannedFaults>(host->files())),
      files(planned_faults ? planned_faults->files() : host->files()),
      random(host->entropy()),
      loop(host->loop()),
      timers([this](int64_t delay_ms) { loop.set_alarm(delay_ms); }),
      disk(host->disk()),
      replicas(config.node_id),
      storage(files, random, disk, replicas),
      fetch_sessions(random,
                     static_cast<size_t>(config.max_incremental_fetch_session_cache_slots)),
      peers(loop, timers, now_ms, config.node_id),
      controller_calls(loop, timers, peers, now_ms, [this] { return active_controller(); }),
      metadata(disk, timers, peers, now_ms),
      server(loop, timers, now_ms, *this) {
  loop.before_event = [this] { read_clock(); };
  loop.after_event = [this] { finish_event(); };
  loop.on_alarm = [this] { timers.run_due(now_ms); };
}

NodeParts::~NodeParts() = default;

void NodeParts::attach(Node& owner) {
  node = &owner;
  producer_ids = std::make_unique<ProducerIds>(owner);
  groups = std::make_unique<GroupDriver>(owner, replicas, timers, now_ms);
  fetchers = std::make_unique<ReplicaFetchers>(owner, replicas, timers, now_ms);
  isr = std::make_unique<IsrDriver>(owner, replicas, timers, now_ms);
  directories = std::make_unique<DirectoryDriver>(owner, storage, timers, now_ms);
  lifecycle = std::make_unique<BrokerLifecycle>(owner, timers, now_ms);
  controller_registration = std::make_unique<ControllerRegistration>(owner, timers, now_ms);
  lost_clients = std::make_unique<LostClientsWatch>(owner);
  failures = std::make_unique<BrokerFailures>(owner, peers, metadata, timers, now_ms);
  peers.on_disconnect([this](const PeerAddress& address) {
    departures.on_disconnect(address.host, address.port, metadata.kraft().image(), now_ms);
  });
}

void NodeParts::read_clock() {
  now_ms = host->wall_clock_ms() + (planned_faults ? planned_faults->clock_ms() : 0);
}

// What an event set in motion is finished before the next one: one fsync for all metadata records,
// what became committed, waiters of partitions that moved, their answers, the requests that had to
// wait for these, and what is to be sent to others.
void NodeParts::finish_event() {
  look_after_directories();
  if (planned_faults && planned_faults->take_rebalance()) {
    groups->rebalance_all();
  }
  do {
    complete_waiters();
    metadata.finish_event();
  } while (replicas.any_moved() || server.finish_event());
  note_controller_started();
  fetchers->finish_event();
  isr->finish_event();
  directories->finish_event();
  peers.finish_event();
  arm_purgatory();
}

std::optional<ControllerCalls::Where> NodeParts::active_controller() const {
  const Kraft& kraft = metadata.kraft();
  const RaftAddress& leader = kraft.raft().leader();
  if (kraft.is_active_controller()) {
    return ControllerCalls::Where{.here = true, .host = {}, .port = 0};
  }
  if (leader.id < 0 || leader.id == config.node_id || leader.host.empty()) {
    return std::nullopt;
  }
  return ControllerCalls::Where{.here = false, .host = leader.host, .port = leader.port};
}

// A controller without a broker is started once it knows what the quorum has committed.
void NodeParts::note_controller_started() {
  if (!serving && !stopping && !config.is_broker && metadata.kraft().high_watermark() >= 0) {
    start_serving();
  }
}

// The image moved.
void NodeParts::on_metadata(const MetadataDelta& delta) {
  if (logs_open) {
    publish(delta);
  } else {
    reload_configs(delta);  // the logs are opened with all there is
  }
  if (!delta.changed_brokers.empty()) {
    departures.on_image(metadata.kraft().image(), now_ms);
  }
  purgatory.moved(Departures::news);
  lifecycle->on_metadata(delta);
  controller_registration->on_metadata();
}

void NodeParts::on_leader_moved(bool became_active) {
  controller_calls.on_moved();
  if (became_active) {
    log_info("kafka.server.ControllerServer",
             "[ControllerServer id={}] Leading the metadata quorum in epoch {}", config.node_id,
             metadata.kraft().raft().epoch());
    failures->on_active();
  }
  lifecycle->report_now();
  controller_registration->on_metadata();
}

void NodeParts::complete_waiters() {
  while (replicas.any_moved()) {
    for (const auto& [partition, readers] : replicas.take_moved()) {
      if (events) {
        events->on_moved(*partition);
      }
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

void NodeParts::halt(std::string_view logger, const std::string& reason) {
  log_fatal(logger, "{}", reason);
  host->halt();  // nothing may be flushed on top of what is unknown
  std::abort();  // GCC does not believe a virtual function that it never returns
}

}  // namespace kafka
