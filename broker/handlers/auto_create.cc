#include "broker/handlers/auto_create.h"

#include "broker/core/controller/controller.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

constexpr std::string_view logger = "kafka.server.AutoTopicCreationManager";

using Topic = CreateTopicsRequest::CreatableTopic;

void set(Topic& topic, std::string name, std::string value) {
  topic.configs.push_back({std::move(name), std::move(value)});
}

void report(const std::string& name, const std::function<void(Result<>)>& done, Result<> result) {
  if (result) {
    log_info(logger, "Topic {} was created on demand", name);
  } else {
    log_warn(logger, "Topic {} cannot be created on demand: {} {}", name,
             kafka::name(result.error().code), result.error().message);
  }
  if (done) {
    done(std::move(result));
  }
}

}  // namespace

Topic auto_created_topic(const std::string& name, const BrokerConfig& config) {
  Topic topic;
  topic.name = name;
  topic.num_partitions = -1;      // num.partitions
  topic.replication_factor = -1;  // default.replication.factor
  if (name == "__consumer_offsets") {
    topic.num_partitions = config.offsets_topic_num_partitions;
    topic.replication_factor = static_cast<int16_t>(config.offsets_topic_replication_factor);
    set(topic, "compression.type", "producer");
    set(topic, "cleanup.policy", "compact");
    set(topic, "segment.bytes", std::to_string(config.offsets_topic_segment_bytes));
  } else if (name == "__transaction_state") {
    topic.num_partitions = config.transaction_state_log_num_partitions;
    topic.replication_factor =
        static_cast<int16_t>(config.transaction_state_log_replication_factor);
    set(topic, "compression.type", "uncompressed");
    set(topic, "cleanup.policy", "compact");
    set(topic, "min.insync.replicas", std::to_string(config.transaction_state_log_min_isr));
    set(topic, "segment.bytes", std::to_string(config.transaction_state_log_segment_bytes));
    set(topic, "unclean.leader.election.enable", "false");
  } else if (name == "__share_group_state") {
    topic.num_partitions = config.share_coordinator_state_topic_num_partitions;
    topic.replication_factor =
        static_cast<int16_t>(config.share_coordinator_state_topic_replication_factor);
    set(topic, "compression.type", "producer");
    set(topic, "cleanup.policy", "delete");
    set(topic, "min.insync.replicas", std::to_string(config.share_coordinator_state_topic_min_isr));
    set(topic, "segment.bytes", std::to_string(config.share_coordinator_state_topic_segment_bytes));
    set(topic, "retention.ms", "-1");
  }
  return topic;
}

void auto_create_topic(Node& node, const std::string& name, std::function<void(Result<>)> done) {
  if (!node.is_active_controller()) {
    report(name, done, fail(ErrorCode::NotController, "this node does not lead the controllers"));
    return;
  }
  CreateTopicsRequest request;
  request.topics.push_back(auto_created_topic(name, node.config()));
  auto decision = node.controller().decide_create_topics(request);
  const CreateTopicsResponse::CreatableTopicResult& result = decision.reply.topics.front();
  const auto error = static_cast<ErrorCode>(result.error_code);
  if (error == ErrorCode::TopicAlreadyExists) {
    if (done) {
      done({});
    }
    return;
  }
  if (error != ErrorCode::None) {
    report(name, done, fail(error, result.error_message.value_or("")));
    return;
  }
  node.commit(std::move(decision.records), [name, done = std::move(done)](Result<> committed) {
    report(name, done, std::move(committed));
  });
}

}  // namespace kafka
