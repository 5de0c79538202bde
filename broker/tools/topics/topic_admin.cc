#include "broker/tools/topics/topic_admin.h"

#include <algorithm>

#include "protocol/api/03_metadata.h"

namespace kafka {

namespace {

constexpr auto unknown_topic = static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition);

TopicDescription from_metadata(const MetadataResponse::MetadataResponseTopic& topic) {
  TopicDescription description;
  description.error_code = topic.error_code;
  description.name = topic.name;
  description.topic_id = topic.topic_id;
  description.is_internal = topic.is_internal;
  for (const auto& partition : topic.partitions) {
    auto& made = description.partitions.emplace_back();
    made.error_code = partition.error_code;
    made.partition_index = partition.partition_index;
    made.leader_id = partition.leader_id;
    made.leader_epoch = partition.leader_epoch;
    made.replica_nodes = partition.replica_nodes;
    made.isr_nodes = partition.isr_nodes;
    made.offline_replicas = partition.offline_replicas;
  }
  return description;
}

ToolResult<std::vector<TopicDescription>> describe_by_metadata(
    AdminClient& client, const std::vector<std::string>& names) {
  MetadataRequest request;
  for (const std::string& name : names) {
    request.topics->push_back({{}, name});
  }
  request.allow_auto_topic_creation = false;
  auto response = client.ask<MetadataResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  std::vector<TopicDescription> topics;
  std::ranges::transform(response->topics, std::back_inserter(topics), from_metadata);
  return topics;
}

// A topic whose partitions come in several responses stands in each of them: joins them.
void append_pages(std::vector<TopicDescription>& topics, std::vector<TopicDescription>&& page) {
  for (TopicDescription& topic : page) {
    if (!topics.empty() && topics.back().name == topic.name) {
      std::ranges::move(topic.partitions, std::back_inserter(topics.back().partitions));
    } else {
      topics.push_back(std::move(topic));
    }
  }
}

ToolResult<> check_topics(std::vector<TopicDescription>& topics) {
  for (TopicDescription& topic : topics) {
    if (topic.error_code != 0 && topic.error_code != unknown_topic) {
      return std::unexpected(server_error(topic.error_code));
    }
    std::ranges::sort(topic.partitions, {}, [](const auto& p) { return p.partition_index; });
  }
  // A topic that was deleted since it was listed is no longer there.
  std::erase_if(topics, [](const TopicDescription& t) { return t.error_code == unknown_topic; });
  std::ranges::sort(topics, {}, [](const TopicDescription& t) { return *t.name; });
  return {};
}

}  // namespace

ToolResult<std::vector<TopicListing>> list_topics(AdminClient& client) {
  MetadataRequest request;
  request.topics = std::nullopt;
  request.allow_auto_topic_creation = false;
  auto response = client.ask<MetadataResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  std::vector<TopicListing> topics;
  for (const auto& topic : response->topics) {
    topics.push_back({topic.name.value_or(""), topic.topic_id, topic.is_internal});
  }
  std::ranges::sort(topics, {}, &TopicListing::name);
  return topics;
}

ToolResult<std::vector<TopicDescription>> describe_topics(AdminClient& client,
                                                          const std::vector<std::string>& names,
                                                          int32_t partitions_per_response) {
  DescribeTopicPartitionsRequest request;
  for (const std::string& name : names) {
    request.topics.push_back({name});
  }
  std::ranges::sort(request.topics, {}, [](const auto& t) { return t.name; });
  request.response_partition_limit = partitions_per_response;
  std::vector<TopicDescription> topics;
  do {
    auto response = client.ask<DescribeTopicPartitionsResponse>(any_node, request);
    if (!response && response.error().code == ErrorCode::UnsupportedVersion) {
      auto found = describe_by_metadata(client, names);
      if (!found) {
        return found;
      }
      topics = std::move(*found);
      break;
    }
    if (!response) {
      return std::unexpected(std::move(response.error()));
    }
    append_pages(topics, std::move(response->topics));
    request.cursor.reset();
    if (const auto& next = response->next_cursor) {
      request.cursor = {next->topic_name, next->partition_index};
      // The cursor's topic is the first that is still to come.
      std::erase_if(request.topics, [&](const auto& t) { return t.name < next->topic_name; });
    }
  } while (request.cursor);
  if (auto checked = check_topics(topics); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return topics;
}

ToolResult<std::map<std::string, ConfigEntries>> describe_topic_configs(
    AdminClient& client, const std::vector<std::string>& names) {
  std::map<std::string, ConfigEntries> configs;
  if (names.empty()) {
    return configs;
  }
  DescribeConfigsRequest request;
  for (const std::string& name : names) {
    request.resources.push_back({static_cast<int8_t>(ResourceType::Topic), name, std::nullopt});
  }
  auto response = client.ask<DescribeConfigsResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (auto& result : response->results) {
    if (result.error_code != 0) {
      return std::unexpected(server_error(result.error_code, result.error_message));
    }
    configs[result.resource_name] = std::move(result.configs);
  }
  return configs;
}

}  // namespace kafka
