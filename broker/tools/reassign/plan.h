// The files of kafka-reassign-partitions.sh: where replicas are, or ought to be.
//
//   {"version": 1, "partitions": [{"topic": "orders", "partition": 0, "replicas": [1, 2],
//                                  "log_dirs": ["any", "/data/b"]}]}
//   {"version": 1, "topics": [{"topic": "orders"}]}
#pragma once

#include <map>
#include <string>
#include <vector>

#include "broker/core/types.h"
#include "broker/tools/common/tool_error.h"

namespace kafka {

inline constexpr std::string_view any_log_dir = "any";
inline constexpr std::string_view reassignment_failed =
    "org.apache.kafka.tools.AdminCommandFailedException";

struct ReplicaPlan {
  std::vector<int32_t> replicas;
  std::vector<std::string> log_dirs;  // one for each replica
};

using ReassignmentPlan = std::map<TopicPartition, ReplicaPlan>;

// What stands in the file, unchecked; a partition may stand twice.
[[nodiscard]] ToolResult<std::vector<std::pair<TopicPartition, ReplicaPlan>>> read_plan(
    const std::string& path);
// The same, refused where it names nothing, a partition twice, or a replica twice.
[[nodiscard]] ToolResult<ReassignmentPlan> read_strict_plan(const std::string& path);
// Topics, sorted.
[[nodiscard]] ToolResult<std::vector<std::string>> read_topics_to_move(const std::string& path);

[[nodiscard]] std::string to_json(const ReassignmentPlan& plan);

// "a-0,b-1"
[[nodiscard]] std::string partition_list(const std::vector<TopicPartition>& partitions);

}  // namespace kafka
