// Group: the classic consumer group, as a state machine.
//
//   from \ to            | Empty | PreparingRebalance  | CompletingRebalance | Stable    | Dead
//   ---------------------+-------+---------------------+---------------------+-----------+--------
//   Empty                |       | first JoinGroup     |                     |           | deleted
//   PreparingRebalance   | nobody|                     | all rejoined, or    |           |
//                        | came  |                     | the time is up      |           |
//   CompletingRebalance  |       | join, leave, death, |                     | leader's  |
//                        |       | a missing SyncGroup |                     | SyncGroup |
//   Stable               |       | join, leave, death  |                     |           |
//   Dead                 | deletion could not be stored                                |
//
// PreparingRebalance collects JoinGroups (parked). When all members are back it elects a protocol
// and a leader, starts the next generation and answers all of them: the leader gets everybody's
// subscription and computes the assignment. CompletingRebalance parks SyncGroups until the leader
// sends the assignment and it is stored; then everyone gets its part and the group is Stable until
// somebody comes, leaves or stops heartbeating.
//
// Pure: time and new member ids come in; replies and values to store go out through GroupEffects.
// What is stored takes effect in stored(), after the record is durable, never before. Deadlines
// are plain fields; wake_at_ms() is never later than the earliest of them.
//
// group.cc        states, generations, deadlines     group_join.cc   JoinGroup
// group_sync.cc   SyncGroup, Heartbeat, stored()     group_leave.cc  LeaveGroup
// group_view.cc   what others may ask about a group
//
// Note: notes/groups.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/group/members.h"
#include "broker/core/group/output.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/15_describe_groups.h"
#include "protocol/error.h"

namespace kafka {

enum class GroupState : uint8_t { Empty, PreparingRebalance, CompletingRebalance, Stable, Dead };

// "PreparingRebalance": as DescribeGroups and ListGroups show it.
std::string_view name(GroupState state);

// The broker's settings that groups read, under Kafka's names.
struct GroupSettings {
  int32_t initial_rebalance_delay_ms = 3'000;
  int32_t min_session_timeout_ms = 6'000;
  int32_t max_session_timeout_ms = 1'800'000;
  int32_t max_size = INT32_MAX;
  int32_t offset_metadata_max_bytes = 4'096;
  int64_t offsets_retention_ms = 7LL * 24 * 60 * 60 * 1000;
  int64_t offsets_retention_check_interval_ms = 600'000;
};

// Who sends a JoinGroup, beyond what stands in it.
struct Joiner {
  ReplyTo reply_to;
  std::string client_id;
  std::string client_host;
  std::string new_member_id;  // for a member that has none yet
  // From v4 on a new dynamic member is first given its id and must come back with it (KIP-394), so
  // that a client that gives up leaves no ghost behind.
  bool must_know_its_id() const { return reply_to.api_version >= 4; }
  // From v9 on a static leader that rejoins a stable group learns that it need not assign.
  bool may_skip_assignment() const { return reply_to.api_version >= 9; }
};

// A value of this group that must be stored, and what it was for.
struct GroupStore {
  enum class Reason : uint8_t {
    Created,         // the first contact of a new group
    Assigned,        // the leader's SyncGroup
    StaticRejoined,  // a static member is back under a new member id
    Emptied,         // the last member is gone
  };
  Reason reason = Reason::Created;
  GroupMetadataValue value = {};

  // StaticRejoined only: the member before, to bring back when storing fails.
  std::optional<Member> before = {};
  std::string new_member_id = {};
  std::string leader_before = {};
};

struct GroupEffects {
  std::vector<GroupReply> replies;
  std::vector<GroupStore> stores;

  void reply(const ReplyTo& to, GroupResponse response) {
    replies.push_back({to, std::move(response)});
  }
};

class Group {
 public:
  Group(std::string id, const GroupSettings& settings, int64_t now_ms);
  // As its record says; members must heartbeat within their session timeout from now on.
  static Group restored(std::string id, const GroupMetadataValue& value,
                        const GroupSettings& settings, int64_t now_ms);

  // Requests. What is answered at once is returned; the rest goes through effects.
  void join(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
            GroupEffects& effects);
  void sync(const SyncGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
            GroupEffects& effects);
  ErrorCode heartbeat(const HeartbeatRequest& request, int64_t now_ms);
  LeaveGroupResponse leave(const LeaveGroupRequest& request, int64_t now_ms,
                           GroupEffects& effects);
  // May this member commit offsets? A commit counts as a heartbeat.
  ErrorCode commit(std::string_view member_id, const std::optional<std::string>& instance_id,
                   int32_t generation, int64_t now_ms);

  // A store was appended and is durable, or could not be.
  void stored(const GroupStore& store, ErrorCode error, int64_t now_ms, GroupEffects& effects);

  // A stable group begins anew, as when a member had come or gone.
  void rebalance(int64_t now_ms, GroupEffects& effects);

  // Handles every deadline that is due.
  void expire(int64_t now_ms, GroupEffects& effects);
  int64_t wake_at_ms() const { return wake_at_ms_; }

  // A group that is being deleted is Dead until its tombstone is stored; if that fails it revives.
  void begin_deletion(int64_t now_ms);
  void revive(int64_t now_ms);
  // This broker is no longer its coordinator: every parked request is told so.
  void abandon(ErrorCode error, GroupEffects& effects);

