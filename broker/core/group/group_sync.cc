// SyncGroup, Heartbeat, and what happens when a value of the group has been stored.
#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/group/group.h"

namespace kafka {

namespace {

SyncGroupResponse sync_error(ErrorCode error) {
  SyncGroupResponse response;
  response.error_code = static_cast<int16_t>(error);
  return response;
}

bool differs(const std::optional<std::string>& said, const std::optional<std::string>& known) {
  return said && known && *said != *known;
}

}  // namespace

ErrorCode Group::check_member(std::string_view member_id,
                              const std::optional<std::string>& instance_id) const {
  if (instance_id) {
    const std::string* holder = members_.id_of_instance(*instance_id);
    if (holder == nullptr) {
      return ErrorCode::UnknownMemberId;
    }
    if (*holder != member_id) {
      return ErrorCode::FencedInstanceId;
    }
  }
  return members_.find(member_id) == nullptr ? ErrorCode::UnknownMemberId : ErrorCode::None;
}

ErrorCode Group::check_sync(const SyncGroupRequest& request) const {
  if (is(GroupState::Dead)) {
    return ErrorCode::CoordinatorNotAvailable;
  }
  const ErrorCode error = check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::None) {
    return error;
  }
  if (request.generation_id != generation_ && !is_on(Bug::OldGenerationsSync)) {
    return ErrorCode::IllegalGeneration;
  }
  if (differs(request.protocol_type, protocol_type_) ||
      differs(request.protocol_name, protocol_name_)) {
    return ErrorCode::InconsistentGroupProtocol;
  }
  return is(GroupState::PreparingRebalance) ? ErrorCode::RebalanceInProgress : ErrorCode::None;
}

void Group::sync(const SyncGroupRequest& request, const ReplyTo& reply_to, int64_t now_ms,
                 GroupEffects& effects) {
  static_cast<void>(now_ms);
  const ErrorCode error = check_sync(request);
  if (error != ErrorCode::None) {
    return effects.reply(reply_to, sync_error(error));
  }
  Member& member = *members_.find(request.member_id);
  sync_received(member.id);
  if (is(GroupState::Stable)) {
    SyncGroupResponse response;
    response.protocol_type = protocol_type_;
    response.protocol_name = protocol_name_;
    response.assignment = member.assignment;
    return effects.reply(reply_to, std::move(response));
  }
  if (const auto earlier = std::exchange(member.parked_sync, reply_to)) {
    effects.reply(*earlier, sync_error(ErrorCode::RebalanceInProgress));
  }
  if (leader_ == member.id) {
    store_assignment(request, effects);
  }
}

void Group::sync_received(const std::string& member_id) {
  awaiting_sync_.erase(member_id);
  if (awaiting_sync_.empty()) {
    sync_deadline_ms_ = no_deadline;
  }
}

// The leader's word, to be stored before anyone hears it. Members it forgot get an empty part.
void Group::store_assignment(const SyncGroupRequest& request, GroupEffects& effects) {
  GroupStore store{.reason = GroupStore::Reason::Assigned, .value = to_value()};
  for (auto& member : store.value.members) {
    const auto given = std::ranges::find(request.assignments, member.member_id,
                                         &SyncGroupRequest::SyncGroupRequestAssignment::member_id);
    member.assignment = given == request.assignments.end() ? Bytes{} : given->assignment;
  }
  effects.stores.push_back(std::move(store));
}

void Group::answer_syncs(ErrorCode error, int64_t now_ms, GroupEffects& effects) {
  for (auto& [id, member] : members_.all()) {
    const auto reply_to = std::exchange(member.parked_sync, std::nullopt);
    if (!reply_to) {
      continue;
    }
    SyncGroupResponse response = sync_error(error);
    response.assignment = member.assignment;
    if (error == ErrorCode::None) {
      response.protocol_type = protocol_type_;
      response.protocol_name = protocol_name_;
    }
    effects.reply(*reply_to, std::move(response));
    // While it was parked its session deadline may have passed without effect.
    set_session_deadline(member, now_ms, member.session_timeout_ms);
  }
}

