#include "broker/core/group/coordinator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/group/limits.h"

namespace kafka {

GroupCoordinator::GroupCoordinator(const GroupSettings& settings, Random& random)
    : settings_(settings), random_(random) {}

int32_t GroupCoordinator::partition_for(std::string_view group_id) const {
  return partition_of_group(group_id, partition_count_);
}

GroupShard& GroupCoordinator::begin_loading(int32_t partition, int32_t leader_epoch,
                                            GroupOutput& out) {
  unload(partition, out);
  auto& shard = shards_[partition];
  shard = std::make_unique<GroupShard>(partition, leader_epoch, settings_, ledger_);
  return *shard;
}

void GroupCoordinator::finish_loading(int32_t partition, int64_t now_ms) {
  const auto at = shards_.find(partition);
  CHECK(at != shards_.end(), "partition {} is not being loaded", partition);
  at->second->activate(now_ms);
}

void GroupCoordinator::unload(int32_t partition, GroupOutput& out) {
  const auto node = shards_.extract(partition);
  if (!node.empty()) {
    node.mapped()->abandon(ErrorCode::NotCoordinator, out);
  }
}

int32_t GroupCoordinator::leader_epoch(int32_t partition) const {
  const GroupShard* found = shard(partition);
  return found == nullptr ? -1 : found->leader_epoch();
}

const GroupShard* GroupCoordinator::shard(int32_t partition) const {
  const auto at = shards_.find(partition);
  return at == shards_.end() ? nullptr : at->second.get();
}

Result<GroupShard*> GroupCoordinator::shard_for(std::string_view group_id) const {
  if (group_id.size() > name_bytes_max) {
    return fail(ErrorCode::InvalidGroupId, "the group id is too long");
  }
  const auto at = partition_count_ > 0 ? shards_.find(partition_for(group_id)) : shards_.end();
  if (at == shards_.end()) {
    return fail(ErrorCode::NotCoordinator, "another broker coordinates this group");
  }
  if (!at->second->active()) {
    return fail(ErrorCode::CoordinatorLoadInProgress, "its groups are being read");
  }
  return at->second.get();
}

// The empty group id is good for offsets, as ever, but it has no members.
Result<GroupShard*> GroupCoordinator::shard_for_members(std::string_view group_id) const {
  if (group_id.empty()) {
    return fail(ErrorCode::InvalidGroupId, "the group id is empty");
  }
  return shard_for(group_id);
}

// "console-consumer-" and a random UUID (version 4), as Apache Kafka names members.
std::string GroupCoordinator::new_member_id(const JoinGroupRequest& request,
                                            const GroupClient& client) {
  const uint64_t high = (random_.next() & ~0xF000ULL) | 0x4000ULL;
  const uint64_t low = (random_.next() & ~(3ULL << 62)) | (2ULL << 62);
  return fmt::format("{}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                     request.group_instance_id.value_or(client.client_id), high >> 32,
                     high >> 16 & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFF'FFFF'FFFFULL);
}

void GroupCoordinator::appended(const GroupAppend& append, ErrorCode error, int64_t now_ms,
                                GroupOutput& out) {
  const auto at = shards_.find(append.partition);
  if (at != shards_.end() && at->second->waits_for(append.token)) {
    at->second->appended(append.token, error, now_ms, out);
  }  // else: unloaded meanwhile, and whoever waited was told so
}

void GroupCoordinator::topics_deleted(const std::vector<DeletedTopicId>& topics,
                                      GroupOutput& out) {
  for (const auto& [partition, shard] : shards_) {
    if (shard->active()) {
      shard->topics_deleted(topics, out);
    }
  }
}

void GroupCoordinator::advance(int64_t now_ms, GroupOutput& out) {
  for (const auto& [partition, shard] : shards_) {
    if (shard->active() && shard->next_deadline_ms() <= now_ms) {
      shard->advance(now_ms, out);
    }
  }
}

void GroupCoordinator::rebalance_all(int64_t now_ms, GroupOutput& out) {
  for (const auto& [partition, shard] : shards_) {
    if (shard->active()) {
      shard->rebalance_all(now_ms, out);
    }
  }
}

int64_t GroupCoordinator::next_deadline_ms() const {
  int64_t next = no_deadline;
  for (const auto& [partition, shard] : shards_) {
    if (shard->active()) {
      next = std::min(next, shard->next_deadline_ms());
    }
  }
  return next;
}

}  // namespace kafka
