// LeaveGroup: members go, by themselves or by an administrator's hand.
//
// Version 3 brought many members in one request, named by member id or, for static members, by
// group.instance.id alone (KIP-345); the coordinator turns older requests into that form.
#include "broker/core/group/group.h"

namespace kafka {

LeaveGroupResponse Group::leave(const LeaveGroupRequest& request, int64_t now_ms,
                                GroupEffects& effects) {
  LeaveGroupResponse response;
  if (is(GroupState::Dead)) {
    response.error_code = static_cast<int16_t>(ErrorCode::CoordinatorNotAvailable);
    return response;
  }
  bool anyone_left = false;
  for (const auto& who : request.members) {
    const ErrorCode error = leave_one(who, effects);
    anyone_left = anyone_left || error == ErrorCode::None;
    response.members.push_back(
        {who.member_id, who.group_instance_id, static_cast<int16_t>(error)});
  }
  if (anyone_left && !is(GroupState::Empty)) {
    rebalance_or_complete(now_ms, effects);
  }
  return response;
}

ErrorCode Group::leave_one(const LeaveGroupRequest::MemberIdentity& who, GroupEffects& effects) {
  std::string member_id = who.member_id;
  if (member_id.empty()) {
    const std::string* holder =
        who.group_instance_id ? members_.id_of_instance(*who.group_instance_id) : nullptr;
    if (holder == nullptr) {
      return ErrorCode::UnknownMemberId;
    }
    member_id = *holder;
  } else if (!pending_.contains(member_id)) {
    const ErrorCode error = check_member(member_id, who.group_instance_id);
    if (error != ErrorCode::None) {
      return error;
    }
  }
  remove_member(member_id, effects);
  return ErrorCode::None;
}

}  // namespace kafka
