// Membership requests: each goes to its group; groups come to be with the first JoinGroup.
#include <algorithm>
#include <utility>

#include "broker/core/group/limits.h"
#include "broker/core/group/shard.h"

namespace kafka {

namespace {

size_t bytes_of(const JoinGroupRequest& request) {
  size_t bytes = 0;
  for (const auto& protocol : request.protocols) {
    bytes += protocol.name.size() + protocol.metadata.size();
  }
  return bytes;
}

size_t bytes_of(const SyncGroupRequest& request) {
  size_t bytes = 0;
  for (const auto& part : request.assignments) {
    bytes += part.assignment.size();
  }
  return bytes;
}

// A group as it is at its first contact: the record that makes it known before it has a generation.
GroupStore created(const Group& group) {
  GroupStore store{.reason = GroupStore::Reason::Created};
  store.value.protocol.reset();
  store.value.leader.reset();
  store.value.current_state_timestamp = group.state_since_ms();
  return store;
}

}  // namespace

void GroupShard::join(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                      GroupOutput& out) {
  const auto refuse = [&](ErrorCode error) {
    out.reply(GroupReply{joiner.reply_to, join_error(request.member_id, error)});
  };
  Entry* existing = entry(request.group_id);
  if (existing == nullptr && !request.member_id.empty()) {
    return refuse(ErrorCode::UnknownMemberId);
  }
  if (ledger_.membership_bytes + bytes_of(request) > membership_bytes_max) {
    return refuse(ErrorCode::GroupMaxSizeReached);
  }
  GroupEffects effects;
  if (existing != nullptr) {
    existing->group.join(request, joiner, now_ms, effects);
    return settle(*existing, std::move(effects), std::nullopt, out);
  }
  if (ledger_.groups >= groups_max) {
    return refuse(ErrorCode::CoordinatorNotAvailable);
  }
  Group group(request.group_id, settings_, now_ms);
  group.join(request, joiner, now_ms, effects);
  const bool came_in = !group.members().empty() || group.pending_members() != 0;
  if (!came_in) {  // refused: leave no empty group behind
    out.reply(std::move(effects.replies));
    return;
  }
  effects.stores.push_back(created(group));
  settle(add_group(std::move(group)), std::move(effects), std::nullopt, out);
}

void GroupShard::sync(const SyncGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
                      GroupOutput& out) {
  const auto refuse = [&](ErrorCode error) {
    SyncGroupResponse response;
    response.error_code = static_cast<int16_t>(error);
    out.reply(GroupReply{reply_to, std::move(response)});
  };
  Entry* existing = entry(request.group_id);
  if (existing == nullptr) {
    return refuse(ErrorCode::UnknownMemberId);
  }
  if (ledger_.membership_bytes + bytes_of(request) > membership_bytes_max) {
    return refuse(ErrorCode::GroupMaxSizeReached);
  }
  GroupEffects effects;
  existing->group.sync(request, reply_to, now_ms, effects);
  settle(*existing, std::move(effects), std::nullopt, out);
}

ErrorCode GroupShard::heartbeat(const HeartbeatRequest& request, int64_t now_ms) {
  Entry* existing = entry(request.group_id);
  // A heartbeat only moves a deadline away: wakes_ stays right, just too early.
  return existing == nullptr ? ErrorCode::UnknownMemberId
                             : existing->group.heartbeat(request, now_ms);
}

void GroupShard::leave(const LeaveGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
                       GroupOutput& out) {
  Entry* existing = entry(request.group_id);
  if (existing == nullptr) {
    LeaveGroupResponse response;
    for (const auto& who : request.members) {
      response.members.push_back({who.member_id, who.group_instance_id,
                                  static_cast<int16_t>(ErrorCode::UnknownMemberId)});
    }
    out.reply(GroupReply{reply_to, std::move(response)});
    return;
  }
  GroupEffects effects;
  LeaveGroupResponse response = existing->group.leave(request, now_ms, effects);
  settle(*existing, std::move(effects), GroupReply{reply_to, std::move(response)}, out);
}

void GroupShard::rebalance_all(int64_t now_ms, GroupOutput& out) {
  for (auto& [id, entry] : groups_) {
    GroupEffects effects;
    entry.group.rebalance(now_ms, effects);
    settle(entry, std::move(effects), std::nullopt, out);
  }
}

}  // namespace kafka
