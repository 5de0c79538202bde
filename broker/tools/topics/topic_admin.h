// What kafka-topics.sh and others ask a cluster about topics.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "broker/tools/admin/admin_client.h"
#include "protocol/api/32_describe_configs.h"
#include "protocol/api/75_describe_topic_partitions.h"

namespace kafka {

struct TopicListing {
  std::string name;
  Uuid id;
  bool is_internal = false;
};

// All topics, sorted by name.
[[nodiscard]] ToolResult<std::vector<TopicListing>> list_topics(AdminClient& client);

using TopicDescription = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic;

// The topics by name, partitions in order. Asks for `partitions_per_response` partitions at a
// time. A broker that does not know DescribeTopicPartitions is asked for Metadata instead; then
// the eligible leaders are not known (null).
[[nodiscard]] ToolResult<std::vector<TopicDescription>> describe_topics(
    AdminClient& client, const std::vector<std::string>& names,
    int32_t partitions_per_response = 2000);

// Resources as DescribeConfigs numbers them.
enum class ResourceType : int8_t {
  Unknown = 0,
  Topic = 2,
  Broker = 4,
  BrokerLogger = 8,
  ClientMetrics = 16,
  Group = 32,
};

using ConfigEntries = std::vector<DescribeConfigsResponse::DescribeConfigsResourceResult>;

// Settings of each of the topics.
[[nodiscard]] ToolResult<std::map<std::string, ConfigEntries>> describe_topic_configs(
    AdminClient& client, const std::vector<std::string>& names);

}  // namespace kafka
