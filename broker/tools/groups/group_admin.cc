#include "broker/tools/groups/group_admin.h"

#include <fmt/core.h>

#include <algorithm>

#include "protocol/api/08_offset_commit.h"
#include "protocol/api/09_offset_fetch.h"
#include "protocol/api/15_describe_groups.h"
#include "protocol/api/16_list_groups.h"
#include "protocol/api/42_delete_groups.h"
#include "protocol/api/47_offset_delete.h"
#include "protocol/api/69_consumer_group_describe.h"
#include "protocol/consumer_protocol.h"

namespace kafka {

namespace {

// From version 10 on, topics of these two are known by their ids only.
constexpr int16_t newest_with_names = 9;

// "classic" -> "Classic"
std::string capitalised(std::string word) {
  if (!word.empty() && word.front() >= 'a' && word.front() <= 'z') {
    word.front() = static_cast<char>(word.front() - 'a' + 'A');
  }
  return word;
}

bool is_moving(int16_t code) {
  const auto error = static_cast<ErrorCode>(code);
  return error == ErrorCode::CoordinatorLoadInProgress || error == ErrorCode::NotCoordinator ||
         error == ErrorCode::CoordinatorNotAvailable;
}

// Asks the coordinator of a group; again while it is loading or has just moved.
template <class Response, class Request, class ErrorOf>
ToolResult<Response> ask_coordinator(AdminClient& client, const std::string& group,
                                     const Request& request, ErrorOf error_of,
                                     int16_t highest_version = Request::max_version) {
  Patience patience(client.api_timeout_ms());
  for (;;) {
    auto coordinator = client.coordinator(group);
    if (!coordinator) {
      return std::unexpected(std::move(coordinator.error()));
    }
    auto response = client.ask<Response>(coordinator->id, request, highest_version);
    if (!response || !is_moving(error_of(*response)) || !patience.wait()) {
      return response;
    }
  }
}

GroupMember classic_member(const DescribeGroupsResponse::DescribedGroupMember& member) {
  GroupMember made{member.member_id,
                   member.group_instance_id,
                   member.client_id,
                   member.client_host,
                   {},
                   {},
                   {},
                   {}};
  if (const auto assignment = decode_assignment(member.member_assignment)) {
    for (const auto& topic : assignment->assigned_partitions) {
      for (const int32_t partition : topic.partitions) {
        made.assignment.push_back({topic.topic, partition});
      }
    }
  }
  std::ranges::sort(made.assignment);
  return made;
}

std::vector<TopicPartition> partitions_of(
    const ConsumerGroupDescribeResponse::Assignment& assignment) {
  std::vector<TopicPartition> partitions;
  for (const auto& topic : assignment.topic_partitions) {
    for (const int32_t partition : topic.partitions) {
      partitions.push_back({topic.topic_name, partition});
    }
  }
  std::ranges::sort(partitions);
  return partitions;
}

// nullopt: not a group of the consumer protocol, or the broker does not know such.
ToolResult<std::optional<GroupDescription>> describe_modern(AdminClient& client,
                                                            const std::string& group) {
  const ConsumerGroupDescribeRequest request{{group}, false};
  auto response = ask_coordinator<ConsumerGroupDescribeResponse>(
      client, group, request, [](const ConsumerGroupDescribeResponse& answer) {
        return answer.groups.empty() ? int16_t{0} : answer.groups.front().error_code;
      });
  if (!response && response.error().code == ErrorCode::UnsupportedVersion) {
    return std::nullopt;
  }
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->groups.empty() || response->groups.front().error_code != 0) {
    return std::nullopt;
  }
  const auto& found = response->groups.front();
  GroupDescription made;
  made.id = group;
  made.state = found.group_state;
  made.assignor = found.assignor_name;
  made.epoch = found.group_epoch;
  made.target_epoch = found.assignment_epoch;
  for (const auto& member : found.members) {
    made.members.push_back({member.member_id, member.instance_id, member.client_id,
                            member.client_host, partitions_of(member.assignment),
                            member.member_epoch, found.assignment_epoch,
                            partitions_of(member.target_assignment)});
  }
  return made;
}

ToolResult<GroupDescription> describe_classic(AdminClient& client, const std::string& group) {
  const DescribeGroupsRequest request{{group}, false};
  auto response = ask_coordinator<DescribeGroupsResponse>(
      client, group, request, [](const DescribeGroupsResponse& answer) {
        return answer.groups.empty() ? int16_t{0} : answer.groups.front().error_code;
      });
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->groups.empty()) {
    return std::unexpected(server_error(static_cast<int16_t>(ErrorCode::GroupIdNotFound)));
  }
  const auto& found = response->groups.front();
  if (found.error_code != 0) {
    return std::unexpected(server_error(found.error_code, found.error_message));
  }
  GroupDescription made;
  made.id = group;
  made.state = found.group_state;
  made.assignor = found.protocol_data;
  std::ranges::transform(found.members, std::back_inserter(made.members), classic_member);
  return made;
}

