// Metadata: brokers, controller and topics, as seen through the listener the client came in on.
//
// Topics are asked for by name or by id, or all of them (null; in v0 the empty list). A name that
// does not exist is created where client and broker both allow it; the answer is
// UNKNOWN_TOPIC_OR_PARTITION nonetheless, and the client asks again when the topic is there.
// Replicas stand in order of preference. The controller is a live broker: clients cannot reach
// controllers, and whoever they ask passes their request on.
//
//   v1   controller id, rack, is_internal; null is all topics and empty is none
//   v2   cluster id    v3  throttle time    v4  allow_auto_topic_creation (KIP-204)
//   v5   offline replicas (KIP-112)         v6  LISTENER_NOT_FOUND for a leader without the
//   listener v7   leader epochs (KIP-320)            v8  authorized operations (KIP-430) v9
//   flexible      v10 topic ids in the answer (KIP-516) v11  the cluster's authorized operations
//   moved to DescribeCluster (KIP-700) v12  topics may be asked for by id      v13 a top-level
//   error (KIP-1102)
#include "broker/handlers/03_metadata.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "broker/config/broker_config.h"
#include "broker/core/controller/topic_name.h"
#include "broker/core/purgatory.h"
#include "broker/core/replica/departures.h"
#include "broker/handlers/authorized_operations.h"
#include "broker/handlers/auto_create.h"
#include "broker/handlers/partition_lookup.h"
#include "broker/handlers/partition_view.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

using MetadataRequestTopic = MetadataRequest::MetadataRequestTopic;
using MetadataResponseTopic = MetadataResponse::MetadataResponseTopic;

constexpr int16_t ids_since = 12;

// Ids, or null names, came in a version that knows neither; or a topic has neither.
bool is_malformed(const MetadataRequestTopic& topic, int16_t version) {
  const bool has_id = topic.topic_id != Uuid();
  return version < ids_since ? has_id || !topic.name : !has_id && !topic.name;
}

MetadataResponse refuse_metadata(const MetadataRequest& request) {
  MetadataResponse response;
  for (const MetadataRequestTopic& topic : *request.topics) {
    MetadataResponseTopic& refused = response.topics.emplace_back();
    refused.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
    refused.name = topic.name.value_or("");
    refused.topic_id = topic.topic_id;
  }
  return response;
}

// One answer; everything it needs stands in the members.
class MetadataAnswer {
 public:
  MetadataAnswer(const MetadataRequest& request, int16_t version, const MetadataImage& image,
                 std::string_view listener, const std::function<bool(int32_t)>& still_listed)
      : request_(request),
        version_(version),
        image_(image),
        still_listed_(still_listed),
        rules_{listener, version == 0, version >= 6} {}

  MetadataResponse build() && {
    add_cluster();
    const bool all = !request_.topics || (version_ == 0 && request_.topics->empty());
    if (all) {
      for (const auto& [name, topic] : image_.topics()) {
        add_topic(topic);
      }
    } else {
      add_asked_topics();
    }
    return std::move(response_);
  }

 private:
  void add_cluster() {
    for (const auto& [id, broker] : image_.brokers()) {
      const Endpoint* endpoint = broker.endpoint(rules_.listener);
      if (endpoint != nullptr && (!broker.fenced || still_listed_(id))) {
        response_.brokers.push_back({id, endpoint->host, endpoint->port, broker.rack});
        if (!broker.fenced && response_.controller_id < 0) {
          response_.controller_id = id;
        }
      }
    }
    response_.cluster_id = image_.cluster_id();
    if (request_.include_cluster_authorized_operations) {
      response_.cluster_authorized_operations = cluster_operations;
    }
  }

  // As soon as one topic has an id, names beside it do not count, as in Kafka.
  void add_asked_topics() {
    std::set<Uuid> ids;
    std::set<std::string_view> names;
    for (const MetadataRequestTopic& topic : *request_.topics) {
      if (topic.topic_id != Uuid()) {
        ids.insert(topic.topic_id);
      }
    }
    for (const Uuid& id : ids) {
      if (const TopicImage* topic = image_.topic(id)) {
        add_topic(*topic);
      } else {
        add_failed(ErrorCode::UnknownTopicId, std::nullopt, id);
      }
    }
    if (!ids.empty()) {
      return;
    }
    for (const MetadataRequestTopic& topic : *request_.topics) {
      if (names.insert(*topic.name).second) {
        add_name(*topic.name);
      }
    }
  }

  void add_name(const std::string& name) {
    if (const TopicImage* topic = image_.topic(name)) {
      add_topic(*topic);
    } else {
      add_failed(check_topic_name(name) ? ErrorCode::UnknownTopicOrPartition
                                        : ErrorCode::InvalidTopicException,
                 name, Uuid());
    }
  }

  void add_failed(ErrorCode error, std::optional<std::string> name, const Uuid& id) {
    MetadataResponseTopic& topic = response_.topics.emplace_back();
    topic.error_code = static_cast<int16_t>(error);
    topic.is_internal = name && is_internal_topic(*name);
    topic.name = std::move(name);
    topic.topic_id = id;
    add_operations(topic);
  }

