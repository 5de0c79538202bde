#include "tests/sim/checker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"
#include "broker/core/group/coordinator.h"
#include "broker/core/group/loader.h"
#include "broker/core/replica/replica_table.h"
#include "protocol/record_batch.h"

namespace kafka::sim {

namespace {

constexpr int32_t read_bytes_max = 1 << 20;
constexpr size_t images_kept = 5'000;

class Digest {
 public:
  Digest& add(uint64_t value) {
    hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 31;
    return *this;
  }
  Digest& add(std::string_view text) {
    add(text.size());
    for (const char c : text) {
      add(static_cast<uint8_t>(c));
    }
    return *this;
  }
  Digest& add(const Uuid& id) { return add(id.high).add(id.low); }
  Digest& add(const std::vector<int32_t>& list) {
    add(list.size());
    for (const int32_t value : list) {
      add(static_cast<uint64_t>(value));
    }
    return *this;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 1469598103934665603ULL;
};

uint64_t digest_of(const MetadataImage& image) {
  Digest digest;
  for (const auto& [name, topic] : image.topics()) {
    digest.add(name).add(topic.id);
    for (const PartitionImage& partition : topic.partitions) {
      digest.add(partition.replicas).add(partition.isr).add(partition.eligible_leader_replicas);
      digest.add(partition.adding_replicas).add(partition.removing_replicas);
      digest.add(static_cast<uint64_t>(partition.leader));
      digest.add(static_cast<uint64_t>(partition.leader_epoch));
      digest.add(static_cast<uint64_t>(partition.partition_epoch));
    }
  }
  for (const auto& [id, broker] : image.brokers()) {
    digest.add(static_cast<uint64_t>(id)).add(static_cast<uint64_t>(broker.epoch));
    digest.add(broker.incarnation_id).add(broker.fenced).add(broker.in_controlled_shutdown);
  }
  for (const auto& [resource, configs] : image.all_configs()) {
    digest.add(resource.name);
    for (const auto& [key, value] : configs) {
      digest.add(key).add(value);
    }
  }
  return digest.add(static_cast<uint64_t>(image.next_producer_id())).value();
}

// The first committed offset that the two do not agree on; empty when there is none.
std::string difference(const OffsetStore& log, const OffsetStore& memory) {
  for (const auto& [group, topics] : log.all()) {
    for (const auto& [topic, partitions] : topics) {
      for (const auto& [partition, value] : partitions) {
        const CommittedOffset* other = memory.find(group, topic, partition);
        if (other == nullptr || other->offset != value.offset) {
          return fmt::format("{} of {}-{} is {} in the log and {} in memory", group, topic,
                             partition, value.offset, other == nullptr ? -1 : other->offset);
        }
      }
    }
  }
  return log.size() == memory.size() ? "" : "there are offsets in memory that the log does not have";
}

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

void Checker::after_event(SimMachine& machine) {
  SeenNode& seen = nodes_[machine.id];
  if (seen.life != machine.life) {
    seen = {machine.life, -1, -1};
  }
  check_raft(machine, seen);
  check_image(machine, seen);
  machine.node->replicas().for_each(
      [&](Partition& partition) { check_partition(machine, partition); });
}

// --- metadata

void Checker::check_raft(SimMachine& machine, SeenNode& seen) {
  const Raft& raft = machine.node->kraft().raft();
  const auto fail_with = [&](std::string rule, const std::string& what) {
    throw Violation(std::move(rule),
                    fmt::format("node {}, metadata log (epoch {}, high watermark {}, end {}): {}",
                                machine.id, raft.epoch(), raft.high_watermark(), raft.end_offset(),
                                what));
  };
  if (raft.is_leader()) {
    const auto [leader, is_new] = metadata_leaders_.try_emplace(raft.epoch(), machine.id);
    if (leader->second != machine.id) {
      fail_with("one metadata leader per epoch", fmt::format("node {} led it too", leader->second));
    }
    if (is_new && raft.end_offset() < metadata_committed_) {
      fail_with("a metadata leader has all that is committed",
                fmt::format("{} was committed", metadata_committed_));
    }
  }
  if (raft.high_watermark() > raft.end_offset()) {
    fail_with("high watermark <= log end", "it is above");
  }
  if (raft.high_watermark() < seen.raft_high_watermark) {
    fail_with("a high watermark never goes back", fmt::format("was {}", seen.raft_high_watermark));
  }
  seen.raft_high_watermark = raft.high_watermark();
  metadata_committed_ = std::max(metadata_committed_, raft.high_watermark());
}

void Checker::check_image(SimMachine& machine, SeenNode& seen) {
  const MetadataImage& image = machine.node->image();
  if (image.offset() == seen.image_offset) {
    return;
  }
  seen.image_offset = image.offset();
  const uint64_t digest = digest_of(image);
  const auto [known, is_new] = images_.try_emplace(image.offset(), digest);
  if (known->second != digest) {
    throw Violation("metadata logs agree",
                    fmt::format("node {} has another image at offset {} than others had",
                                machine.id, image.offset()));
  }
  if (!is_new) {
    return;
  }
  for (const auto& [name, topic] : image.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      check_partition_image(name, static_cast<int32_t>(i), topic.partitions[i]);
    }
  }
  if (images_.size() > images_kept) {
    images_.erase(images_.begin());
  }
}

void Checker::check_partition_image(const std::string& topic, int32_t index,
                                    const PartitionImage& image) {
  const auto in = [](const std::vector<int32_t>& list, int32_t id) {
    return std::ranges::find(list, id) != list.end();
  };
  for (const int32_t id : image.isr) {
    if (!in(image.replicas, id)) {
      throw Violation("the ISR is of the replicas", fmt::format("{}-{}: ISR {}, replicas {}", topic,
                                                                index, image.isr, image.replicas));
    }
    if (in(image.eligible_leader_replicas, id)) {
      throw Violation("ISR or ELR, not both",
                      fmt::format("{}-{}: ISR {}, ELR {}", topic, index, image.isr,
                                  image.eligible_leader_replicas));
    }
  }
  if (image.leader >= 0 && !in(image.isr, image.leader)) {
    throw Violation("a leader is in the ISR", fmt::format("{}-{}: leader {}, ISR {}", topic, index,
                                                          image.leader, image.isr));
  }
}

// --- partitions

void Checker::check_partition(SimMachine& machine, Partition& partition) {
  const TopicIdPartition key = partition.key();
  Seen& seen = seen_[{machine.id, key}];
  if (seen.life != machine.life) {
    seen = {machine.life, -1, 0};
  }
  const int64_t high_watermark = partition.high_watermark();
  if (high_watermark > partition.log().log_end_offset()) {
    broken("high watermark <= log end", machine, partition, "it is above");
  }
  if (partition.last_stable_offset() > high_watermark) {
    broken("last stable offset <= high watermark", machine, partition, "it is above");
  }
  const bool is_new_leader =
      partition.is_leader() && seen.leading_epoch != partition.leader_epoch();
  if (high_watermark == seen.high_watermark && !is_new_leader) {
    return;
  }
  Truth& truth = truths_[key];
  if (partition.is_leader()) {
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
      truth.batches.push_back({batch.base_offset(), batch.last_offset(),
                               batch.partition_leader_epoch(), batch.crc()});
      truth.end = batch.next_offset();
      ++committed_batches_;
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
      const BatchId found{batch.base_offset(), batch.last_offset(), batch.partition_leader_epoch(),
                          batch.crc()};
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

void Checker::check_coordinators(Cluster& cluster) const {
  for (auto& [id, machine] : cluster.machines()) {
    if (!machine.node || !machine.is_broker) {
      continue;
    }
    machine.node->replicas().for_each([&, &owner = machine](Partition& partition) {
      if (partition.topic().name != "__consumer_offsets" || !partition.is_leader()) {
        return;
      }
      GroupCoordinator& live = owner.node->groups();
      const GroupShard* shard = live.shard(partition.index());
      if (shard == nullptr || live.leader_epoch(partition.index()) != partition.leader_epoch()) {
        return;
      }
      SeededRandom random(1);
      GroupCoordinator fresh(GroupSettings{}, random);
      fresh.set_partition_count(live.partition_count());
      GroupOutput out;
      GroupShard& replayed = fresh.begin_loading(partition.index(), 0, out);
      GroupLoader loader(replayed, owner.node->now_ms());
      const int64_t end = partition.high_watermark();
      for (int64_t at = 0; at < end;) {
        const auto bytes = partition.log().read_bytes(at, read_bytes_max, end);
        if (!bytes || bytes->empty() || !loader.load(*bytes)) {
          broken("a coordinator's log can be read", owner, partition, fmt::format("at {}", at));
        }
        (void)for_each_batch(*bytes, [&](const BatchView& batch) { at = batch.next_offset(); });
      }
      if (!difference(replayed.offsets(), shard->offsets()).empty()) {
        broken("a coordinator is the replay of its log", owner, partition,
               difference(replayed.offsets(), shard->offsets()));
      }
    });
  }
}

}  // namespace kafka::sim
