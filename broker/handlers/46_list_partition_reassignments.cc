// ListPartitionReassignments: the moves of replicas that still run (KIP-455); of all topics, or of
// the partitions that are asked for.
#include "protocol/api/46_list_partition_reassignments.h"

#include "broker/core/controller/reassignment.h"
#include "broker/handlers/controller_decision.h"

namespace kafka {
namespace {

using OngoingTopic = ListPartitionReassignmentsResponse::OngoingTopicReassignment;

void add_ongoing(const TopicImage& topic, int32_t index, OngoingTopic& ongoing) {
  const PartitionImage* partition = topic.partition(index);
  if (partition == nullptr || !is_reassigning(*partition)) {
    return;
  }
  auto& row = ongoing.partitions.emplace_back();
  row.partition_index = index;
  row.replicas = partition->replicas;
  row.adding_replicas = partition->adding_replicas;
  row.removing_replicas = partition->removing_replicas;
}

std::vector<int32_t> all_partitions(const TopicImage& topic) {
  std::vector<int32_t> indexes;
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    indexes.push_back(static_cast<int32_t>(i));
  }
  return indexes;
}

}  // namespace

void handle_list_partition_reassignments(Node& node, Request& request) {
  const auto message = node.decode_or_close<ListPartitionReassignmentsRequest>(request);
  if (!message || !decides_here<ListPartitionReassignmentsResponse>(node, request)) {
    return;
  }
  ListPartitionReassignmentsResponse response;
  response.error_message = std::nullopt;
  const auto list = [&](const TopicImage& topic, const std::vector<int32_t>& indexes) {
    OngoingTopic ongoing;
    ongoing.name = topic.name;
    for (const int32_t index : indexes) {
      add_ongoing(topic, index, ongoing);
    }
    if (!ongoing.partitions.empty()) {
      response.topics.push_back(std::move(ongoing));
    }
  };
  const MetadataImage& image = node.image();
  if (message->topics) {
    for (const auto& asked : *message->topics) {
      if (const TopicImage* topic = image.topic(asked.name)) {
        list(*topic, asked.partition_indexes);
      }
    }
  } else {
    for (const auto& [name, topic] : image.topics()) {
      list(topic, all_partitions(topic));
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
