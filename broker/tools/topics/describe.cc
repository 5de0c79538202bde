#include "broker/tools/topics/describe.h"

#include <fmt/core.h>

#include <algorithm>

#include "broker/config/config_def.h"
#include "broker/tools/common/java_order.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

using Partition = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition;

// Settings that are not the built-in default, as name=value.
std::string overrides(ConfigEntries configs) {
  sort_as_java_map(configs, [](const auto& entry) -> std::string_view { return entry.name; });
  std::string text;
  for (const auto& entry : configs) {
    if (entry.config_source != static_cast<int8_t>(ConfigSource::Default)) {
      text += (text.empty() ? "" : ",") + entry.name + "=" + entry.value.value_or("null");
    }
  }
  return text;
}

size_t min_isr(const ConfigEntries& configs) {
  const auto found = std::ranges::find_if(
      configs, [](const auto& entry) { return entry.name == "min.insync.replicas"; });
  if (found == configs.end() || !found->value) {
    return 1;
  }
  return static_cast<size_t>(parse_number(*found->value, 0, INT32_MAX).value_or(1));
}

// Replicas that a running reassignment adds do not count yet.
size_t replication_factor(const Partition& partition, const Reassignments& moving) {
  const auto found = moving.find(partition.partition_index);
  const size_t adding = found == moving.end() ? 0 : found->second.adding.size();
  return partition.replica_nodes.size() - std::min(adding, partition.replica_nodes.size());
}

bool is_picked(const Partition& partition, size_t least, const Reassignments& moving,
               const DescribeReport& report) {
  const bool has_leader = partition.leader_id >= 0;
  const size_t in_sync = partition.isr_nodes.size();
  return !report.picks_partitions() || (report.unavailable && !has_leader) ||
         (report.under_replicated && in_sync < replication_factor(partition, moving)) ||
         (report.under_min_isr && in_sync < least) || (report.at_min_isr && in_sync == least);
}

std::string eligible(const std::optional<std::vector<int32_t>>& brokers) {
  return brokers ? join(*brokers, ",") : "N/A";
}

std::string partition_line(const TopicDescription& topic, const Partition& partition,
                           const Reassignments& moving) {
  std::string line =
      fmt::format("\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}",
                  topic.name.value_or(""), partition.partition_index,
                  partition.leader_id >= 0 ? std::to_string(partition.leader_id) : "none",
                  join(partition.replica_nodes, ","), join(partition.isr_nodes, ","));
  if (const auto found = moving.find(partition.partition_index); found != moving.end()) {
    line += fmt::format("\tAdding Replicas: {}\tRemoving Replicas: {}",
                        join(found->second.adding, ","), join(found->second.removing, ","));
  }
  return line + fmt::format("\tElr: {}\tLastKnownElr: {}\n",
                            eligible(partition.eligible_leader_replicas),
                            eligible(partition.last_known_elr));
}

}  // namespace

DescribeReport DescribeReport::from(const Options& options) {
  return {.under_replicated = options.has("under-replicated-partitions"),
          .unavailable = options.has("unavailable-partitions"),
          .under_min_isr = options.has("under-min-isr-partitions"),
          .at_min_isr = options.has("at-min-isr-partitions"),
          .with_overrides = options.has("topics-with-overrides")};
}

std::string describe_topic(const TopicDescription& topic, const ConfigEntries& configs,
                           const Reassignments& moving, const DescribeReport& report) {
  std::string out;
  const std::string settings = overrides(configs);
  if (!report.picks_partitions() && (!report.with_overrides || !settings.empty())) {
    const size_t factor =
        topic.partitions.empty() ? 0 : replication_factor(topic.partitions.front(), moving);
    out = fmt::format(
        "Topic: {}\tTopicId: {}\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}\n",
        topic.name.value_or(""), topic.topic_id.to_string(), topic.partitions.size(), factor,
        settings);
  }
  if (report.with_overrides) {
    return out;
  }
  const size_t least = min_isr(configs);
  for (const Partition& partition : topic.partitions) {
    if (is_picked(partition, least, moving, report)) {
      out += partition_line(topic, partition, moving);
    }
  }
  return out;
}

}  // namespace kafka
