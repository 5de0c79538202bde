// OffsetFetch: how far groups have read. A partition without a committed offset answers -1, and so
// does a group that nobody knows; neither is an error.
//
//   v1  from the coordinator; it has no place for a group's error, which stands at each partition
//   v2  null topics: all the group has; an error of the group    v5  leader epochs (KIP-320)
//   v6  flexible    v7  require_stable: UNSTABLE_OFFSET_COMMIT while a commit is on its way
//   v8  many groups at once (KIP-709)    v9  member id and epoch, for consumer groups (KIP-848)
//   v10  topic ids instead of names: UNKNOWN_TOPIC_ID
#include "protocol/api/09_offset_fetch.h"

#include <utility>

#include "broker/core/controller/image.h"
#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

using GroupAsked = OffsetFetchRequest::OffsetFetchRequestGroup;
using GroupAnswer = OffsetFetchResponse::OffsetFetchResponseGroup;
using OffsetFetchResponseTopics = OffsetFetchResponse::OffsetFetchResponseTopics;
using PartitionAnswer = OffsetFetchResponse::OffsetFetchResponsePartitions;

// The same question in the form of v8, and without names.
GroupAsked as_group(OffsetFetchRequest& request) {
  GroupAsked group;
  group.group_id = std::move(request.group_id);
  if (!request.topics) {
    group.topics.reset();
    return group;
  }
  for (auto& topic : *request.topics) {
    group.topics->push_back({std::move(topic.name), {}, std::move(topic.partition_indexes)});
  }
  return group;
}

PartitionAnswer failed_partition(int32_t partition, int16_t error_code) {
  PartitionAnswer answer;
  answer.partition_index = partition;
  answer.committed_offset = -1;
  answer.error_code = error_code;
  return answer;
}

OffsetFetchResponseTopics unknown_topic(const OffsetFetchRequest::OffsetFetchRequestTopics& topic) {
  OffsetFetchResponseTopics answer;
  answer.topic_id = topic.topic_id;
  for (const int32_t partition : topic.partition_indexes) {
    answer.partitions.push_back(
        failed_partition(partition, static_cast<int16_t>(ErrorCode::UnknownTopicId)));
  }
  return answer;
}

// v10: ids in, ids out; the coordinator knows topics by name.
GroupAnswer fetch_by_id(Node& node, GroupAsked group, bool require_stable) {
  const MetadataImage& image = node.image();
  std::vector<OffsetFetchResponseTopics> unknown;
  if (group.topics) {
    std::erase_if(*group.topics, [&](auto& topic) {
      const TopicImage* found = image.topic(topic.topic_id);
      if (found == nullptr) {
        unknown.push_back(unknown_topic(topic));
        return true;
      }
      topic.name = found->name;
      return false;
    });
  }
  GroupAnswer answer = node.groups().fetch_offsets(group, require_stable);
  if (answer.error_code != 0) {
    return answer;
  }
  std::erase_if(answer.topics, [&](auto& topic) {  // of all a group has, what still exists
    const TopicImage* found = image.topic(topic.name);
    topic.topic_id = found == nullptr ? Uuid{} : found->id;
    return found == nullptr;
  });
  std::move(unknown.begin(), unknown.end(), std::back_inserter(answer.topics));
  return answer;
}

OffsetFetchResponse::OffsetFetchResponseTopic in_old_form(OffsetFetchResponseTopics topic) {
  OffsetFetchResponse::OffsetFetchResponseTopic old;
  old.name = std::move(topic.name);
  for (PartitionAnswer& partition : topic.partitions) {
    old.partitions.push_back({partition.partition_index, partition.committed_offset,
                              partition.committed_leader_epoch, std::move(partition.metadata),
                              partition.error_code});
  }
  return old;
}

OffsetFetchResponse answer_one_group(Node& node, OffsetFetchRequest& request, int16_t version) {
  const GroupAsked group = as_group(request);
  GroupAnswer answer = node.groups().fetch_offsets(group, request.require_stable);
  OffsetFetchResponse response;
  response.error_code = answer.error_code;
  if (answer.error_code != 0 && version < 2 && group.topics) {
    for (const auto& asked : *group.topics) {
      OffsetFetchResponseTopics& topic = answer.topics.emplace_back();
      topic.name = asked.name;
      for (const int32_t partition : asked.partition_indexes) {
        topic.partitions.push_back(failed_partition(partition, answer.error_code));
      }
    }
  }
  for (OffsetFetchResponseTopics& topic : answer.topics) {
    response.topics.push_back(in_old_form(std::move(topic)));
  }
  return response;
}

}  // namespace

void handle_offset_fetch(Node& node, Request& request) {
  auto message = node.decode_or_close<OffsetFetchRequest>(request);
  if (!message) {
    return;
  }
  if (request.version() < 8) {
    node.reply(request.reply_to, answer_one_group(node, *message, request.version()));
    return;
  }
  OffsetFetchResponse response;
  for (GroupAsked& group : message->groups) {
    response.groups.push_back(request.version() >= 10
                                  ? fetch_by_id(node, std::move(group), message->require_stable)
                                  : node.groups().fetch_offsets(group, message->require_stable));
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
