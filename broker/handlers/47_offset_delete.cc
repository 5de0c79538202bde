// OffsetDelete: a group forgets offsets (KIP-496). Of a group in use only those of topics that no
// member subscribes to (GROUP_SUBSCRIBED_TO_TOPIC), and only of consumers, whose subscriptions we
// can read (NON_EMPTY_GROUP otherwise).
//
//   v0, not flexible
#include "protocol/api/47_offset_delete.h"

#include <utility>

#include "broker/core/controller/image.h"
#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

using OffsetDeleteRequestTopic = OffsetDeleteRequest::OffsetDeleteRequestTopic;

// Splits the request: partitions that exist stay, the others are answered.
void refuse_unknown(const MetadataImage& image, OffsetDeleteRequest& request,
                    OffsetDeleteResponse& response) {
  std::vector<OffsetDeleteRequestTopic> known;
  for (const OffsetDeleteRequestTopic& topic : request.topics) {
    const TopicImage* found = image.topic(topic.name);
    OffsetDeleteRequestTopic there{topic.name, {}};
    OffsetDeleteResponse::OffsetDeleteResponseTopic missing{topic.name, {}};
    for (const auto& partition : topic.partitions) {
      if (found != nullptr && found->partition(partition.partition_index) != nullptr) {
        there.partitions.push_back(partition);
      } else {
        missing.partitions.push_back(
            {partition.partition_index, static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition)});
      }
    }
    if (!missing.partitions.empty()) {
      response.topics.push_back(std::move(missing));
    }
    if (!there.partitions.empty()) {
      known.push_back(std::move(there));
    }
  }
  request.topics = std::move(known);
}

}  // namespace

void handle_offset_delete(Node& node, Request& request) {
  auto message = node.decode_or_close<OffsetDeleteRequest>(request);
  if (!message) {
    return;
  }
  OffsetDeleteResponse response;
  refuse_unknown(node.image(), *message, response);
  node.run(node.groups().delete_offsets(*message, std::move(response), request.reply_to));
}

}  // namespace kafka
