// GroupCoordinator: all groups that this broker coordinates, by partition of __consumer_offsets.
//
// The door of core/group: it checks what holds for every request (a group id, a leadership, a
// finished load, bounds on names), finds the shard and passes on. It is pure: whoever drives it
// appends what GroupOutput asks for, sends the replies, and calls advance() at next_deadline_ms().
//
//   leader of __consumer_offsets-N:   begin_loading(N) -> GroupLoader -> finish_loading(N)
//   no longer:                        unload(N)
//   until loaded:                     COORDINATOR_LOAD_IN_PROGRESS
//   of other partitions:              NOT_COORDINATOR
//
// coordinator.cc        life, time, the checks      coordinator_api.cc   one function per request
//
// Note: notes/groups.md
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/group/shard.h"
#include "protocol/api/15_describe_groups.h"
#include "protocol/api/42_delete_groups.h"

namespace kafka {

// Who sends a request, as far as groups care.
struct GroupClient {
  std::string client_id;
  std::string host;  // "/127.0.0.1"
};

class GroupCoordinator {
 public:
  GroupCoordinator(const GroupSettings& settings, Random& random);
  GroupCoordinator(const GroupCoordinator&) = delete;  // groups point to its settings
  GroupCoordinator& operator=(const GroupCoordinator&) = delete;

  // ---- life: which partitions of __consumer_offsets this broker leads
  // The number of its partitions says which group lives where; it never changes for a topic.
  void set_partition_count(int32_t partitions) { partition_count_ = partitions; }
  int32_t partition_count() const { return partition_count_; }
  int32_t partition_for(std::string_view group_id) const;
  // A new leadership; what an older one had is unloaded first. Give the shard to a GroupLoader.
  GroupShard& begin_loading(int32_t partition, int32_t leader_epoch, GroupOutput& out);
  void finish_loading(int32_t partition, int64_t now_ms);
  void unload(int32_t partition, GroupOutput& out);
  // Epoch of the leadership that a partition is loaded or loading for; -1: none.
  int32_t leader_epoch(int32_t partition) const;

  // ---- requests
  GroupOutput join(JoinGroupRequest request, const GroupClient& client, const ReplyTo& reply_to,
                   int64_t now_ms);
  GroupOutput sync(const SyncGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms);
  ErrorCode heartbeat(const HeartbeatRequest& request, int64_t now_ms);
  GroupOutput leave(LeaveGroupRequest request, const ReplyTo& reply_to, int64_t now_ms);
  // `request` names only partitions that exist; `response` holds the answers for the others.
  GroupOutput commit_offsets(const OffsetCommitRequest& request, OffsetCommitResponse response,
                             const ReplyTo& reply_to, int64_t now_ms);
  GroupOutput delete_offsets(const OffsetDeleteRequest& request, OffsetDeleteResponse response,
                             const ReplyTo& reply_to);
  GroupOutput delete_groups(const std::vector<std::string>& group_ids, const ReplyTo& reply_to,
                            int64_t now_ms);
  OffsetFetchResponse::OffsetFetchResponseGroup fetch_offsets(
      const OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable) const;
  DescribeGroupsResponse::DescribedGroup describe(const std::string& group_id,
                                                  int16_t version) const;
  ListGroupsResponse list(const ListGroupsRequest& request) const;

  // ---- the world moves
  void appended(const GroupAppend& append, ErrorCode error, int64_t now_ms, GroupOutput& out);
  void topics_deleted(const std::vector<DeletedTopicId>& topics, GroupOutput& out);
  void advance(int64_t now_ms, GroupOutput& out);
  // Every stable group begins anew (a lab's planned fault).
  void rebalance_all(int64_t now_ms, GroupOutput& out);
  int64_t next_deadline_ms() const;  // INT64_MAX: nothing to wait for

  const GroupShard* shard(int32_t partition) const;
  const GroupLedger& ledger() const { return ledger_; }

 private:
  // The shard that answers for a group, or why there is none.
  Result<GroupShard*> shard_for(std::string_view group_id) const;
  Result<GroupShard*> shard_for_members(std::string_view group_id) const;
  std::string new_member_id(const JoinGroupRequest& request, const GroupClient& client);

  const GroupSettings settings_;
  Random& random_;
  GroupLedger ledger_;  // before shards_: they settle with it when they go
  std::map<int32_t, std::unique_ptr<GroupShard>> shards_;
  int32_t partition_count_ = 0;
};

}  // namespace kafka
