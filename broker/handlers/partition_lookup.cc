#include "broker/handlers/partition_lookup.h"
#include "broker/core/types.h"

#include <fmt/format.h>

namespace kafka {

namespace {

Result<Partition*> usable(Partition& partition) {
  if (partition.log().broken()) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("the disk failed under {}", to_string(partition.name())));
  }
  return &partition;
}

// No replica here: is the partition elsewhere, or nowhere?
Result<Partition*> missing(const TopicImage* topic, int32_t index, ErrorCode unknown_topic) {
  if (topic == nullptr) {
    return fail(unknown_topic, "this cluster has no such topic");
  }
  if (topic->partition(index) == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition,
                fmt::format("topic {} has no partition {}", topic->name, index));
  }
  return fail(ErrorCode::NotLeaderOrFollower,
              fmt::format("{}-{} has no replica on this broker", topic->name, index));
}

}  // namespace

Result<Partition*> find_partition(Node& node, std::string_view topic, int32_t index) {
  if (Partition* partition = node.replicas().find(topic, index)) {
    return usable(*partition);
  }
  return missing(node.image().topic(topic), index, ErrorCode::UnknownTopicOrPartition);
}

Result<Partition*> find_partition(Node& node, const Uuid& topic_id, int32_t index) {
  if (Partition* partition = node.replicas().find(topic_id, index)) {
    return usable(*partition);
  }
  return missing(node.image().topic(topic_id), index, ErrorCode::UnknownTopicId);
}

bool is_internal_topic(std::string_view topic) {
  return topic == offsets_topic || topic == "__transaction_state" || topic == "__share_group_state";
}

}  // namespace kafka
