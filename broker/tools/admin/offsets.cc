#include "broker/tools/admin/offsets.h"

#include <algorithm>
#include <set>

#include "protocol/api/02_list_offsets.h"
#include "protocol/api/03_metadata.h"

namespace kafka {

namespace {

// The requests, one for each leader.
std::map<int32_t, ListOffsetsRequest> by_leader(const std::map<TopicPartition, int32_t>& leaders,
                                                int64_t timestamp, int32_t timeout_ms) {
  std::map<int32_t, ListOffsetsRequest> requests;
  for (const auto& [partition, leader] : leaders) {
    ListOffsetsRequest& request = requests[leader];
    request.replica_id = -1;
    request.timeout_ms = timeout_ms;
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({partition.topic, {}});
    }
    request.topics.back().partitions.push_back({partition.partition, -1, timestamp});
  }
  return requests;
}

}  // namespace

ToolResult<std::map<TopicPartition, int32_t>> find_leaders(
    AdminClient& client, const std::vector<TopicPartition>& partitions) {
  std::set<std::string> topics;
  for (const TopicPartition& partition : partitions) {
    topics.insert(partition.topic);
  }
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  for (const std::string& topic : topics) {
    request.topics->push_back({{}, topic});
  }
  auto response = client.ask<MetadataResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  const std::set<TopicPartition> wanted(partitions.begin(), partitions.end());
  std::map<TopicPartition, int32_t> leaders;
  for (const auto& topic : response->topics) {
    for (const auto& partition : topic.partitions) {
      TopicPartition name{topic.name.value_or(""), partition.partition_index};
      if (partition.leader_id >= 0 && wanted.contains(name)) {
        leaders.emplace(std::move(name), partition.leader_id);
      }
    }
  }
  return leaders;
}

ToolResult<FoundOffsets> list_offsets(AdminClient& client,
                                      const std::vector<TopicPartition>& partitions,
                                      int64_t timestamp) {
  FoundOffsets found;
  if (partitions.empty()) {
    return found;
  }
  for (const TopicPartition& partition : partitions) {
    found[partition].error = ErrorCode::UnknownTopicOrPartition;
  }
  auto leaders = find_leaders(client, partitions);
  if (!leaders) {
    return std::unexpected(std::move(leaders.error()));
  }
  for (const auto& [leader, request] :
       by_leader(*leaders, timestamp, client.request_timeout_ms())) {
    auto response = client.ask<ListOffsetsResponse>(leader, request);
    if (!response) {
      return std::unexpected(std::move(response.error()));
    }
    for (const auto& topic : response->topics) {
      for (const auto& partition : topic.partitions) {
        found[{topic.name, partition.partition_index}] = {
            partition.offset, partition.timestamp, static_cast<ErrorCode>(partition.error_code)};
      }
    }
  }
  return found;
}

}  // namespace kafka
