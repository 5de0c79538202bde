// The Checker's rules about group coordinators.
#include <fmt/format.h>

#include "broker/core/group/coordinator.h"
#include "broker/core/group/loader.h"
#include "broker/core/replica/replica_table.h"
#include "protocol/record_batch.h"
#include "tests/sim/checker.h"

namespace kafka::sim {

namespace {

constexpr int32_t read_bytes_max = 1 << 20;

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

// What a coordinator has acknowledged is in its log, whoever leads that afterwards.
void Checker::note_offsets(const BatchView& batch) {
  (void)for_each_record(batch.bytes(), [&](const RecordView& record) {
    const auto decoded = record.key ? decode_group_record(*record.key, record.value)
                                    : Result<std::optional<GroupRecord>>();
    const auto* offset = decoded && *decoded ? std::get_if<OffsetRecord>(&**decoded) : nullptr;
    if (offset != nullptr && offset->value) {
      const OffsetCommitKey& key = offset->key;
      offsets_[{key.group, key.topic, key.partition}].insert(offset->value->offset);
    }
  });
}

void Checker::on_offset_committed(const std::string& group, const std::string& topic,
                                  int32_t partition, int64_t offset) const {
  const auto committed = offsets_.find({group, topic, partition});
  if (committed == offsets_.end() || !committed->second.contains(offset)) {
    throw Violation("an acknowledged offset is committed",
                    fmt::format("{} of {}-{} for {}, and the log of the offsets never had it",
                                offset, topic, partition, group));
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
