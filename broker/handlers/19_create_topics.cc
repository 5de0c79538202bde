// CreateTopics: checks, places and creates topics; answers when they can be used.
//
// All topics of a request that pass their checks are created in one batch of the metadata log. The
// answer leaves after that batch is durable and this broker has opened the new logs, so a client
// that creates and then produces meets no error. (Apache Kafka answers when the controller has
// committed; its brokers follow a moment later, and clients retry.) timeout_ms is not used: a
// commit does not wait for other nodes.
//
//   v2  throttled replies go out first        v5  number of partitions, replication factor and
//   v3  throttling by quota (KIP-599)             configuration in the answer (KIP-525); flexible
//   v4  -1 for default partitions and         v6  throttling error code (KIP-599)
//       replication factor (KIP-464)          v7  topic ids in the answer (KIP-516)
#include "protocol/api/19_create_topics.h"

#include <map>
#include <string_view>
#include <utility>

#include "broker/config/describe.h"
#include "broker/core/controller/controller.h"
#include "broker/handlers/controller_decision.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

using CreatableTopicResult = CreateTopicsResponse::CreatableTopicResult;

ConfigMap overrides_of(const CreateTopicsRequest::CreatableTopic& topic) {
  ConfigMap overrides;
  for (const auto& config : topic.configs) {
    overrides[config.name] = config.value.value_or("");
  }
  return overrides;
}

// Every configuration that the new topics have, and where it comes from.
void describe_configs(const CreateTopicsRequest& request, const BrokerConfig& broker,
                      CreateTopicsResponse& response) {
  std::map<std::string_view, const CreateTopicsRequest::CreatableTopic*> requested;
  for (const auto& topic : request.topics) {
    requested[topic.name] = &topic;
  }
  for (CreatableTopicResult& result : response.topics) {
    if (result.error_code != 0) {
      continue;
    }
    for (ConfigEntry& entry : describe_topic(overrides_of(*requested.at(result.name)), broker)) {
      auto& config = result.configs->emplace_back();
      config.name = std::move(entry.name);
      config.value = std::move(entry.value);
      config.read_only = entry.read_only;
      config.config_source = static_cast<int8_t>(entry.source);
      config.is_sensitive = entry.sensitive;
    }
  }
}

void fail_created(CreateTopicsResponse& response, const Error& error) {
  for (CreatableTopicResult& result : response.topics) {
    if (result.error_code == 0) {
      CreatableTopicResult failed;
      failed.name = std::move(result.name);
      failed.error_code = static_cast<int16_t>(error.code);
      failed.error_message = error.message;
      result = std::move(failed);
    }
  }
}

CreateTopicsResponse not_controller(const CreateTopicsRequest& request) {
  CreateTopicsResponse response;
  for (const auto& topic : request.topics) {
    response.topics.emplace_back().name = topic.name;
  }
  fail_created(response, not_active_controller());
  return response;
}

}  // namespace

void handle_create_topics(Node& node, Request& request) {
  const auto message = node.decode_or_close<CreateTopicsRequest>(request);
  if (!message) {
    return;
  }
  if (!node.is_active_controller()) {
    node.reply(request.reply_to, not_controller(*message));
    return;
  }
  auto decision = node.controller().decide_create_topics(*message);
  if (request.version() >= 5) {
    describe_configs(*message, node.config(), decision.reply);
  }
  node.commit(std::move(decision.records),
              [&node, reply_to = request.reply_to,
               response = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_created(response, committed.error());
                }
                node.reply(reply_to, response);
              });
}

}  // namespace kafka