  void add_topic(const TopicImage& image) {
    MetadataResponseTopic& topic = response_.topics.emplace_back();
    topic.name = image.name;
    topic.topic_id = image.id;
    topic.is_internal = is_internal_topic(image.name);
    add_operations(topic);
    for (size_t index = 0; index < image.partitions.size(); ++index) {
      if (image.partitions[index].exists()) {
        add_partition(topic, static_cast<int32_t>(index), image.partitions[index]);
      }
    }
  }

  void add_partition(MetadataResponseTopic& topic, int32_t index, const PartitionImage& image) {
    PartitionView view = view_partition(image, image_, rules_);
    auto& partition = topic.partitions.emplace_back();
    partition.error_code = static_cast<int16_t>(view.error);
    partition.partition_index = index;
    partition.leader_id = view.leader;
    partition.leader_epoch = image.leader_epoch;
    partition.replica_nodes = std::move(view.replicas);
    partition.isr_nodes = std::move(view.isr);
    partition.offline_replicas = std::move(view.offline);
  }

  void add_operations(MetadataResponseTopic& topic) const {
    if (request_.include_topic_authorized_operations) {
      topic.topic_authorized_operations = topic_operations;
    }
  }

  const MetadataRequest& request_;
  int16_t version_;
  const MetadataImage& image_;
  const std::function<bool(int32_t)>& still_listed_;
  ViewRules rules_;
  MetadataResponse response_;
};

MetadataResponse answer_now(Node& node, const MetadataRequest& request, int16_t version,
                            std::string_view listener) {
  return answer_metadata(request, version, node.image(), listener, [&node](int32_t broker_id) {
    return node.departures().just_left(broker_id, node.now_ms());
  });
}

// Whether a leader it names seems to be gone: another one will be known in a moment.
bool may_be_stale(Node& node, const MetadataResponse& response) {
  return std::ranges::any_of(response.topics, [&](const MetadataResponseTopic& topic) {
    return std::ranges::any_of(topic.partitions, [&](const auto& partition) {
      return node.departures().is_suspect(partition.leader_id, node.now_ms());
    });
  });
}

// Whether it would be wrong if another broker had died a moment ago.
bool names_others(Node& node, const MetadataResponse& response) {
  return std::ranges::any_of(response.topics, [&](const MetadataResponseTopic& topic) {
    return std::ranges::any_of(topic.partitions, [&](const auto& partition) {
      return partition.leader_id >= 0 && partition.leader_id != node.broker_id();
    });
  });
}

// A request whose answer waits: for news as long as it may be stale, and before that for
// `settle_ms`, in which this node notices what the client may have noticed first.
void answer_when_known(Node& node, const ReplyTo& to, const std::string& listener,
                       std::shared_ptr<const MetadataRequest> message, bool settled) {
  ParkedRequest parked;
  parked.reply_to = to;
  parked.deadline_ms = node.now_ms() + (settled ? Departures::hold_ms : Departures::settle_ms);
  if (settled) {
    parked.waits_for = {Departures::news};
  }
  parked.attempt = [&node, to, listener, message = std::move(message), settled](bool expired) {
    const MetadataResponse response = answer_now(node, *message, to.api_version, listener);
    const bool stale = may_be_stale(node, response);
    if (stale && !expired) {
      return false;
    }
    if (stale && !settled) {
      answer_when_known(node, to, listener, message, true);
    } else {
      node.reply(to, response);
    }
    return true;
  };
  node.purgatory().park(std::move(parked));
}

}  // namespace

MetadataResponse answer_metadata(const MetadataRequest& request, int16_t version,
                                 const MetadataImage& image, std::string_view listener,
                                 const std::function<bool(int32_t)>& still_listed) {
  if (request.topics) {
    for (const MetadataRequestTopic& topic : *request.topics) {
      if (is_malformed(topic, version)) {
        return refuse_metadata(request);
      }
    }
  }
  return MetadataAnswer(request, version, image, listener, still_listed).build();
}

std::vector<std::string> missing_topics(const MetadataResponse& response) {
  std::vector<std::string> names;
  for (const MetadataResponseTopic& topic : response.topics) {
    if (topic.error_code == static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition)) {
      names.push_back(*topic.name);
    }
  }
  return names;
}

void handle_metadata(Node& node, Request& request) {
  auto message = node.decode_or_close<MetadataRequest>(request);
  if (!message) {
    return;
  }
  const MetadataResponse response =
      answer_now(node, *message, request.version(), request.connection->listener);
  if (message->allow_auto_topic_creation && node.config().auto_create_topics_enable) {
    for (const std::string& name : missing_topics(response)) {
      auto_create_topic(node, name);
    }
  }
  if (names_others(node, response)) {
    answer_when_known(node, request.reply_to, request.connection->listener,
                      std::make_shared<const MetadataRequest>(std::move(*message)),
                      may_be_stale(node, response));
  } else {
    node.reply(request.reply_to, response);
  }
}

}  // namespace kafka
