// CreateTopics: check, place, write down.
//
// One batch per request: all topics that passed their checks are created together or, when the
// batch would be too large, none is. Per topic: Topic, Config..., ClearElr (when
// min.insync.replicas is among them), Partition...
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/config/topic_config.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/new_partitions.h"
#include "broker/core/controller/topic_name.h"
#include "broker/core/controller/uuids.h"

namespace kafka {
namespace {

using CreatableTopic = CreateTopicsRequest::CreatableTopic;
using CreatableTopicResult = CreateTopicsResponse::CreatableTopicResult;

constexpr size_t partitions_per_request_max = 10'000;

CreatableTopicResult failed(const std::string& name, const Error& error) {
  CreatableTopicResult result;
  result.name = name;
  result.error_code = static_cast<int16_t>(error.code);
  result.error_message = error.message;
  return result;
}

Result<> check_name(const std::string& name, const MetadataImage& image) {
  if (name == metadata_topic) {
    return fail(ErrorCode::InvalidRequest,
                fmt::format("The internal topic {} cannot be created.", name));
  }
  if (auto allowed = check_topic_name(name); !allowed) {
    return allowed;
  }
  if (image.topic(name) != nullptr) {
    return fail(ErrorCode::TopicAlreadyExists, fmt::format("Topic '{}' already exists.", name));
  }
  if (!may_collide(name)) {
    return {};
  }
  for (const auto& [other, topic] : image.topics()) {
    if (names_collide(name, other)) {
      return fail(ErrorCode::InvalidTopicException,
                  fmt::format("Topic '{}' collides with existing topic: {}", name, other));
    }
  }
  return {};
}

// The topic's own configuration, by name; the last of equal names counts.
Result<ConfigMap> configs_of(const CreatableTopic& topic, const BrokerConfig& broker) {
  ConfigMap configs;
  for (const auto& config : topic.configs) {
    if (!config.value) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("Null value not supported for topic configs: {}", config.name));
    }
    configs[config.name] = *config.value;
  }
  if (auto valid = check_topic_configs(configs, broker); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  return configs;
}

size_t requested_partitions(const CreatableTopic& topic, const BrokerConfig& config) {
  if (!topic.assignments.empty()) {
    return topic.assignments.size();
  }
  return static_cast<size_t>(
      std::max(topic.num_partitions == -1 ? config.num_partitions : topic.num_partitions, 0));
}

// Partition 0 to n-1, each once, in this order.
Result<std::vector<std::vector<int32_t>>> manual_assignments(const CreatableTopic& topic) {
  if (topic.num_partitions != -1) {
    return fail(ErrorCode::InvalidRequest,
                "Replicas were assigned by hand, so the number of partitions must be -1.");
  }
  if (topic.replication_factor != -1) {
    return fail(ErrorCode::InvalidRequest,
                "Replicas were assigned by hand, so the replication factor must be -1.");
  }
  std::map<int32_t, std::vector<int32_t>> by_partition;
  for (const auto& assignment : topic.assignments) {
    if (!by_partition.emplace(assignment.partition_index, assignment.broker_ids).second) {
      return fail(
          ErrorCode::InvalidReplicaAssignment,
          fmt::format("Partition {} is assigned more than once.", assignment.partition_index));
    }
  }
  std::vector<std::vector<int32_t>> assignments;
  for (auto& [partition, replicas] : by_partition) {
    if (partition != static_cast<int32_t>(assignments.size())) {
      return fail(ErrorCode::InvalidReplicaAssignment,
                  "The partitions of an assignment must count from 0 without gaps.");
    }
    assignments.push_back(std::move(replicas));
  }
  return assignments;
}

Result<std::vector<std::vector<int32_t>>> assignments_of(const CreatableTopic& topic,
                                                         const BrokerConfig& config,
                                                         const MetadataImage& image,
                                                         Placement& placement) {
  if (!topic.assignments.empty()) {
    auto assignments = manual_assignments(topic);
    if (assignments) {
      if (auto valid = check_assignments(*assignments, std::nullopt, image); !valid) {
        return std::unexpected(std::move(valid.error()));
      }
    }
    return assignments;
  }
  if (topic.num_partitions < -1 || topic.num_partitions == 0) {
    return fail(ErrorCode::InvalidPartitions,
                "The number of partitions must be larger than 0, or -1 for the default.");
  }
  if (topic.replication_factor < -1 || topic.replication_factor == 0) {
    return fail(ErrorCode::InvalidReplicationFactor,
                "The replication factor must be larger than 0, or -1 for the default.");
  }
  const int32_t replication_factor =
      topic.replication_factor == -1 ? config.default_replication_factor : topic.replication_factor;
  if (auto possible = placement.check(replication_factor); !possible) {
    return std::unexpected(std::move(possible.error()));
  }
  std::vector<std::vector<int32_t>> assignments(requested_partitions(topic, config));
  for (auto& replicas : assignments) {
    replicas = placement.next(replication_factor);
  }
  return assignments;
}

// One topic's records at the end of `records`, and its result.
Result<CreatableTopicResult> create_topic(const CreatableTopic& topic, const BrokerConfig& config,
                                          const MetadataImage& image, const Uuid& id,
                                          Placement& placement, NewPartitions& partitions,
                                          std::vector<MetadataRecord>& records) {
  if (auto name = check_name(topic.name, image); !name) {
    return std::unexpected(std::move(name.error()));
  }
  auto configs = configs_of(topic, config);
  if (!configs) {
    return std::unexpected(std::move(configs.error()));
  }
  const auto assignments = assignments_of(topic, config, image, placement);
  if (!assignments) {
    return std::unexpected(assignments.error());
  }
  TopicRecord created;
  created.name = topic.name;
  created.topic_id = id;
  records.emplace_back(std::move(created));
  for (const auto& [name, value] : *configs) {
    ConfigRecord record;
    record.resource_type = static_cast<int8_t>(ConfigResourceType::Topic);
    record.resource_name = topic.name;
    record.name = name;
    record.value = value;
    records.emplace_back(std::move(record));
  }
  if (configs->contains("min.insync.replicas") && image.feature_level(elr_feature) > 0) {
    ClearElrRecord clear;
    clear.topic_name = topic.name;
    records.emplace_back(std::move(clear));
  }
  partitions.add(id, 0, *assignments, records);

  CreatableTopicResult result;
  result.name = topic.name;
  result.topic_id = id;
  result.error_message = std::nullopt;
  result.num_partitions = static_cast<int32_t>(assignments->size());
  result.replication_factor = static_cast<int16_t>(assignments->front().size());
  return result;
}

// Names that stand more than once are refused altogether.
std::set<std::string> duplicate_names(const CreateTopicsRequest& request) {
  std::set<std::string> seen, duplicates;
  for (const CreatableTopic& topic : request.topics) {
    if (!seen.insert(topic.name).second) {
      duplicates.insert(topic.name);
    }
  }
  return duplicates;
}

void fail_created(std::vector<CreatableTopicResult>& results, const Error& error) {
  for (CreatableTopicResult& result : results) {
    if (result.error_code == 0) {
      result = failed(result.name, error);
    }
  }
}

}  // namespace

