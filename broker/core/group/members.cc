#include "broker/core/group/members.h"

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

const Bytes* Member::metadata(std::string_view protocol) const {
  for (const auto& offered : protocols) {
    if (offered.name == protocol) {
      return &offered.metadata;
    }
  }
  return nullptr;
}

Member* MemberTable::find(std::string_view id) {
  const auto at = members_.find(id);
  return at == members_.end() ? nullptr : &at->second;
}

const Member* MemberTable::find(std::string_view id) const {
  const auto at = members_.find(id);
  return at == members_.end() ? nullptr : &at->second;
}

const std::string* MemberTable::id_of_instance(std::string_view instance_id) const {
  const auto at = instances_.find(instance_id);
  return at == instances_.end() ? nullptr : &at->second;
}

Member& MemberTable::add(Member member) {
  CHECK(!members_.contains(member.id), "member {} is already there", member.id);
  if (member.instance_id) {
    const bool fresh = instances_.emplace(*member.instance_id, member.id).second;
    CHECK(fresh, "instance {} is already there", *member.instance_id);
  }
  member.joined_as = next_order_++;
  count_in(member);
  std::string id = member.id;
  return members_.emplace(std::move(id), std::move(member)).first->second;
}

void MemberTable::remove(std::string_view id) {
  const auto at = members_.find(id);
  if (at == members_.end()) {
    return;
  }
  count_out(at->second);
  if (at->second.instance_id) {
    instances_.erase(*at->second.instance_id);
  }
  members_.erase(at);
}

Member& MemberTable::rename(std::string_view old_id, const std::string& new_id) {
  auto node = members_.extract(members_.find(old_id));
  CHECK(!node.empty(), "no member {}", old_id);
  Member& member = node.mapped();
  CHECK(member.instance_id.has_value() && !member.parked_join && !member.parked_sync,
        "only a static member without parked requests changes its id: {}", old_id);
  instances_[*member.instance_id] = new_id;
  node.key() = new_id;
  member.id = new_id;
  return members_.insert(std::move(node)).position->second;
}

void MemberTable::set_protocols(Member& member, GroupProtocols protocols) {
  count_out(member);
  member.protocols = std::move(protocols);
  count_in(member);
}

void MemberTable::set_assignment(Member& member, Bytes assignment) {
  bytes_ -= member.assignment.size();
  member.assignment = std::move(assignment);
  bytes_ += member.assignment.size();
}

void MemberTable::park_join(Member& member, const ReplyTo& reply_to) {
  awaiting_join_ += member.parked_join ? 0 : 1;
  member.parked_join = reply_to;
}

std::optional<ReplyTo> MemberTable::take_join(Member& member) {
  awaiting_join_ -= member.parked_join ? 1 : 0;
  return std::exchange(member.parked_join, std::nullopt);
}

int32_t MemberTable::max_rebalance_timeout_ms() const {
  int32_t longest = 0;
  for (const auto& [id, member] : members_) {
    longest = std::max(longest, member.rebalance_timeout_ms);
  }
  return longest;
}

bool MemberTable::supports_any(const GroupProtocols& protocols) const {
  return std::ranges::any_of(protocols, [&](const auto& protocol) {
    const auto at = support_.find(protocol.name);
    return (at == support_.end() ? 0 : at->second) == members_.size();
  });
}

std::string MemberTable::select_protocol() const {
  std::vector<std::pair<std::string_view, size_t>> votes;  // in the order of the first vote
  for (const Member* member : in_join_order()) {
    const auto choice = std::ranges::find_if(member->protocols, [&](const auto& protocol) {
      return support_.find(protocol.name)->second == members_.size();
    });
    CHECK(choice != member->protocols.end(), "member {} shares no protocol", member->id);
    const auto counted = std::ranges::find(votes, std::string_view(choice->name),
                                           [](const auto& vote) { return vote.first; });
    if (counted == votes.end()) {
      votes.emplace_back(choice->name, 1);
    } else {
      counted->second += 1;
    }
  }
  CHECK(!votes.empty(), "a group without members selects no protocol");
  const auto by_count = [](const auto& vote) { return vote.second; };
  return std::string(std::ranges::max_element(votes, {}, by_count)->first);
}

const Member* MemberTable::oldest() const {
  const Member* found = nullptr;
  for (const auto& [id, member] : members_) {
    if (found == nullptr || member.joined_as < found->joined_as) {
      found = &member;
    }
  }
  return found;
}

const Member* MemberTable::oldest_awaiting_join() const {
  const Member* found = nullptr;
  for (const auto& [id, member] : members_) {
    if (member.parked_join && (found == nullptr || member.joined_as < found->joined_as)) {
      found = &member;
    }
  }
  return found;
}

std::vector<const Member*> MemberTable::in_join_order() const {
  std::vector<const Member*> ordered;
  ordered.reserve(members_.size());
  for (const auto& [id, member] : members_) {
    ordered.push_back(&member);
  }
  std::ranges::sort(ordered, {}, &Member::joined_as);
  return ordered;
}

void MemberTable::count_in(const Member& member) {
  awaiting_join_ += member.parked_join ? 1 : 0;
  bytes_ += member.assignment.size();
  for (const auto& protocol : member.protocols) {
    support_[protocol.name] += 1;
    bytes_ += protocol.name.size() + protocol.metadata.size();
  }
}

void MemberTable::count_out(const Member& member) {
  awaiting_join_ -= member.parked_join ? 1 : 0;
  bytes_ -= member.assignment.size();
  for (const auto& protocol : member.protocols) {
    bytes_ -= protocol.name.size() + protocol.metadata.size();
    const auto at = support_.find(protocol.name);
    if (--at->second == 0) {
      support_.erase(at);
    }
  }
}

}  // namespace kafka
