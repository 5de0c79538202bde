// JoinGroup: a member asks to be part of the next generation.
#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/group/group.h"
#include "broker/core/group/limits.h"

namespace kafka {

JoinGroupResponse join_error(std::string member_id, ErrorCode error) {
  JoinGroupResponse response;
  response.error_code = static_cast<int16_t>(error);
  response.member_id = std::move(member_id);
  response.protocol_name.reset();
  return response;
}

void Group::join(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                 GroupEffects& effects) {
  const auto refuse = [&](std::string member_id, ErrorCode error) {
    effects.reply(joiner.reply_to, join_error(std::move(member_id), error));
  };
  if (!has_room_for(request.member_id)) {
    remove_member(request.member_id, effects);
    return refuse("", ErrorCode::GroupMaxSizeReached);
  }
  if (is(GroupState::Dead)) {
    return refuse(request.member_id, ErrorCode::CoordinatorNotAvailable);
  }
  const bool compatible =
      is(GroupState::Empty)
          ? !request.protocol_type.empty() && !request.protocols.empty()
          : request.protocol_type == protocol_type_ && members_.supports_any(request.protocols);
  if (!compatible) {
    return refuse(request.member_id, ErrorCode::InconsistentGroupProtocol);
  }
  if (request.member_id.empty()) {
    join_new(request, joiner, now_ms, effects);
  } else {
    join_known(request, joiner, now_ms, effects);
  }
}

// During a rebalance those who are already waiting count, so that the last to come back are the
// ones that find the group full; otherwise the members count.
bool Group::has_room_for(const std::string& member_id) const {
  const size_t room = std::min<size_t>(static_cast<size_t>(std::max(settings_->max_size, 0)),
                                       members_per_group_max);
  const Member* member = members_.find(member_id);
  switch (state_) {
    case GroupState::Empty:
    case GroupState::Dead:
      return true;
    case GroupState::PreparingRebalance:
      return (member != nullptr && member->parked_join) || members_.awaiting_join() < room;
    case GroupState::CompletingRebalance:
    case GroupState::Stable:
      return member != nullptr || members_.size() < room;
  }
  return false;
}

void Group::join_new(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                     GroupEffects& effects) {
  if (request.group_instance_id) {
    if (const std::string* existing = members_.id_of_instance(*request.group_instance_id)) {
      replace_static(std::string(*existing), request, joiner, now_ms, effects);
    } else {
      add_member(request, joiner, joiner.new_member_id, now_ms, effects);
    }
    return;
  }
  if (!joiner.must_know_its_id()) {
    return add_member(request, joiner, joiner.new_member_id, now_ms, effects);
  }
  if (pending_.size() >= pending_members_per_group_max) {
    return effects.reply(joiner.reply_to, join_error("", ErrorCode::GroupMaxSizeReached));
  }
  set_deadline(pending_[joiner.new_member_id], now_ms, request.session_timeout_ms);
  effects.reply(joiner.reply_to, join_error(joiner.new_member_id, ErrorCode::MemberIdRequired));
}

void Group::join_known(const JoinGroupRequest& request, const Joiner& joiner, int64_t now_ms,
                       GroupEffects& effects) {
  const std::string& member_id = request.member_id;
  if (pending_.contains(member_id)) {
    if (request.group_instance_id) {  // ids are pending for dynamic members only
      return effects.reply(joiner.reply_to, join_error(member_id, ErrorCode::UnknownServerError));
    }
    return add_member(request, joiner, member_id, now_ms, effects);
  }
  const ErrorCode error = check_member(member_id, request.group_instance_id);
  if (error != ErrorCode::None) {
    return effects.reply(joiner.reply_to, join_error(member_id, error));
  }
  rejoin(*members_.find(member_id), request, joiner, now_ms, effects);
}

// A member that comes again. Outside of a rebalance it starts one only when something about it
// changed, or when it leads: the leader rejoins when topics changed.
void Group::rejoin(Member& member, const JoinGroupRequest& request, const Joiner& joiner,
                   int64_t now_ms, GroupEffects& effects) {
  const bool unchanged = member.protocols == request.protocols;
  const bool leads = leader_ == member.id;
  if (is(GroupState::CompletingRebalance) && unchanged) {  // it missed our first answer
    return effects.reply(joiner.reply_to, joined(member.id));
  }
  if (is(GroupState::Stable) && unchanged && !leads) {
    return effects.reply(joiner.reply_to, joined(member.id));
  }
  if (is(GroupState::Empty)) {
    return effects.reply(joiner.reply_to, join_error(member.id, ErrorCode::UnknownMemberId));
  }
  update_member(member, request, joiner, effects);
  rebalance_or_complete(now_ms, effects);
}

void Group::add_member(const JoinGroupRequest& request, const Joiner& joiner,
                       const std::string& member_id, int64_t now_ms, GroupEffects& effects) {
  if (is(GroupState::PreparingRebalance) && previous_state_ == GroupState::Empty) {
    member_added_in_delay_ = true;
  }
  if (members_.empty()) {
    protocol_type_ = request.protocol_type;
  }
  Member member;
  member.id = member_id;
  member.instance_id = request.group_instance_id;
  member.client_id = joiner.client_id;
  member.client_host = joiner.client_host;
  member.rebalance_timeout_ms = request.rebalance_timeout_ms;
  member.session_timeout_ms = request.session_timeout_ms;
  member.protocols = request.protocols;
  member.is_new = true;
  pending_.erase(member_id);
  Member& added = members_.add(std::move(member));
  members_.park_join(added, joiner.reply_to);
  if (leader_.empty()) {
    leader_ = member_id;
  }
  set_session_deadline(added, now_ms, new_member_join_timeout_ms);
  rebalance_or_complete(now_ms, effects);
}

void Group::update_member(Member& member, const JoinGroupRequest& request, const Joiner& joiner,
                          GroupEffects& effects) {
  // Its own earlier JoinGroup may still wait on another connection: it is answered, not forgotten.
  if (const auto earlier = members_.take_join(member)) {
    effects.reply(*earlier, join_error(member.id, ErrorCode::RebalanceInProgress));
  }
  members_.set_protocols(member, request.protocols);
  member.rebalance_timeout_ms = request.rebalance_timeout_ms;
  member.session_timeout_ms = request.session_timeout_ms;
  members_.park_join(member, joiner.reply_to);
}

// A static member restarted: it has its group.instance.id and no member id. It takes the place of
// its former life, which is fenced; when the assignor stays the same nobody else notices (KIP-345).
void Group::replace_static(const std::string& old_id, const JoinGroupRequest& request,
                           const Joiner& joiner, int64_t now_ms, GroupEffects& effects) {
  Member& former = *members_.find(old_id);
  refuse_parked(former, ErrorCode::FencedInstanceId, effects);
  const Member before = former;
  const std::string leader_before = leader_;
  Member& member = members_.rename(old_id, joiner.new_member_id);
  if (leader_ == old_id) {
    leader_ = member.id;
  }
  if (awaiting_sync_.erase(old_id) != 0) {
    awaiting_sync_.insert(member.id);
  }
  member.is_new = false;
  set_session_deadline(member, now_ms, member.session_timeout_ms);
  update_member(member, request, joiner, effects);
  if (is(GroupState::CompletingRebalance)) {  // the leader may be assigning to the former id
    return prepare_rebalance(now_ms, effects);
  }
  if (!is(GroupState::Stable)) {
    return complete_join_if_all_came(now_ms, effects);
  }
  if (members_.select_protocol() != protocol_name_.value_or("")) {
    return rebalance_or_complete(now_ms, effects);
  }
  effects.stores.push_back({.reason = GroupStore::Reason::StaticRejoined,
                            .value = to_value(),
                            .before = before,
                            .new_member_id = member.id,
                            .leader_before = leader_before});
}

// The answer that starts a generation for a member. Only the leader sees the others.
JoinGroupResponse Group::joined(const std::string& member_id) const {
  JoinGroupResponse response;
  response.generation_id = generation_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_name_;
  response.leader = leader_;
  response.member_id = member_id;
  if (leader_ == member_id) {
    response.members = subscriptions();
  }
  return response;
}

std::vector<JoinGroupResponse::JoinGroupResponseMember> Group::subscriptions() const {
  std::vector<JoinGroupResponse::JoinGroupResponseMember> all;
  all.reserve(members_.size());
  for (const Member* member : members_.in_join_order()) {
    const Bytes* metadata = member->metadata(protocol_name_.value_or(""));
    CHECK(metadata != nullptr, "group {}: member {} does not offer {}", id_, member->id,
          protocol_name_.value_or(""));
    all.push_back({member->id, member->instance_id, *metadata});
  }
  return all;
}

// Answers whatever requests of a member are parked.
void Group::refuse_parked(Member& member, ErrorCode error, GroupEffects& effects) {
  if (const auto reply_to = members_.take_join(member)) {
    // UNKNOWN_MEMBER_ID makes the client join anew, so it must forget its id.
    const bool keeps_id = error != ErrorCode::UnknownMemberId;
    effects.reply(*reply_to, join_error(keeps_id ? member.id : "", error));
  }
  if (const auto reply_to = std::exchange(member.parked_sync, std::nullopt)) {
    SyncGroupResponse response;
    response.error_code = static_cast<int16_t>(error);
    effects.reply(*reply_to, std::move(response));
  }
}

}  // namespace kafka
