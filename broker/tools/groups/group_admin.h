// What kafka-consumer-groups.sh asks a cluster about groups.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/types.h"
#include "broker/tools/admin/admin_client.h"

namespace kafka {

struct GroupListing {
  std::string id;
  std::string state;
  std::string type;  // Classic, Consumer
};

struct GroupMember {
  std::string id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string host;
  std::vector<TopicPartition> assignment;  // sorted
  // Groups of the consumer protocol (KIP-848) have these.
  std::optional<int32_t> epoch;
  std::optional<int32_t> target_epoch;
  std::vector<TopicPartition> target_assignment;
};

struct GroupDescription {
  std::string id;
  std::string state;
  std::string assignor;
  ClusterNode coordinator;
  std::vector<GroupMember> members;
  std::optional<int32_t> epoch;
  std::optional<int32_t> target_epoch;
};

struct CommittedOffset {
  int64_t offset = -1;
  int32_t leader_epoch = -1;
};
using CommittedOffsets = std::map<TopicPartition, CommittedOffset>;

// Consumer groups of all brokers, sorted by id. Filters are lower case or as Kafka writes them.
[[nodiscard]] ToolResult<std::vector<GroupListing>> list_groups(
    AdminClient& client, const std::vector<std::string>& states,
    const std::vector<std::string>& types);

// GROUP_ID_NOT_FOUND when no coordinator knows the group.
[[nodiscard]] ToolResult<GroupDescription> describe_group(AdminClient& client,
                                                          const std::string& group);

// Partitions with a committed offset only.
[[nodiscard]] ToolResult<CommittedOffsets> committed_offsets(AdminClient& client,
                                                             const std::string& group);

// Commits on behalf of a group without members. The first partition that fails fails it.
[[nodiscard]] ToolResult<> commit_offsets(AdminClient& client, const std::string& group,
                                          const std::map<TopicPartition, int64_t>& offsets);

// None: deleted.
[[nodiscard]] ToolResult<ErrorCode> delete_group(AdminClient& client, const std::string& group);

// The error of the group as a whole, and those of the partitions.
struct DeletedOffsets {
  ErrorCode error = ErrorCode::None;
  std::map<TopicPartition, ErrorCode> partitions;
};
[[nodiscard]] ToolResult<DeletedOffsets> delete_offsets(
    AdminClient& client, const std::string& group, const std::vector<TopicPartition>& partitions);

}  // namespace kafka