Decision<CreateTopicsResponse> Controller::decide_create_topics(
    const CreateTopicsRequest& request) const {
  Decision<CreateTopicsResponse> decision;
  std::vector<CreatableTopicResult>& results = decision.reply.topics;
  const std::set<std::string> duplicates = duplicate_names(request);
  for (const std::string& name : duplicates) {
    results.push_back(failed(name, {ErrorCode::InvalidRequest, "Duplicate topic name."}));
  }
  size_t total_partitions = 0;
  for (const CreatableTopic& topic : request.topics) {
    total_partitions += requested_partitions(topic, config_);
  }
  const bool too_many = total_partitions > partitions_per_request_max;
  NewPartitions partitions(state_);
  for (const CreatableTopic& topic : request.topics) {
    if (duplicates.contains(topic.name)) {
      continue;
    }
    if (too_many) {
      results.push_back(failed(
          topic.name, {ErrorCode::PolicyViolation, "The request asks for too many partitions."}));
      continue;
    }
    Placement placement(state_, random_);
    auto created = create_topic(topic, config_, state_, random_uuid(random_), placement, partitions,
                                decision.records);
    results.push_back(created ? std::move(*created) : failed(topic.name, created.error()));
  }
  if (decision.records.size() > max_records_per_batch) {
    fail_created(results, {ErrorCode::PolicyViolation,
                           "The request needs more records than one batch may hold."});
    decision.records.clear();
  }
  if (request.validate_only) {
    decision.records.clear();
  }
  return decision;
}

}  // namespace kafka
