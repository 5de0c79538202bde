#include "broker/handlers/auto_create.h"

#include "broker/core/types.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "broker/node/to_controller.h"

namespace kafka {
namespace {

constexpr std::string_view logger = "kafka.server.AutoTopicCreationManager";

using CreatableTopic = CreateTopicsRequest::CreatableTopic;

void set(CreatableTopic& topic, std::string name, std::string value) {
  topic.configs.push_back({std::move(name), std::move(value)});
}

// What the controller made of it: a topic that is there already is as good as a new one.
Result<> outcome_of(const std::string& name, const Result<CreateTopicsResponse>& answer) {
  if (!answer) {
    return std::unexpected(answer.error());
  }
  if (answer->topics.empty()) {
    return fail(ErrorCode::UnknownServerError, "the controller did not say what became of it");
  }
  const auto& result = answer->topics.front();
  const ErrorCode error{result.error_code};
  if (error != ErrorCode::None && error != ErrorCode::TopicAlreadyExists) {
    return fail(error, result.error_message.value_or(""));
  }
  if (error == ErrorCode::None) {
    log_info(logger, "CreatableTopic {} was created on demand", name);
  }
  return {};
}

}  // namespace

CreatableTopic auto_created_topic(const std::string& name, const BrokerConfig& config) {
  CreatableTopic topic;
  topic.name = name;
  topic.num_partitions = -1;      // num.partitions
  topic.replication_factor = -1;  // default.replication.factor
  if (name == offsets_topic) {
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
  const auto [waiting, is_first] = node.topics_on_demand().try_emplace(name);
  if (done) {
    waiting->second.push_back(std::move(done));
  }
  if (!is_first) {
    return;
  }
  CreateTopicsRequest request;
  request.timeout_ms = node.config().request_timeout_ms;
  request.topics.push_back(auto_created_topic(name, node.config()));
  node.to_controller<CreateTopicsRequest, CreateTopicsResponse>(
      request,
      [&node, name](const Result<CreateTopicsResponse>& answer) {
        const Result<> outcome = outcome_of(name, answer);
        if (!outcome) {
          log_warn(logger, "CreatableTopic {} cannot be created on demand: {} {}", name,
                   kafka::name(outcome.error().code), outcome.error().message);
        }
        const auto asked = node.topics_on_demand().extract(name);
        for (const auto& tell : asked.mapped()) {
          tell(outcome);
        }
      },
      request.timeout_ms);
}

}  // namespace kafka
