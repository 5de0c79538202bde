// DescribeTopicPartitions: what Metadata says of topics, a page at a time (KIP-966).
//
// Topics come in order of their names, the asked ones or all. An answer holds at most
// response_partition_limit partitions, and no more than max.request.partition.size.limit; where it
// stops stands in next_cursor, and a request with that cursor goes on there. A cursor may point at
// a topic that is gone by then: the next one follows, and with named topics the gone one is
// reported.
//
//   v0  the first, with eligible leader replicas
#include "broker/handlers/75_describe_topic_partitions.h"

#include <algorithm>
#include <set>

#include "broker/config/broker_config.h"
#include "broker/core/controller/topic_name.h"
#include "broker/handlers/authorized_operations.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/handlers/partition_view.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

using Request75 = DescribeTopicPartitionsRequest;
using Response75 = DescribeTopicPartitionsResponse;
using DescribeTopicPartitionsResponseTopic = Response75::DescribeTopicPartitionsResponseTopic;

// A cursor is one that we gave out: no negative partition, and on one of the topics asked for.
bool is_valid(const Request75& request) {
  if (!request.cursor) {
    return true;
  }
  const bool names_topic =
      request.topics.empty() ||
      std::ranges::find(request.topics, request.cursor->topic_name,
                        &Request75::TopicRequest::name) != request.topics.end();
  return request.cursor->partition_index >= 0 && names_topic;
}

Response75 refuse_topics(const Request75& request) {
  Response75 response;
  for (const Request75::TopicRequest& topic : request.topics) {
    DescribeTopicPartitionsResponseTopic& refused = response.topics.emplace_back();
    refused.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
    refused.name = topic.name;
  }
  return response;
}

class Page {
 public:
  Page(const MetadataImage& image, std::string_view listener, int32_t room)
      : image_(image), rules_{listener}, room_(room) {}

  // Adds the topic from a partition on. False when the page is full and the cursor set.
  bool add(const std::string& name, int32_t first_partition, bool report_missing) {
    const TopicImage* topic = image_.topic(name);
    if (room_ == 0) {
      response_.next_cursor = Response75::Cursor{name, 0};
      return false;
    }
    if (topic == nullptr) {
      if (report_missing) {
        add_missing(name);
      }
      return true;
    }
    return add_partitions(*topic, first_partition);
  }

  Response75 take() { return std::move(response_); }

 private:
  DescribeTopicPartitionsResponseTopic& add_topic(const std::string& name) {
    DescribeTopicPartitionsResponseTopic& topic = response_.topics.emplace_back();
    topic.name = name;
    topic.is_internal = is_internal_topic(name);
    topic.topic_authorized_operations = topic_operations;
    return topic;
  }

  void add_missing(const std::string& name) {
    const ErrorCode error = check_topic_name(name) ? ErrorCode::UnknownTopicOrPartition
                                                   : ErrorCode::InvalidTopicException;
    add_topic(name).error_code = static_cast<int16_t>(error);
  }

  bool add_partitions(const TopicImage& image, int32_t first_partition) {
    DescribeTopicPartitionsResponseTopic& topic = add_topic(image.name);
    topic.topic_id = image.id;
    for (size_t index = static_cast<size_t>(first_partition); index < image.partitions.size();
         ++index) {
      if (!image.partitions[index].exists()) {
        continue;
      }
      if (room_ == 0) {
        response_.next_cursor = Response75::Cursor{image.name, static_cast<int32_t>(index)};
        return false;
      }
      add_partition(topic, static_cast<int32_t>(index), image.partitions[index]);
      --room_;
    }
    return true;
  }

  void add_partition(DescribeTopicPartitionsResponseTopic& topic, int32_t index,
                     const PartitionImage& image) {
    PartitionView view = view_partition(image, image_, rules_);
    auto& partition = topic.partitions.emplace_back();
    partition.error_code = static_cast<int16_t>(view.error);
    partition.partition_index = index;
    partition.leader_id = view.leader;
    partition.leader_epoch = image.leader_epoch;
    partition.replica_nodes = std::move(view.replicas);
    partition.isr_nodes = std::move(view.isr);
    partition.eligible_leader_replicas = image.eligible_leader_replicas;
    partition.last_known_elr = image.last_known_elr;
    partition.offline_replicas = std::move(view.offline);
  }

  const MetadataImage& image_;
  ViewRules rules_;
  int32_t room_;
  Response75 response_;
};

std::set<std::string> topics_of(const Request75& request, const MetadataImage& image) {
  std::set<std::string> names;
  if (request.topics.empty()) {
    for (const auto& [name, topic] : image.topics()) {
      names.insert(names.end(), name);
    }
  }
  for (const Request75::TopicRequest& topic : request.topics) {
    names.insert(topic.name);
  }
  return names;
}

}  // namespace

Response75 answer_describe_topic_partitions(const Request75& request, const MetadataImage& image,
                                            std::string_view listener, int32_t partitions_max) {
  if (!is_valid(request)) {
    return refuse_topics(request);
  }
  const std::set<std::string> names = topics_of(request, image);
  auto begin = request.cursor ? names.lower_bound(request.cursor->topic_name) : names.begin();
  Page page(image, listener, std::clamp(request.response_partition_limit, 1, partitions_max));
  for (auto name = begin; name != names.end(); ++name) {
    const bool at_cursor = request.cursor && *name == request.cursor->topic_name;
    if (!page.add(*name, at_cursor ? request.cursor->partition_index : 0,
                  !request.topics.empty())) {
      break;
    }
  }
  return page.take();
}

void handle_describe_topic_partitions(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeTopicPartitionsRequest>(request);
  if (!message) {
    return;
  }
  node.reply(request.reply_to,
             answer_describe_topic_partitions(*message, node.image(), request.connection->listener,
                                              node.config().max_request_partition_size_limit));
}

}  // namespace kafka