template <class Topics>
auto& topic_entry(Topics& topics, const std::string& name) {
  if (topics.empty() || topics.back().name != name) {
    topics.emplace_back();
    topics.back().name = name;
  }
  return topics.back();
}

}  // namespace

ToolResult<std::vector<GroupListing>> list_groups(AdminClient& client,
                                                  const std::vector<std::string>& states,
                                                  const std::vector<std::string>& types) {
  auto nodes = client.nodes();
  if (!nodes) {
    return std::unexpected(std::move(nodes.error()));
  }
  const ListGroupsRequest request{states, types};
  std::vector<GroupListing> groups;
  for (const ClusterNode& node : *nodes) {
    auto response = client.ask_again<ListGroupsResponse>(
        node.id, request,
        [](const ListGroupsResponse& answer) { return is_moving(answer.error_code); });
    if (!response) {
      return std::unexpected(std::move(response.error()));
    }
    if (response->error_code != 0) {
      return std::unexpected(server_error(response->error_code));
    }
    for (const auto& group : response->groups) {
      if (group.protocol_type.empty() || group.protocol_type == "consumer") {
        groups.push_back({group.group_id, group.group_state, capitalised(group.group_type)});
      }
    }
  }
  std::ranges::sort(groups, {}, &GroupListing::id);
  return groups;
}

ToolResult<GroupDescription> describe_group(AdminClient& client, const std::string& group) {
  auto coordinator = client.coordinator(group);
  if (!coordinator) {
    return std::unexpected(std::move(coordinator.error()));
  }
  auto modern = describe_modern(client, group);
  if (!modern) {
    return std::unexpected(std::move(modern.error()));
  }
  auto found =
      *modern ? ToolResult<GroupDescription>(std::move(**modern)) : describe_classic(client, group);
  if (found) {
    found->coordinator = std::move(*coordinator);
    std::ranges::sort(found->members, {}, &GroupMember::id);
  }
  return found;
}

ToolResult<CommittedOffsets> committed_offsets(AdminClient& client, const std::string& group) {
  OffsetFetchRequest request;
  request.groups = {{group, std::nullopt, -1, std::nullopt}};
  const auto error_of = [](const OffsetFetchResponse& answer) {
    return answer.groups.empty() ? answer.error_code : answer.groups.front().error_code;
  };
  auto response =
      ask_coordinator<OffsetFetchResponse>(client, group, request, error_of, newest_with_names);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (const int16_t error = error_of(*response); error != 0) {
    return std::unexpected(server_error(error));
  }
  CommittedOffsets offsets;
  const auto take = [&](const auto& topics) {
    for (const auto& topic : topics) {
      for (const auto& partition : topic.partitions) {
        if (partition.committed_offset >= 0) {
          offsets[{topic.name, partition.partition_index}] = {partition.committed_offset,
                                                              partition.committed_leader_epoch};
        }
      }
    }
  };
  take(response->topics);
  if (!response->groups.empty()) {
    take(response->groups.front().topics);
  }
  return offsets;
}

ToolResult<> commit_offsets(AdminClient& client, const std::string& group,
                            const std::map<TopicPartition, int64_t>& offsets) {
  OffsetCommitRequest request;
  request.group_id = group;
  for (const auto& [partition, offset] : offsets) {
    topic_entry(request.topics, partition.topic)
        .partitions.push_back({partition.partition, offset, -1, ""});
  }
  const auto error_of = [](const OffsetCommitResponse& answer) {
    for (const auto& topic : answer.topics) {
      for (const auto& partition : topic.partitions) {
        if (partition.error_code != 0) {
          return partition.error_code;
        }
      }
    }
    return int16_t{0};
  };
  auto response =
      ask_coordinator<OffsetCommitResponse>(client, group, request, error_of, newest_with_names);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (const int16_t error = error_of(*response); error != 0) {
    return std::unexpected(server_error(error));
  }
  return {};
}

ToolResult<ErrorCode> delete_group(AdminClient& client, const std::string& group) {
  const DeleteGroupsRequest request{{group}};
  const auto error_of = [](const DeleteGroupsResponse& answer) {
    return answer.results.empty() ? int16_t{0} : answer.results.front().error_code;
  };
  auto response = ask_coordinator<DeleteGroupsResponse>(client, group, request, error_of);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  return static_cast<ErrorCode>(error_of(*response));
}

ToolResult<DeletedOffsets> delete_offsets(AdminClient& client, const std::string& group,
                                          const std::vector<TopicPartition>& partitions) {
  OffsetDeleteRequest request;
  request.group_id = group;
  for (const TopicPartition& partition : partitions) {
    topic_entry(request.topics, partition.topic).partitions.push_back({partition.partition});
  }
  auto response = ask_coordinator<OffsetDeleteResponse>(
      client, group, request, [](const OffsetDeleteResponse& answer) { return answer.error_code; });
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  DeletedOffsets deleted{static_cast<ErrorCode>(response->error_code), {}};
  for (const auto& topic : response->topics) {
    for (const auto& partition : topic.partitions) {
      deleted.partitions[{topic.name, partition.partition_index}] =
          static_cast<ErrorCode>(partition.error_code);
    }
  }
  return deleted;
}

}  // namespace kafka