ErrorCode Group::heartbeat(const HeartbeatRequest& request, int64_t now_ms) {
  if (is(GroupState::Dead)) {
    return ErrorCode::CoordinatorNotAvailable;
  }
  const ErrorCode error = check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::None) {
    return error;
  }
  if (request.generation_id != generation_) {
    return ErrorCode::IllegalGeneration;
  }
  Member& member = *members_.find(request.member_id);
  set_session_deadline(member, now_ms, member.session_timeout_ms);
  return is(GroupState::PreparingRebalance) ? ErrorCode::RebalanceInProgress : ErrorCode::None;
}

ErrorCode Group::commit(std::string_view member_id, const std::optional<std::string>& instance_id,
                        int32_t generation, int64_t now_ms) {
  if (is(GroupState::Dead)) {
    return ErrorCode::CoordinatorNotAvailable;
  }
  if (generation < 0 && is(GroupState::Empty)) {  // an admin, or a consumer that assigns itself
    return ErrorCode::None;
  }
  if (generation < 0 && member_id.empty() && !instance_id) {  // the group is in use
    return ErrorCode::UnknownMemberId;
  }
  const ErrorCode error = check_member(member_id, instance_id);
  if (error != ErrorCode::None) {
    return error;
  }
  if (generation != generation_ && !is_on(Bug::OldGenerationsCommit)) {
    return ErrorCode::IllegalGeneration;
  }
  if (is(GroupState::CompletingRebalance)) {  // it may own other partitions in a moment
    return ErrorCode::RebalanceInProgress;
  }
  Member& member = *members_.find(member_id);
  set_session_deadline(member, now_ms, member.session_timeout_ms);
  return ErrorCode::None;
}

void Group::stored(const GroupStore& store, ErrorCode error, int64_t now_ms,
                   GroupEffects& effects) {
  switch (store.reason) {
    case GroupStore::Reason::Created:
    case GroupStore::Reason::Emptied:
      return;  // lost, it costs nothing: a restart would bring back members that soon expire
    case GroupStore::Reason::StaticRejoined:
      return static_rejoin_stored(store, error, now_ms, effects);
    case GroupStore::Reason::Assigned:
      break;
  }
  if (!is(GroupState::CompletingRebalance) || store.value.generation != generation_) {
    return;  // somebody joined meanwhile; the next generation has begun
  }
  if (error != ErrorCode::None) {
    for (auto& [id, member] : members_.all()) {
      members_.set_assignment(member, {});
    }
    answer_syncs(error, now_ms, effects);
    return prepare_rebalance(now_ms, effects);
  }
  for (const auto& stored : store.value.members) {
    if (Member* member = members_.find(stored.member_id)) {
      members_.set_assignment(*member, stored.assignment);
    }
  }
  answer_syncs(ErrorCode::None, now_ms, effects);
  become(GroupState::Stable, now_ms);
}

void Group::static_rejoin_stored(const GroupStore& store, ErrorCode error, int64_t now_ms,
                                 GroupEffects& effects) {
  Member* member = members_.find(store.new_member_id);
  if (member == nullptr || !is(GroupState::Stable)) {
    return;  // gone and answered, or part of a rebalance that will answer it
  }
  const auto reply_to = members_.take_join(*member);
  JoinGroupResponse response = joined(member->id);
  if (error != ErrorCode::None) {
    // Its former life comes back, so that memory and log agree.
    response = join_error("", error);
    response.generation_id = generation_;
    response.protocol_type = protocol_type_;
    response.protocol_name = protocol_name_;
    response.leader = store.leader_before;
    members_.set_protocols(*member, store.before->protocols);
    Member& former = members_.rename(store.new_member_id, store.before->id);
    former.rebalance_timeout_ms = store.before->rebalance_timeout_ms;
    former.session_timeout_ms = store.before->session_timeout_ms;
    leader_ = leader_ == store.new_member_id ? former.id : leader_;
    set_session_deadline(former, now_ms, former.session_timeout_ms);
  } else if (reply_to && reply_to->api_version >= 9) {
    response.skip_assignment = leader_ == member->id;
  } else {
    // Older clients cannot skip the assignment: they are not told that they lead.
    response.leader = store.leader_before;
    response.members.clear();
  }
  if (reply_to) {
    effects.reply(*reply_to, std::move(response));
  }
}

}  // namespace kafka
