#include "tests/sim/checker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "broker/config/broker_config.h"
#include "broker/core/replica/replica_table.h"
#include "protocol/record_batch.h"

namespace kafka::sim {

namespace {

constexpr int32_t read_bytes_max = 1 << 20;

}  // namespace

void Checker::broken(std::string rule, const SimMachine& machine, const Partition& partition,
                     const std::string& what) const {
  throw Violation(std::move(rule),
                  fmt::format("node {}, {} (leader {} in epoch {}, ISR {}, high watermark {}, log "
                              "end {}): {}",
                              machine.id, to_string(partition.name()), partition.leader(),
                              partition.leader_epoch(), partition.isr().committed(),
                              partition.high_watermark(), partition.log().log_end_offset(), what));
}

Checker::BatchId Checker::id_of(const BatchView& batch) {
  return {batch.base_offset(), batch.last_offset(), batch.partition_leader_epoch(), batch.crc()};
}

void Checker::after_event(SimMachine& machine) {
  SeenNode& seen = nodes_[machine.id];
  if (seen.life != machine.life) {
    seen = {.life = machine.life};
  }
  check_raft(machine, seen);
  check_image(machine, seen);
  machine.node->replicas().for_each(
      [&](Partition& partition) { check_partition(machine, partition); });
}

void Checker::check_partition(SimMachine& machine, Partition& partition) {
  const TopicIdPartition key = partition.key();
  Seen& seen = seen_[{machine.id, key}];
  if (seen.life != machine.life) {
    seen = {};
    seen.life = machine.life;
  }
  check_epochs(machine, partition, seen);
  check_log(machine, partition, seen);
  check_laggards(machine, partition, seen);
  const int64_t high_watermark = partition.high_watermark();
  if (high_watermark > partition.log().log_end_offset()) {
    broken("high watermark <= log end", machine, partition, "it is above");
  }
  if (partition.last_stable_offset() > high_watermark) {
    broken("last stable offset <= high watermark", machine, partition, "it is above");
  }
  const bool proposes = partition.is_leader() && partition.isr().proposed().has_value();
  if (std::exchange(seen.proposes, proposes) && !proposes && partition.is_leader()) {
    check_counted(machine, partition);
  }
  const bool is_new_leader =
      partition.is_leader() && seen.leading_epoch != partition.leader_epoch();
  if (high_watermark == seen.high_watermark && !is_new_leader) {
    return;
  }
  Truth& truth = truths_[key];
  if (partition.is_leader()) {
    check_counted(machine, partition);
    check_leader(machine, partition, truth, seen);
  } else if (high_watermark > truth.end) {
    broken("a follower's high watermark is one that a leader had", machine, partition,
           fmt::format("committed is {}", truth.end));
  }
  if (high_watermark > seen.high_watermark) {
    compare(machine, partition, truth, seen.high_watermark, high_watermark);
  }
  seen.high_watermark = high_watermark;
}

void Checker::check_epochs(SimMachine& machine, Partition& partition, Seen& seen) {
  const std::pair epochs(partition.leader_epoch(), partition.partition_epoch());
  if (epochs.first < seen.epochs.first || epochs.second < seen.epochs.second) {
    broken("the epochs of a partition never go back", machine, partition,
           fmt::format("they were {} and {}", seen.epochs.first, seen.epochs.second));
  }
  seen.epochs = epochs;
}

// What a replica has of the committed records it keeps: others may count on it at any time. One that
// is out of sync and has not heard of the leader who committed them may follow an earlier one yet.
void Checker::check_log(SimMachine& machine, Partition& partition, Seen& seen) {
  const int64_t end = partition.log().log_end_offset();
  const int64_t seen_end = seen.batches.empty() ? 0 : seen.batches.back().last + 1;
  if (end == seen_end) {
    return;
  }
  if (end == 0) {  // deleted, and made anew
    seen.batches.clear();
    return;
  }
  const Truth& truth = truths_[partition.key()];
  while (!seen.batches.empty() && seen.batches.back().last >= end) {
    const BatchId gone = seen.batches.back();
    seen.batches.pop_back();
    if (gone.last < truth.end && partition.leader_epoch() >= truth.epoch &&
        *std::ranges::lower_bound(truth.batches, gone.last, {}, &BatchId::last) == gone) {
      broken("a replica keeps what is committed", machine, partition,
             fmt::format("it had the batch at {}, and {} is committed", gone.base, truth.end));
    }
  }
  int64_t at = seen.batches.empty() ? partition.log().log_start_offset()
                                    : seen.batches.back().last + 1;
  while (at < end) {
    const auto bytes = partition.log().read_bytes(at, read_bytes_max, end);
    if (!bytes || bytes->empty()) {
      return;  // its disk fails
    }
    (void)for_each_batch(*bytes, [&](const BatchView& batch) {
      seen.batches.push_back(id_of(batch));
      at = batch.next_offset();
    });
  }
}

// Looked for every half of replica.lag.time.max.ms; while a proposal is under way it has done its
// part. A node that was paused gets its time.
void Checker::check_laggards(SimMachine& machine, Partition& partition, Seen& seen) {
  const int64_t now_us = world_.now_us();
  const bool was_away = now_us - std::exchange(seen.looked_us, now_us) > 500'000;
  const ReplicaContext& context = machine.node->replicas().context();
  const int64_t patience_ms = context.lag_time_max_ms * 16 / 10;
  const auto lags = [&](int32_t id) {
    const FollowerState* follower = partition.follower(id);
    return id != machine.id && follower != nullptr &&
           !follower->is_caught_up(partition.log().log_end_offset(), machine.node->now_ms(),
                                   patience_ms);
  };
  if (was_away || machine.is_stopping || !partition.is_leader() || partition.isr().proposed() ||
      std::ranges::none_of(partition.isr().committed(), lags)) {
    seen.lagging_since_us = -1;
  } else if (seen.lagging_since_us < 0) {
    seen.lagging_since_us = now_us;
  } else if (now_us - seen.lagging_since_us > (context.lag_time_max_ms / 2 + 500) * 1000) {
    broken("a leader lets go of who lags", machine, partition,
           fmt::format("for {} us", now_us - seen.lagging_since_us));
  }
}

void Checker::check_leader(SimMachine& machine, Partition& partition, Truth& truth, Seen& seen) {
  const int32_t epoch = partition.leader_epoch();
  const auto [leader, is_new] = truth.leaders.try_emplace(epoch, machine.id);
  if (leader->second != machine.id) {
    broken("one leader per epoch", machine, partition,
           fmt::format("node {} led it too", leader->second));
  }
  if (seen.leading_epoch != epoch) {
    seen.leading_epoch = epoch;
    // A node that hears late of its own leadership may have lost it already.
    if (epoch >= truth.epoch) {
      if (partition.log().log_end_offset() < truth.end) {
        broken("a leader has all that is committed", machine, partition,
               fmt::format("{} was committed", truth.end));
      }
      compare(machine, partition, truth, 0, truth.end);
    }
  }
  if (partition.high_watermark() <= truth.end) {
    return;
  }
  const auto in_sync = partition.isr().committed().size();
  const auto needed = static_cast<size_t>(
      std::min<int64_t>(partition.topic().config->min_insync_replicas,
                        static_cast<int64_t>(partition.replicas().size())));
  if (seen.high_watermark < partition.high_watermark() && in_sync < needed) {
    broken("the high watermark waits for min.insync.replicas", machine, partition,
           fmt::format("it moved from {} with {} in sync of {} needed", seen.high_watermark,
                       in_sync, needed));
  }
  if (epoch < truth.epoch) {
    broken("only the newest leader commits", machine, partition,
           fmt::format("epoch {} has committed already", truth.epoch));
  }
  commit(machine, partition, truth);
}

// What the leader's high watermark has passed since is the truth from now on.
void Checker::commit(SimMachine& machine, Partition& partition, Truth& truth) {
  const int64_t to = partition.high_watermark();
  while (truth.end < to) {
    const auto bytes = partition.log().read_bytes(truth.end, read_bytes_max, to);
    if (!bytes || bytes->empty()) {
      broken("what is committed can be read", machine, partition,
             bytes ? fmt::format("nothing at {}", truth.end) : bytes.error().message);
    }
    (void)for_each_batch(*bytes, [&](const BatchView& batch) {
      truth.batches.push_back(id_of(batch));
      truth.end = batch.next_offset();
      ++committed_batches_;
      if (partition.topic().name == "__consumer_offsets") {
        note_offsets(batch);
      }
    });
  }
  truth.epoch = partition.leader_epoch();
}

void Checker::compare(SimMachine& machine, Partition& partition, const Truth& truth, int64_t from,
                      int64_t to) const {
  to = std::min(to, truth.end);
  auto known = std::ranges::lower_bound(truth.batches, from, {}, &BatchId::last);
  int64_t at = known == truth.batches.end() ? to : known->base;
  while (at < to) {
    const auto bytes = partition.log().read_bytes(at, read_bytes_max, to);
    if (!bytes || bytes->empty()) {
      broken("what is committed can be read", machine, partition,
             bytes ? fmt::format("nothing at {}", at) : bytes.error().message);
    }
    (void)for_each_batch(*bytes, [&](const BatchView& batch) {
      const BatchId found = id_of(batch);
      if (known == truth.batches.end() || found != *known) {
        broken("what is committed never changes", machine, partition,
               fmt::format("the batch at {} (to {}, epoch {}, crc {:08x}) was another one",
                           found.base, found.last, found.epoch, found.crc));
      }
      ++known;
      at = batch.next_offset();
    });
  }
}

// --- what clients were told

void Checker::on_acknowledged(const PartitionId& partition, int64_t offset) const {
  const auto truth = truths_.find({partition.first, partition.second});
  if (truth == truths_.end() || offset >= truth->second.end) {
    throw Violation("what is acknowledged is committed",
                    fmt::format("offset {} of {}-{} was acknowledged, committed is {}", offset,
                                partition.first.to_string(), partition.second,
                                truth == truths_.end() ? 0 : truth->second.end));
  }
}

void Checker::on_read(const PartitionId& partition, int64_t offset) const {
  const auto truth = truths_.find({partition.first, partition.second});
  if (truth == truths_.end() || offset >= truth->second.end) {
    throw Violation("what is read is committed",
                    fmt::format("offset {} of {}-{} was read, committed is {}", offset,
                                partition.first.to_string(), partition.second,
                                truth == truths_.end() ? 0 : truth->second.end));
  }
}

}  // namespace kafka::sim
