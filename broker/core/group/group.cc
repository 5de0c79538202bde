#include "broker/core/group/group.h"

#include <algorithm>
#include <array>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/group/limits.h"

namespace kafka {

namespace {

constexpr size_t index_of(GroupState state) { return static_cast<size_t>(state); }

// may_become[from][to]: the table at the head of group.h.
constexpr std::array<std::array<bool, 5>, 5> may_become = {{
    //                         Empty  Prepar Comple Stable Dead
    /* Empty              */ {{false, true, false, false, true}},
    /* PreparingRebalance */ {{true, false, true, false, true}},
    /* CompletingRebalance */ {{false, true, false, true, true}},
    /* Stable             */ {{false, true, false, false, true}},
    /* Dead               */ {{true, false, false, false, true}},
}};

constexpr std::array<std::string_view, 5> state_names = {"Empty", "PreparingRebalance",
                                                    "CompletingRebalance", "Stable", "Dead"};

}  // namespace

std::string_view name(GroupState state) { return state_names[index_of(state)]; }

Group::Group(std::string id, const GroupSettings& settings, int64_t now_ms)
    : id_(std::move(id)), settings_(&settings), state_since_ms_(now_ms) {}

Group Group::restored(std::string id, const GroupMetadataValue& value,
                      const GroupSettings& settings, int64_t now_ms) {
  Group group(std::move(id), settings, now_ms);
  group.state_ = value.members.empty() ? GroupState::Empty : GroupState::Stable;
  group.state_since_ms_ = value.current_state_timestamp;
  group.generation_ = value.generation;
  group.protocol_name_ = value.protocol;
  group.leader_ = value.leader.value_or("");
  if (!value.protocol_type.empty()) {
    group.protocol_type_ = value.protocol_type;
  }
  for (const auto& stored : value.members) {
    if (group.members_.find(stored.member_id) != nullptr ||
        (stored.group_instance_id && group.members_.id_of_instance(*stored.group_instance_id))) {
      continue;  // no coordinator wrote that; the first one counts
    }
    Member member;
    member.id = stored.member_id;
    member.instance_id = stored.group_instance_id;
    member.client_id = stored.client_id;
    member.client_host = stored.client_host;
    member.session_timeout_ms = stored.session_timeout;
    member.rebalance_timeout_ms =
        stored.rebalance_timeout == -1 ? stored.session_timeout : stored.rebalance_timeout;
    member.protocols = {{value.protocol.value_or(""), stored.subscription}};
    member.assignment = stored.assignment;
    Member& added = group.members_.add(std::move(member));
    group.set_session_deadline(added, now_ms, added.session_timeout_ms);
  }
  group.learn_subscriptions();
  return group;
}

void Group::become(GroupState state, int64_t now_ms) {
  CHECK(may_become[index_of(state_)][index_of(state)], "group {}: {} -> {}", id_, name(state_),
        name(state));
  previous_state_ = std::exchange(state_, state);
  state_since_ms_ = now_ms;
}

bool Group::can_rebalance() const {
  return may_become[index_of(state_)][index_of(GroupState::PreparingRebalance)];
}

void Group::rebalance_or_complete(int64_t now_ms, GroupEffects& effects) {
  if (can_rebalance()) {
    prepare_rebalance(now_ms, effects);
  } else {
    complete_join_if_all_came(now_ms, effects);
  }
}

void Group::rebalance(int64_t now_ms, GroupEffects& effects) {
  if (is(GroupState::Stable)) {
    prepare_rebalance(now_ms, effects);
  }
}

void Group::prepare_rebalance(int64_t now_ms, GroupEffects& effects) {
  if (is(GroupState::CompletingRebalance)) {  // nobody gets the assignment of this generation
    for (auto& [id, member] : members_.all()) {
      members_.set_assignment(member, {});
    }
    answer_syncs(ErrorCode::RebalanceInProgress, now_ms, effects);
  }
  awaiting_sync_.clear();
  sync_deadline_ms_ = no_deadline;

  if (is(GroupState::Empty)) {
    become(GroupState::PreparingRebalance, now_ms);
    initial_delay_running_ = true;
    initial_delay_ms_ = settings_->initial_rebalance_delay_ms;
    initial_remaining_ms_ = std::max(members_.max_rebalance_timeout_ms() - initial_delay_ms_, 0);
    set_deadline(join_deadline_ms_, now_ms, initial_delay_ms_);
    return;
  }
  become(GroupState::PreparingRebalance, now_ms);
  if (all_joined()) {
    complete_join(now_ms, effects);
  } else {
    set_deadline(join_deadline_ms_, now_ms, members_.max_rebalance_timeout_ms());
  }
}

// The first rebalance ends only when its delay is over: an Empty group expects more members.
void Group::complete_join_if_all_came(int64_t now_ms, GroupEffects& effects) {
  if (is(GroupState::PreparingRebalance) && previous_state_ != GroupState::Empty && all_joined()) {
    complete_join(now_ms, effects);
  }
}

void Group::complete_join(int64_t now_ms, GroupEffects& effects) {
  join_deadline_ms_ = no_deadline;
  initial_delay_running_ = false;
  drop_absent_dynamic_members(effects);
  if (!elect_joined_leader() && !members_.empty()) {
    // Only static members are left and none is back: wait for them, or for their sessions to end.
    set_deadline(join_deadline_ms_, now_ms, members_.max_rebalance_timeout_ms());
    return;
  }
  begin_generation(now_ms);
  if (is(GroupState::Empty)) {
    effects.stores.push_back({.reason = GroupStore::Reason::Emptied, .value = to_value()});
  } else {
    answer_joins(now_ms, effects);
  }
}

void Group::drop_absent_dynamic_members(GroupEffects& effects) {
  std::vector<std::string> absent;
  for (const auto& [id, member] : members_.all()) {
    if (!member.parked_join && !member.instance_id) {
      absent.push_back(id);
    }
  }
  for (const std::string& id : absent) {
    remove_member(id, effects);
  }
}

// The leader stays leader if it is back; false when nobody is back to lead.
bool Group::elect_joined_leader() {
  const Member* leader = members_.find(leader_);
  if (leader == nullptr || !leader->parked_join) {
    leader = members_.oldest_awaiting_join();
  }
  if (leader == nullptr) {
    return false;
  }
  leader_ = leader->id;
  return true;
}

void Group::begin_generation(int64_t now_ms) {
  generation_ += 1;
  awaiting_sync_.clear();
  if (members_.empty()) {
    protocol_name_.reset();
    learn_subscriptions();
    become(GroupState::Empty, now_ms);
  } else {
    protocol_name_ = members_.select_protocol();
    learn_subscriptions();
    become(GroupState::CompletingRebalance, now_ms);
  }
}

void Group::answer_joins(int64_t now_ms, GroupEffects& effects) {
  for (auto& [id, member] : members_.all()) {
    if (const auto reply_to = members_.take_join(member)) {
      effects.reply(*reply_to, joined(id));
    }
    set_session_deadline(member, now_ms, member.session_timeout_ms);
    member.is_new = false;
    awaiting_sync_.insert(id);
  }
  set_deadline(sync_deadline_ms_, now_ms, members_.max_rebalance_timeout_ms());
}

// KIP-134: as long as members keep coming, wait another delay, up to the rebalance timeout.
void Group::initial_delay_over(int64_t now_ms, GroupEffects& effects) {
  if (!member_added_in_delay_ || initial_remaining_ms_ == 0) {
    complete_join(now_ms, effects);
    return;
  }
  member_added_in_delay_ = false;
  const int32_t waited_ms =
      std::exchange(initial_delay_ms_,
                    std::min(settings_->initial_rebalance_delay_ms, initial_remaining_ms_));
  initial_remaining_ms_ = std::max(initial_remaining_ms_ - waited_ms, 0);
  set_deadline(join_deadline_ms_, now_ms, initial_delay_ms_);
}

// Members that joined this generation and never asked for their assignment are out.
void Group::sync_time_over(int64_t now_ms, GroupEffects& effects) {
  sync_deadline_ms_ = no_deadline;
  if (awaiting_sync_.empty() ||
      (!is(GroupState::CompletingRebalance) && !is(GroupState::Stable))) {
    return;
  }
  const std::set<std::string> missing = awaiting_sync_;
  for (const std::string& id : missing) {
    remove_member(id, effects);
  }
  prepare_rebalance(now_ms, effects);
}

void Group::member_time_over(const std::string& member_id, int64_t now_ms, GroupEffects& effects) {
  Member* member = members_.find(member_id);
  if (member == nullptr) {  // a pending member that never came back with its id
    remove_member(member_id, effects);
    if (is(GroupState::PreparingRebalance) && all_joined()) {
      complete_join(now_ms, effects);
    }
    return;
  }
  member->session_deadline_ms = no_deadline;
  if (!member->heartbeat_satisfied()) {
    remove_and_go_on(member_id, now_ms, effects);
  }
}

void Group::remove_and_go_on(const std::string& member_id, int64_t now_ms, GroupEffects& effects) {
  remove_member(member_id, effects);
  if (is(GroupState::Stable) || is(GroupState::CompletingRebalance)) {
    prepare_rebalance(now_ms, effects);
  } else if (is(GroupState::PreparingRebalance) && all_joined()) {
    complete_join(now_ms, effects);
  }
}

void Group::remove_member(const std::string& member_id, GroupEffects& effects) {
  if (Member* member = members_.find(member_id)) {
    refuse_parked(*member, ErrorCode::UnknownMemberId, effects);
    members_.remove(member_id);
  }
  pending_.erase(member_id);
  awaiting_sync_.erase(member_id);
  if (leader_ == member_id) {
    const Member* next = members_.oldest();
    leader_ = next == nullptr ? "" : next->id;
  }
}

bool Group::all_joined() const {
  return members_.size() == members_.awaiting_join() && pending_.empty();
}

void Group::begin_deletion(int64_t now_ms) { become(GroupState::Dead, now_ms); }

void Group::revive(int64_t now_ms) { become(GroupState::Empty, now_ms); }

void Group::abandon(ErrorCode error, GroupEffects& effects) {
  for (auto& [id, member] : members_.all()) {
    refuse_parked(member, error, effects);
  }
}

// ---- deadlines

void Group::set_deadline(int64_t& deadline_ms, int64_t now_ms, int32_t timeout_ms) {
  deadline_ms = now_ms + std::max(timeout_ms, 1);  // always ahead, so that expire() comes to an end
  wake_at_ms_ = std::min(wake_at_ms_, deadline_ms);
}

void Group::set_session_deadline(Member& member, int64_t now_ms, int32_t timeout_ms) {
  set_deadline(member.session_deadline_ms, now_ms, timeout_ms);
}

void Group::find_wake_time() {
  wake_at_ms_ = std::min(join_deadline_ms_, sync_deadline_ms_);
  for (const auto& [id, member] : members_.all()) {
    wake_at_ms_ = std::min(wake_at_ms_, member.session_deadline_ms);
  }
  for (const auto& [id, deadline_ms] : pending_) {
    wake_at_ms_ = std::min(wake_at_ms_, deadline_ms);
  }
}

void Group::expire(int64_t now_ms, GroupEffects& effects) {
  if (wake_at_ms_ > now_ms) {
    return;
  }
  std::vector<std::pair<int64_t, std::string>> due;  // members, in the order of their deadlines
  for (const auto& [id, member] : members_.all()) {
    if (member.session_deadline_ms <= now_ms) {
      due.emplace_back(member.session_deadline_ms, id);
    }
  }
  for (const auto& [id, deadline_ms] : pending_) {
    if (deadline_ms <= now_ms) {
      due.emplace_back(deadline_ms, id);
    }
  }
  std::ranges::sort(due);
  for (const auto& [deadline_ms, id] : due) {
    const Member* member = members_.find(id);
    const auto pending = pending_.find(id);
    const bool still_due = (member != nullptr && member->session_deadline_ms <= now_ms) ||
                           (pending != pending_.end() && pending->second <= now_ms);
    if (still_due) {  // an earlier one may have ended the rebalance and renewed this one
      member_time_over(id, now_ms, effects);
    }
  }
  if (join_deadline_ms_ <= now_ms) {
    initial_delay_running_ ? initial_delay_over(now_ms, effects) : complete_join(now_ms, effects);
  }
  if (sync_deadline_ms_ <= now_ms) {
    sync_time_over(now_ms, effects);
  }
  find_wake_time();
}

}  // namespace kafka
