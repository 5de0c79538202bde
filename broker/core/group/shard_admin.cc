// What administrators ask: describe, list and delete groups.
#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/group/shard.h"

namespace kafka {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

void set_missing(int16_t& code, ErrorCode error) {
  code = code == 0 ? static_cast<int16_t>(error) : code;
}

struct ErrorSetter {
  ErrorCode error;

  void operator()(auto& response) const {  // JoinGroup, SyncGroup, OffsetDelete
    response = {};
    response.error_code = static_cast<int16_t>(error);
  }
  void operator()(LeaveGroupResponse& response) const {
    response.error_code = static_cast<int16_t>(error);
    response.members.clear();
  }
  void operator()(OffsetCommitResponse& response) const {
    for (auto& topic : response.topics) {
      for (auto& partition : topic.partitions) {
        set_missing(partition.error_code, error);
      }
    }
  }
  void operator()(DeleteGroupsResponse& response) const {
    for (auto& result : response.results) {
      set_missing(result.error_code, error);
    }
  }
};

}  // namespace

void set_error(GroupResponse& response, ErrorCode error) {
  std::visit(ErrorSetter{error}, response);
}

std::optional<DescribeGroupsResponse::DescribedGroup> GroupShard::describe(
    std::string_view group_id) const {
  const Group* group = find(group_id);
  return group == nullptr ? std::nullopt : std::optional(group->describe());
}

void GroupShard::list(const std::set<std::string>& states,
                      std::vector<ListGroupsResponse::ListedGroup>& listed) const {
  for (const auto& [id, entry] : groups_) {
    const std::string_view state = name(entry.group.state());
    if (states.empty() || states.contains(lower(state))) {
      auto& group = listed.emplace_back();
      group.group_id = id;
      group.protocol_type = entry.group.protocol_type().value_or("");
      group.group_state = state;
      group.group_type = "classic";
    }
  }
}

std::map<std::string, ErrorCode> GroupShard::delete_groups(
    const std::vector<std::string>& group_ids, uint64_t parked_id, int64_t now_ms,
    GroupOutput& out) {
  std::map<std::string, ErrorCode> errors;
  Pending pending;
  pending.parked_id = parked_id;
  for (const std::string& id : group_ids) {
    Entry* existing = entry(id);
    const ErrorCode error =
        existing == nullptr ? ErrorCode::GroupIdNotFound : existing->group.may_delete();
    if (error != ErrorCode::None) {
      errors.emplace(id, error);
      continue;
    }
    existing->group.begin_deletion(now_ms);
    std::ranges::move(tombstones_of(id), std::back_inserter(pending.records));
    pending.deleting.push_back(id);
  }
  if (!pending.records.empty()) {
    append(std::move(pending), out);
  }
  return errors;
}

// Of all its offsets, those on their way included, and of the group itself.
std::vector<GroupRecord> GroupShard::tombstones_of(const std::string& group_id) const {
  std::set<std::pair<std::string, int32_t>> keys;
  for (const auto& [topic, partitions] : offsets_.of(group_id)) {
    for (const auto& [partition, offset] : partitions) {
      keys.emplace(topic, partition);
    }
  }
  for (const auto& [token, pending] : pending_) {
    for (const GroupRecord& record : pending.records) {
      const auto* offset = std::get_if<OffsetRecord>(&record);
      if (offset != nullptr && offset->key.group == group_id) {
        keys.emplace(offset->key.topic, offset->key.partition);
      }
    }
  }
  std::vector<GroupRecord> tombstones;
  for (const auto& [topic, partition] : keys) {
    tombstones.push_back(offset_tombstone(group_id, topic, partition));
  }
  tombstones.push_back(group_tombstone(group_id));
  return tombstones;
}

}  // namespace kafka
