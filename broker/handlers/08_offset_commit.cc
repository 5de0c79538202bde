// OffsetCommit: a group writes down how far it has read. The answer leaves when the offsets are in
// __consumer_offsets.
//
// Topics and partitions that do not exist are refused one by one (UNKNOWN_TOPIC_OR_PARTITION); the
// rest goes to the group, which accepts a commit from a member of its generation, or, while it is
// empty, from anyone who names no member and generation -1 (an admin, a self-assigned consumer).
//
//   v2-4  retention_time_ms: how long this commit is to be kept    v5  gone again (KIP-211)
//   v6  committed_leader_epoch (KIP-320)     v7  group.instance.id (KIP-345)    v8  flexible
//   v9  GROUP_ID_NOT_FOUND for a group nobody knows, where ILLEGAL_GENERATION was
//   v10  topic ids instead of names (KIP-848): UNKNOWN_TOPIC_ID
#include "protocol/api/08_offset_commit.h"

#include "broker/core/controller/image.h"
#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

using OffsetCommitRequestTopic = OffsetCommitRequest::OffsetCommitRequestTopic;
using OffsetCommitResponseTopic = OffsetCommitResponse::OffsetCommitResponseTopic;

void refuse_commit(OffsetCommitResponse& response, const OffsetCommitRequestTopic& topic,
                   ErrorCode error) {
  if (topic.partitions.empty()) {
    return;
  }
  OffsetCommitResponseTopic& answer = response.topics.emplace_back();
  answer.name = topic.name;
  answer.topic_id = topic.topic_id;
  for (const auto& partition : topic.partitions) {
    answer.partitions.push_back({partition.partition_index, static_cast<int16_t>(error)});
  }
}

// Splits the request: partitions that exist stay, the others are answered.
void refuse_unknown(const MetadataImage& image, int16_t version, OffsetCommitRequest& request,
                    OffsetCommitResponse& response) {
  std::vector<OffsetCommitRequestTopic> known;
  for (OffsetCommitRequestTopic& topic : request.topics) {
    const TopicImage* found = version >= 10 ? image.topic(topic.topic_id) : image.topic(topic.name);
    if (found == nullptr) {
      refuse_commit(response, topic,
                    version >= 10 ? ErrorCode::UnknownTopicId : ErrorCode::UnknownTopicOrPartition);
      continue;
    }
    OffsetCommitRequestTopic there{found->name, topic.topic_id, {}};
    OffsetCommitRequestTopic missing{found->name, topic.topic_id, {}};
    for (auto& partition : topic.partitions) {
      OffsetCommitRequestTopic& side =
          found->partition(partition.partition_index) != nullptr ? there : missing;
      side.partitions.push_back(std::move(partition));
    }
    refuse_commit(response, missing, ErrorCode::UnknownTopicOrPartition);
    if (!there.partitions.empty()) {
      known.push_back(std::move(there));
    }
  }
  request.topics = std::move(known);
}

}  // namespace

void handle_offset_commit(Node& node, Request& request) {
  auto message = node.decode_or_close<OffsetCommitRequest>(request);
  if (!message) {
    return;
  }
  OffsetCommitResponse response;
  refuse_unknown(node.image(), request.version(), *message, response);
  if (message->topics.empty()) {
    node.reply(request.reply_to, response);
    return;
  }
  node.run(
      node.groups().commit_offsets(*message, std::move(response), request.reply_to, node.now_ms()));
}

}  // namespace kafka
