// One function per request: what holds for all groups, then the shard.
#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "broker/core/group/coordinator.h"
#include "broker/core/group/limits.h"

namespace kafka {

namespace {

GroupOutput answer(const ReplyTo& to, GroupResponse response) {
  GroupOutput out;
  out.reply(GroupReply{to, std::move(response)});
  return out;
}

// Names go into records with 16-bit lengths: what does not fit there is refused here.
bool names_fit(const JoinGroupRequest& request, const GroupClient& client) {
  const auto fits = [](const std::string& name) { return name.size() <= name_bytes_max; };
  return fits(client.client_id) && fits(request.member_id) &&
         fits(request.group_instance_id.value_or("")) && fits(request.protocol_type) &&
         std::ranges::all_of(request.protocols,
                             [&](const auto& protocol) { return fits(protocol.name); });
}

// A protocol that is offered twice counts once, as first said.
void drop_repeated(GroupProtocols& protocols) {
  std::set<std::string> seen;
  std::erase_if(protocols, [&](const auto& protocol) { return !seen.insert(protocol.name).second; });
}

std::string trimmed_lower(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  const auto end = text.find_last_not_of(" \t");
  std::string result(begin == std::string_view::npos ? "" : text.substr(begin, end - begin + 1));
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::set<std::string> trimmed_lower(const std::vector<std::string>& texts) {
  std::set<std::string> result;
  for (const std::string& text : texts) {
    result.insert(trimmed_lower(text));
  }
  return result;
}

}  // namespace

GroupOutput GroupCoordinator::join(JoinGroupRequest request, const GroupClient& client,
                                   const ReplyTo& reply_to, int64_t now_ms) {
  const auto shard = shard_for_members(request.group_id);
  if (!shard && shard.error().code == ErrorCode::InvalidGroupId) {
    return answer(reply_to, join_error(request.member_id, shard.error().code));
  }
  if (request.session_timeout_ms < settings_.min_session_timeout_ms ||
      request.session_timeout_ms > settings_.max_session_timeout_ms) {
    return answer(reply_to, join_error(request.member_id, ErrorCode::InvalidSessionTimeout));
  }
  if (!shard) {
    return answer(reply_to, join_error("", shard.error().code));
  }
  if (reply_to.api_version == 0) {  // v1 brought a rebalance timeout of its own (KIP-62)
    request.rebalance_timeout_ms = request.session_timeout_ms;
  }
  drop_repeated(request.protocols);
  if (!names_fit(request, client) || request.protocols.size() > protocols_per_member_max) {
    return answer(reply_to, join_error(request.member_id, ErrorCode::InvalidRequest));
  }
  Joiner joiner{reply_to, client.client_id, client.host, {}};
  if (request.member_id.empty()) {
    joiner.new_member_id = new_member_id(request, client);
  }
  GroupOutput out;
  (*shard)->join(request, joiner, now_ms, out);
  return out;
}

GroupOutput GroupCoordinator::sync(const SyncGroupRequest& request, const ReplyTo& reply_to,
                                   int64_t now_ms) {
  const auto refuse = [&](ErrorCode error) {
    SyncGroupResponse response;
    response.error_code = static_cast<int16_t>(error);
    return answer(reply_to, std::move(response));
  };
  // v5 brought protocol type and name, and demands them (KIP-559).
  if (reply_to.api_version >= 5 && (!request.protocol_type || !request.protocol_name)) {
    return refuse(ErrorCode::InconsistentGroupProtocol);
  }
  const auto shard = shard_for_members(request.group_id);
  if (!shard) {
    return refuse(shard.error().code);
  }
  GroupOutput out;
  (*shard)->sync(request, reply_to, now_ms, out);
  return out;
}

ErrorCode GroupCoordinator::heartbeat(const HeartbeatRequest& request, int64_t now_ms) {
  const auto shard = shard_for_members(request.group_id);
  if (!shard) {
    // While the group is being read nobody knows better: the member may go on.
    return shard.error().code == ErrorCode::CoordinatorLoadInProgress ? ErrorCode::None
                                                                      : shard.error().code;
  }
  return (*shard)->heartbeat(request, now_ms);
}

GroupOutput GroupCoordinator::leave(LeaveGroupRequest request, const ReplyTo& reply_to,
                                    int64_t now_ms) {
  const auto shard = shard_for_members(request.group_id);
  if (!shard) {
    LeaveGroupResponse response;
    response.error_code = static_cast<int16_t>(shard.error().code);
    return answer(reply_to, std::move(response));
  }
  if (reply_to.api_version < 3) {
    request.members = {{request.member_id, std::nullopt, std::nullopt}};
  }
  GroupOutput out;
  (*shard)->leave(request, reply_to, now_ms, out);
  return out;
}

GroupOutput GroupCoordinator::commit_offsets(const OffsetCommitRequest& request,
                                             OffsetCommitResponse response,
                                             const ReplyTo& reply_to, int64_t now_ms) {
  const auto shard = shard_for(request.group_id);
  if (!shard) {
    for (const auto& topic : request.topics) {
      auto& answered = topic_of(response, topic.name);
      answered.topic_id = topic.topic_id;
      for (const auto& partition : topic.partitions) {
        answered.partitions.push_back(
            {partition.partition_index, static_cast<int16_t>(shard.error().code)});
      }
    }
    return answer(reply_to, std::move(response));
  }
  GroupOutput out;
  (*shard)->commit_offsets(request, std::move(response), reply_to, now_ms, out);
  return out;
}

OffsetFetchResponse::OffsetFetchResponseGroup GroupCoordinator::fetch_offsets(
    const OffsetFetchRequest::OffsetFetchRequestGroup& request, bool require_stable) const {
  const auto shard = shard_for(request.group_id);
  if (shard) {
    return (*shard)->fetch_offsets(request, require_stable);
  }
  OffsetFetchResponse::OffsetFetchResponseGroup response;
  response.group_id = request.group_id;
  response.error_code = static_cast<int16_t>(shard.error().code);
  return response;
}

GroupOutput GroupCoordinator::delete_offsets(const OffsetDeleteRequest& request,
                                             OffsetDeleteResponse response,
                                             const ReplyTo& reply_to) {
  const auto shard = shard_for_members(request.group_id);
  if (!shard) {
    response.error_code = static_cast<int16_t>(shard.error().code);
    response.topics.clear();
    return answer(reply_to, std::move(response));
  }
  GroupOutput out;
  (*shard)->delete_offsets(request, std::move(response), reply_to, out);
  return out;
}

// Its groups may live in many partitions: the reply waits for all of their tombstones.
GroupOutput GroupCoordinator::delete_groups(const std::vector<std::string>& group_ids,
                                            const ReplyTo& reply_to, int64_t now_ms) {
  std::vector<std::pair<GroupShard*, std::vector<std::string>>> by_shard;  // in the order of ids
  std::map<std::string, ErrorCode> errors;
  for (const std::string& id : std::set(group_ids.begin(), group_ids.end())) {
    if (const auto shard = shard_for(id)) {
      auto entry = std::ranges::find(by_shard, *shard, [](const auto& one) { return one.first; });
      if (entry == by_shard.end()) {
        entry = by_shard.insert(entry, {*shard, {}});
      }
      entry->second.push_back(id);
    } else {
      errors.emplace(id, shard.error().code);
    }
  }
  GroupOutput out;
  const uint64_t parked_id = ledger_.next_id++;
  for (const auto& [shard, ids] : by_shard) {
    errors.merge(shard->delete_groups(ids, parked_id, now_ms, out));
  }
  DeleteGroupsResponse response;
  std::set<std::string> answered;
  for (const std::string& id : group_ids) {
    if (answered.insert(id).second) {
      const auto error = errors.find(id);
      response.results.push_back(
          {id, static_cast<int16_t>(error == errors.end() ? ErrorCode::None : error->second)});
    }
  }
  if (out.appends.empty()) {
    out.reply(GroupReply{reply_to, std::move(response)});
  } else {
    ledger_.parked.emplace(parked_id,
                           ParkedGroupReply{{reply_to, std::move(response)}, out.appends.size()});
  }
  return out;
}

DescribeGroupsResponse::DescribedGroup GroupCoordinator::describe(const std::string& group_id,
                                                                  int16_t version) const {
  DescribeGroupsResponse::DescribedGroup described;
  described.group_id = group_id;
  const auto shard = shard_for(group_id);
  if (!shard) {
    described.error_code = static_cast<int16_t>(shard.error().code);
    return described;
  }
  if (auto found = (*shard)->describe(group_id)) {
    return std::move(*found);
  }
  described.group_state = name(GroupState::Dead);
  if (version >= 6) {  // before, a group that nobody knows was a dead one (KIP-1043)
    described.error_code = static_cast<int16_t>(ErrorCode::GroupIdNotFound);
    described.error_message = "Group " + group_id + " not found.";
  }
  return described;
}

ListGroupsResponse GroupCoordinator::list(const ListGroupsRequest& request) const {
  ListGroupsResponse response;
  const std::set<std::string> states = trimmed_lower(request.states_filter);
  const std::set<std::string> types = trimmed_lower(request.types_filter);
  for (const auto& [partition, shard] : shards_) {
    if (!shard->active()) {
      response.groups.clear();
      response.error_code = static_cast<int16_t>(ErrorCode::CoordinatorLoadInProgress);
      return response;
    }
    if (types.empty() || types.contains("classic")) {
      shard->list(states, response.groups);
    }
  }
  return response;
}

}  // namespace kafka
