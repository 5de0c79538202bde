// What others may ask about a group: its record, its description, what it subscribes to, whether
// it may be deleted and when its offsets age.
#include "broker/core/check.h"
#include "broker/core/group/group.h"

namespace kafka {

namespace {

// The topics of a consumer's subscription. Version 0 is the prefix of every later one:
// int16 version, int32 count, that many strings. nullopt: not readable.
std::optional<std::vector<std::string>> subscribed_topics(std::span<const uint8_t> metadata) {
  Reader reader(metadata);
  reader.int16();
  const int32_t count = reader.length(false);
  std::vector<std::string> topics;
  for (int32_t i = 0; i < count && reader.ok(); ++i) {
    const int32_t length = reader.string_length(false);
    if (length < 0) {
      return std::nullopt;
    }
    const auto text = reader.take(static_cast<size_t>(length));
    topics.emplace_back(text.begin(), text.end());
  }
  return reader.ok() && count >= 0 ? std::optional(std::move(topics)) : std::nullopt;
}

}  // namespace

bool Group::uses_consumer_protocol() const { return protocol_type_ == "consumer"; }

void Group::learn_subscriptions() {
  subscribed_topics_.reset();
  if (!uses_consumer_protocol() || (!members_.empty() && !protocol_name_)) {
    return;
  }
  std::set<std::string> all;
  for (const auto& [id, member] : members_.all()) {
    const Bytes* metadata = member.metadata(*protocol_name_);
    auto topics = metadata == nullptr ? std::nullopt : subscribed_topics(*metadata);
    if (!topics) {
      return;
    }
    all.insert(topics->begin(), topics->end());
  }
  subscribed_topics_ = std::move(all);
}

bool Group::subscribed_to(const std::string& topic) const {
  return subscribed_topics_ ? subscribed_topics_->contains(topic) : uses_consumer_protocol();
}

GroupMetadataValue Group::to_value() const {
  GroupMetadataValue value;
  value.protocol_type = protocol_type_.value_or("");
  value.generation = generation_;
  value.protocol = protocol_name_;
  value.leader = leader_.empty() ? std::nullopt : std::optional(leader_);
  value.current_state_timestamp = state_since_ms_;
  for (const Member* member : members_.in_join_order()) {
    const Bytes* metadata = member->metadata(protocol_name_.value_or(""));
    CHECK(metadata != nullptr, "group {}: member {} does not offer {}", id_, member->id,
          protocol_name_.value_or(""));
    GroupMetadataValue::MemberMetadata stored;
    stored.member_id = member->id;
    stored.group_instance_id = member->instance_id;
    stored.client_id = member->client_id;
    stored.client_host = member->client_host;
    stored.rebalance_timeout = member->rebalance_timeout_ms;
    stored.session_timeout = member->session_timeout_ms;
    stored.subscription = *metadata;
    stored.assignment = member->assignment;
    value.members.push_back(std::move(stored));
  }
  return value;
}

DescribeGroupsResponse::DescribedGroup Group::describe() const {
  DescribeGroupsResponse::DescribedGroup described;
  described.group_id = id_;
  described.group_state = name(state_);
  described.protocol_type = protocol_type_.value_or("");
  if (is(GroupState::Stable)) {  // only then do protocol and subscriptions belong together
    described.protocol_data = protocol_name_.value_or("");
  }
  for (const Member* member : members_.in_join_order()) {
    DescribeGroupsResponse::DescribedGroupMember shown;
    shown.member_id = member->id;
    shown.group_instance_id = member->instance_id;
    shown.client_id = member->client_id;
    shown.client_host = member->client_host;
    shown.member_assignment = member->assignment;
    const Bytes* metadata = member->metadata(described.protocol_data);
    if (is(GroupState::Stable) && metadata != nullptr) {
      shown.member_metadata = *metadata;
    }
    described.members.push_back(std::move(shown));
  }
  return described;
}

ErrorCode Group::may_delete() const {
  switch (state_) {
    case GroupState::Dead:
      return ErrorCode::GroupIdNotFound;
    case GroupState::Empty:
      return ErrorCode::None;
    default:
      return ErrorCode::NonEmptyGroup;
  }
}

// Of a group in use, offsets of topics that nobody subscribes to may go; only for consumers do we
// know which those are.
ErrorCode Group::may_delete_offsets() const {
  if (is(GroupState::Dead)) {
    return ErrorCode::GroupIdNotFound;
  }
  return is(GroupState::Empty) || uses_consumer_protocol() ? ErrorCode::None
                                                           : ErrorCode::NonEmptyGroup;
}

std::optional<int64_t> Group::offset_age_starts_ms(int64_t commit_timestamp_ms) const {
  if (!protocol_type_) {  // offsets only: each from its own commit
    return commit_timestamp_ms;
  }
  if (is(GroupState::Empty)) {  // all at once, from when the last member left
    return state_since_ms_ >= 0 ? state_since_ms_ : commit_timestamp_ms;
  }
  if (is(GroupState::Stable) && uses_consumer_protocol() && subscribed_topics_) {
    return commit_timestamp_ms;  // of topics that nobody subscribes to any more
  }
  return std::nullopt;
}

}  // namespace kafka