  // Questions.
  const std::string& id() const { return id_; }
  GroupState state() const { return state_; }
  bool is(GroupState state) const { return state_ == state; }
  int32_t generation() const { return generation_; }
  const std::optional<std::string>& protocol_type() const { return protocol_type_; }
  const std::optional<std::string>& protocol_name() const { return protocol_name_; }
  const std::string& leader() const { return leader_; }
  const MemberTable& members() const { return members_; }
  size_t pending_members() const { return pending_.size(); }
  int64_t state_since_ms() const { return state_since_ms_; }
  // Memory that clients decide: metadata, assignments, names.
  size_t bytes() const { return members_.bytes(); }
  GroupMetadataValue to_value() const;
  DescribeGroupsResponse::DescribedGroup describe() const;
  bool uses_consumer_protocol() const;
  // Is the topic in some member's subscription? Unreadable subscriptions count as all topics.
  bool subscribed_to(const std::string& topic) const;
  ErrorCode may_delete() const;
  ErrorCode may_delete_offsets() const;
  // When an offset of this group starts to age: nullopt while it must not expire.
  std::optional<int64_t> offset_age_starts_ms(int64_t commit_timestamp_ms) const;

 private:
  // group.cc
  void become(GroupState state, int64_t now_ms);
  bool can_rebalance() const;
  void rebalance_or_complete(int64_t now_ms, GroupEffects& effects);
  void prepare_rebalance(int64_t now_ms, GroupEffects& effects);
  void complete_join_if_all_came(int64_t now_ms, GroupEffects& effects);
  void complete_join(int64_t now_ms, GroupEffects& effects);
  void drop_absent_dynamic_members(GroupEffects& effects);
  bool elect_joined_leader();
  void begin_generation(int64_t now_ms);
  void answer_joins(int64_t now_ms, GroupEffects& effects);
  void initial_delay_over(int64_t now_ms, GroupEffects& effects);
  void sync_time_over(int64_t now_ms, GroupEffects& effects);
  void member_time_over(const std::string& member_id, int64_t now_ms, GroupEffects& effects);
  // Whatever it has parked is answered: no request is ever forgotten.
  void remove_member(const std::string& member_id, GroupEffects& effects);
  void remove_and_go_on(const std::string& member_id, int64_t now_ms, GroupEffects& effects);
  bool all_joined() const;
  void set_session_deadline(Member& member, int64_t now_ms, int32_t timeout_ms);
  void set_deadline(int64_t& deadline_ms, int64_t now_ms, int32_t timeout_ms);
  void find_wake_time();
  void learn_subscriptions();

  // group_join.cc
  bool has_room_for(const std::string& member_id) const;
  void join_new(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                GroupEffects& effects);
  void join_known(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                  GroupEffects& effects);
  void add_member(const JoinGroupRequest& request, const Joiner& joiner,
                  const std::string& member_id, int64_t now_ms, GroupEffects& effects);
  void rejoin(Member& member, const JoinGroupRequest& request, const Joiner& joiner,
              int64_t now_ms, GroupEffects& effects);
  void replace_static(const std::string& old_id, const JoinGroupRequest& request,
                      const Joiner& joiner, int64_t now_ms, GroupEffects& effects);
  void update_member(Member& member, const JoinGroupRequest& request, const Joiner& joiner,
                     GroupEffects& effects);
  JoinGroupResponse joined(const std::string& member_id) const;
  std::vector<JoinGroupResponse::JoinGroupResponseMember> subscriptions() const;
  void refuse_parked(Member& member, ErrorCode error, GroupEffects& effects);

  // group_sync.cc
  ErrorCode check_sync(const SyncGroupRequest& request) const;
  void sync_received(const std::string& member_id);
  void store_assignment(const SyncGroupRequest& request, GroupEffects& effects);
  void answer_syncs(ErrorCode error, int64_t now_ms, GroupEffects& effects);
  void static_rejoin_stored(const GroupStore& store, ErrorCode error, int64_t now_ms,
                            GroupEffects& effects);

  // group_leave.cc
  ErrorCode leave_one(const LeaveGroupRequest::MemberIdentity& who, GroupEffects& effects);

  // Is this request from a member, and from the right holder of its instance id?
  ErrorCode check_member(std::string_view member_id,
                         const std::optional<std::string>& instance_id) const;

  std::string id_;
  const GroupSettings* settings_;
  GroupState state_ = GroupState::Empty;
  GroupState previous_state_ = GroupState::Dead;
  int64_t state_since_ms_ = -1;  // -1: an old record that did not say
  int32_t generation_ = 0;
  std::optional<std::string> protocol_type_;  // "consumer", "connect"; nullopt: offsets only
  std::optional<std::string> protocol_name_;  // the assignor that was elected
  std::string leader_;                        // "" for none
  MemberTable members_;
  std::map<std::string, int64_t> pending_;  // ids given out and not yet used -> deadline
  std::set<std::string> awaiting_sync_;     // members of this generation without SyncGroup
  // Topics of all subscriptions of this generation; nullopt when they cannot be read.
  std::optional<std::set<std::string>> subscribed_topics_;

  int64_t join_deadline_ms_ = no_deadline;
  int64_t sync_deadline_ms_ = no_deadline;
  int64_t wake_at_ms_ = no_deadline;
  // The first rebalance of an Empty group waits for more members (KIP-134).
  bool initial_delay_running_ = false;
  bool member_added_in_delay_ = false;
  int32_t initial_delay_ms_ = 0;
  int32_t initial_remaining_ms_ = 0;
};

// A JoinGroup that failed.
JoinGroupResponse join_error(std::string member_id, ErrorCode error);

}  // namespace kafka
