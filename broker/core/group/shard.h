// GroupShard: the groups and offsets of one partition of __consumer_offsets.
//
// The partition's leader is the coordinator of these groups. Its log is the truth: a shard starts
// as Loading, takes every record of the log through apply(), and becomes Active. From then on each
// request is decided against what is stored, its records are appended, and applied only when they
// are durable; so readers see committed offsets only, and a coordinator that loses the partition
// has told nobody what its successor does not know.
//
//   request --decide--> records --append--> __consumer_offsets-N --appended()--> apply, reply
//
// shard.cc          loading, applying, timers      shard_members.cc  join, sync, leave, heartbeat
// shard_offsets.cc  commit, fetch, delete, expire  shard_admin.cc    describe, list, delete groups
//
// Note: notes/groups.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/group/group.h"
#include "broker/core/group/offset_store.h"
#include "broker/core/group/output.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/09_offset_fetch.h"
#include "protocol/api/16_list_groups.h"
#include "protocol/api/47_offset_delete.h"

namespace kafka {

// A reply that waits for several appends (DeleteGroups may touch many partitions).
struct ParkedGroupReply {
  GroupReply reply;
  size_t appends_left = 0;
};

// What the shards of one broker share: the sums that limits.h bounds, and names for appends.
struct GroupLedger {
  uint64_t next_id = 1;
  size_t groups = 0;
  size_t membership_bytes = 0;
  std::map<uint64_t, ParkedGroupReply> parked;
};

struct DeletedTopicId {
  std::string name;
  Uuid id;
};

class GroupShard {
 public:
  GroupShard(int32_t partition, int32_t leader_epoch, const GroupSettings& settings,
             GroupLedger& ledger);
  ~GroupShard();
  GroupShard(const GroupShard&) = delete;
  GroupShard& operator=(const GroupShard&) = delete;

  // ---- life
  int32_t leader_epoch() const { return leader_epoch_; }
  bool active() const { return active_; }
  void apply(const GroupRecord& record, int64_t now_ms);
  void activate(int64_t now_ms);
  // The partition has another leader: every request that waits here is answered with `error`.
  void abandon(ErrorCode error, GroupOutput& out);

  // ---- members (shard_members.cc)
  void join(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
            GroupOutput& out);
  void sync(const SyncGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
            GroupOutput& out);
  ErrorCode heartbeat(const HeartbeatRequest& request, int64_t now_ms);
  void leave(const LeaveGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
             GroupOutput& out);
  void rebalance_all(int64_t now_ms, GroupOutput& out);

  // ---- offsets (shard_offsets.cc)
  // Topics of `request` are known to exist; `response` already holds those that do not.
  void commit_offsets(const OffsetCommitRequest& request, OffsetCommitResponse response,
                      const ReplyTo& reply_to, int64_t now_ms, GroupOutput& out);
  OffsetFetchResponse::OffsetFetchResponseGroup fetch_offsets(
      const OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable) const;
  void delete_offsets(const OffsetDeleteRequest& request, OffsetDeleteResponse response,
                      const ReplyTo& reply_to, GroupOutput& out);
  void topics_deleted(const std::vector<DeletedTopicId>& topics, GroupOutput& out);

  // ---- administration (shard_admin.cc)
  // nullopt: no such group.
  std::optional<DescribeGroupsResponse::DescribedGroup> describe(std::string_view group_id) const;
  void list(const std::set<std::string>& states, std::vector<ListGroupsResponse::ListedGroup>&
            listed) const;
  // Appends tombstones for those that may go, on behalf of a parked reply (0: nobody asked), and
  // returns the errors of the others.
  std::map<std::string, ErrorCode> delete_groups(const std::vector<std::string>& group_ids,
                                                 uint64_t parked_id, int64_t now_ms,
                                                 GroupOutput& out);

  // ---- after an append, and with time
  bool waits_for(uint64_t token) const { return pending_.contains(token); }
  void appended(uint64_t token, ErrorCode error, int64_t now_ms, GroupOutput& out);
  void advance(int64_t now_ms, GroupOutput& out);
  int64_t next_deadline_ms() const;

  // ---- for questions
  const Group* find(std::string_view group_id) const;
  const OffsetStore& offsets() const { return offsets_; }
  size_t group_count() const { return groups_.size(); }

 private:
  struct Entry {
    Group group;
    size_t counted_bytes = 0;             // its share of ledger_.membership_bytes
    int64_t queued_at_ms = no_deadline;   // its place in wakes_
  };

  // An append on its way, and what happens when it has arrived.
  struct Pending {
    std::vector<GroupRecord> records;   // to apply
    std::string group_id;               // with `store`
    std::optional<GroupStore> store;    // to hand back to the group
    std::optional<GroupReply> reply;    // to send
    std::vector<std::string> deleting;  // groups that are Dead until then
    uint64_t parked_id = 0;             // in ledger_.parked
  };

  Entry* entry(std::string_view group_id);
  Entry& add_group(Group group);
  void remove_group(std::string_view group_id);
  void apply_offset(const OffsetRecord& record, int64_t now_ms);
  void apply_group(const MetadataOfGroup& record, int64_t now_ms);
  void append(Pending pending, GroupOutput& out);
  void append_store(const std::string& group_id, GroupStore store,
                    std::optional<GroupReply> reply, GroupOutput& out);
  // Takes over what an event on a group brought about: replies, stores, deadlines, bytes.
  void settle(Entry& entry, GroupEffects effects, std::optional<GroupReply> reply,
              GroupOutput& out);
  void finish_parked(const Pending& pending, ErrorCode error, GroupOutput& out);
  void expire_offsets(int64_t now_ms, GroupOutput& out);
  bool expired_offsets_of(const Group& group, int64_t now_ms,
                          std::vector<GroupRecord>& tombstones) const;
  void append_tombstones(std::vector<GroupRecord> tombstones, std::vector<std::string> deleting,
                         GroupOutput& out);
  bool in_flight(std::string_view group, std::string_view topic, int32_t partition) const;
  std::vector<GroupRecord> tombstones_of(const std::string& group_id) const;

  const int32_t partition_;
  const int32_t leader_epoch_;
  const GroupSettings& settings_;
  GroupLedger& ledger_;
  bool active_ = false;
  std::map<std::string, Entry, std::less<>> groups_;
  OffsetStore offsets_;
  std::map<uint64_t, Pending> pending_;
  std::set<std::pair<int64_t, std::string>> wakes_;  // not later than the groups' deadlines
  int64_t next_expiry_check_ms_ = no_deadline;
};

// Puts an error into every place of a response that does not have one yet.
void set_error(GroupResponse& response, ErrorCode error);

// What a client is told when records could not be appended: errors of a log become errors of a
// coordinator, so that clients look for the right one again or retry.
ErrorCode append_error_for_client(ErrorCode error);

}  // namespace kafka
