#include "broker/tools/reassign/plan.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "broker/tools/common/json_file.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

using PlannedPartition = std::pair<TopicPartition, ReplicaPlan>;

constexpr std::string_view bad_plan = "org.apache.kafka.tools.AdminOperationException";

// `read` takes the values out.
template <class T, class Read>
ToolResult<T> read_plan_file(const std::string& path, Read read) {
  return read_json_file<T>(path, bad_plan, [&](const nlohmann::json& root) -> ToolResult<T> {
    if (root.is_discarded() || !root.is_object()) {
      return tool_failure(bad_plan, "The input string is not a valid JSON");
    }
    if (const auto version = root.find("version");
        version != root.end() && *version != nlohmann::json(1)) {
      return tool_failure(bad_plan,
                          fmt::format("Not supported version field value {}", version->dump()));
    }
    return read(root);
  });
}

ToolResult<PlannedPartition> planned_partition(const nlohmann::json& entry) {
  PlannedPartition planned;
  planned.first = {entry.at("topic").get<std::string>(), entry.at("partition").get<int32_t>()};
  ReplicaPlan& plan = planned.second;
  plan.replicas = entry.at("replicas").get<std::vector<int32_t>>();
  plan.log_dirs = entry.contains("log_dirs")
                      ? entry.at("log_dirs").get<std::vector<std::string>>()
                      : std::vector<std::string>(plan.replicas.size(), std::string(any_log_dir));
  if (plan.replicas.size() != plan.log_dirs.size()) {
    return tool_failure(
        reassignment_failed,
        fmt::format("Size of replicas list [{}] is different from size of log dirs list [{}] for "
                    "partition {}",
                    fmt::join(plan.replicas, ", "), fmt::join(plan.log_dirs, ", "),
                    kafka::to_string(planned.first)));
  }
  return planned;
}

std::optional<std::string> repeated_replicas(const TopicPartition& partition,
                                             const std::vector<int32_t>& replicas) {
  std::set<int32_t> seen;
  std::set<int32_t> repeated;
  for (const int32_t replica : replicas) {
    if (!seen.insert(replica).second) {
      repeated.insert(replica);
    }
  }
  if (repeated.empty()) {
    return std::nullopt;
  }
  return fmt::format("{} contains multiple entries for {}", kafka::to_string(partition),
                     fmt::join(repeated, ","));
}

}  // namespace

ToolResult<std::vector<PlannedPartition>> read_plan(const std::string& path) {
  using Planned = std::vector<PlannedPartition>;
  return read_plan_file<Planned>(path, [](const nlohmann::json& root) -> ToolResult<Planned> {
    Planned all;
    if (!root.contains("partitions")) {
      return all;
    }
    for (const auto& entry : root.at("partitions")) {
      auto planned = planned_partition(entry);
      if (!planned) {
        return std::unexpected(planned.error());
      }
      all.push_back(std::move(*planned));
    }
    return all;
  });
}

ToolResult<ReassignmentPlan> read_strict_plan(const std::string& path) {
  const auto planned = read_plan(path);
  if (!planned) {
    return std::unexpected(planned.error());
  }
  if (planned->empty()) {
    return tool_failure(reassignment_failed, "Partition reassignment list cannot be empty");
  }
  ReassignmentPlan plan;
  std::vector<TopicPartition> twice;
  std::vector<std::string> repeated;
  for (const auto& [partition, replicas] : *planned) {
    if (replicas.replicas.empty()) {
      return tool_failure(reassignment_failed, "Partition replica list cannot be empty");
    }
    if (!plan.emplace(partition, replicas).second) {
      twice.push_back(partition);
    }
    if (auto some = repeated_replicas(partition, replicas.replicas)) {
      repeated.push_back(std::move(*some));
    }
  }
  if (!twice.empty()) {
    return tool_failure(
        reassignment_failed,
        "Partition reassignment contains duplicate topic partitions: " + partition_list(twice));
  }
  if (!repeated.empty()) {
    return tool_failure(reassignment_failed,
                        fmt::format("Partition replica lists may not contain duplicate entries: {}",
                                    fmt::join(repeated, ". ")));
  }
  return plan;
}

ToolResult<std::vector<std::string>> read_topics_to_move(const std::string& path) {
  using Topics = std::vector<std::string>;
  return read_plan_file<Topics>(path, [](const nlohmann::json& root) -> ToolResult<Topics> {
    Topics topics;
    if (root.contains("topics")) {
      for (const auto& entry : root.at("topics")) {
        topics.push_back(entry.at("topic").get<std::string>());
      }
    }
    std::ranges::sort(topics);
    if (const auto twice = std::ranges::adjacent_find(topics); twice != topics.end()) {
      return tool_failure(
          reassignment_failed,
          "List of topics to reassign contains duplicate entries: [" + *twice + "]");
    }
    return topics;
  });
}

std::string to_json(const ReassignmentPlan& plan) {
  std::vector<std::string> partitions;
  for (const auto& [partition, replicas] : plan) {
    std::vector<std::string> directories;
    std::ranges::transform(replicas.log_dirs, std::back_inserter(directories), json_string);
    partitions.push_back(
        fmt::format(R"({{"topic":{},"partition":{},"replicas":[{}],"log_dirs":[{}]}})",
                    json_string(partition.topic), partition.partition,
                    fmt::join(replicas.replicas, ","), fmt::join(directories, ",")));
  }
  return fmt::format(R"({{"version":1,"partitions":[{}]}})", fmt::join(partitions, ","));
}

std::string partition_list(const std::vector<TopicPartition>& partitions) {
  std::vector<std::string> names;
  for (const TopicPartition& partition : partitions) {
    names.push_back(kafka::to_string(partition));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace kafka
