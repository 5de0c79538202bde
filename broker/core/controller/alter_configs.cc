// AlterConfigs and IncrementalAlterConfigs: the new set of a resource's own configurations, checked
// as a whole, written as the difference to the old one.
//
// What only a broker can judge of its own configuration (is it dynamic, is the value possible here)
// is judged by the handlers before they ask. Here are the rules of the cluster.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/config/check_configs.h"
#include "broker/config/config_table.h"
#include "broker/config/topic_config.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"

namespace kafka {
namespace {

constexpr std::string_view min_isr = "min.insync.replicas";

const ConfigDef* find_def(ConfigResourceType type, std::string_view name) {
  switch (type) {
    case ConfigResourceType::Topic:
      return find_topic_config(name);
    case ConfigResourceType::Broker:
      return find_broker_config(name);
    case ConfigResourceType::Group:
      return find_group_config(name);
    case ConfigResourceType::ClientMetrics:
      return find_client_metrics_config(name);
    default:
      return nullptr;
  }
}

// APPEND and SUBTRACT, on lists only: an item is never twice in the result. A list that was not set
// on this resource starts as the table's default, whatever the broker's own configuration says, as
// in Apache Kafka.
Result<std::string> edited_list(const ConfigResource& resource, const ConfigOp& op,
                                const ConfigMap& current) {
  const ConfigDef* def = find_def(resource.type, op.name);
  const bool append = op.kind == ConfigOp::Kind::Append;
  if (def == nullptr || def->type != ConfigType::List) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("Can't {} to key {} because its type is not LIST.",
                            append ? "APPEND" : "SUBTRACT", op.name));
  }
  const auto own = current.find(op.name);
  std::vector<std::string> items = split_list(
      own != current.end() ? std::string_view(own->second) : def->default_value.value_or(""));
  for (const std::string& item : split_list(*op.value)) {
    if (!append) {
      std::erase(items, item);
    } else if (std::ranges::find(items, item) == items.end()) {
      items.push_back(item);
    }
  }
  return fmt::format("{}", fmt::join(items, ","));
}

Result<> apply_op(const ConfigResource& resource, const ConfigOp& op, ConfigMap& configs) {
  if (op.kind == ConfigOp::Kind::Delete) {
    configs.erase(op.name);
    return {};
  }
  if (!op.value) {
    return fail(ErrorCode::InvalidRequest,
                fmt::format("Null value not supported for : {}", op.name));
  }
  switch (op.kind) {
    case ConfigOp::Kind::Set:
      configs[op.name] = *op.value;
      return {};
    case ConfigOp::Kind::Append:
    case ConfigOp::Kind::Subtract: {
      auto list = edited_list(resource, op, configs);
      if (!list) {
        return std::unexpected(std::move(list.error()));
      }
      configs[op.name] = std::move(*list);
      return {};
    }
    default:
      return fail(ErrorCode::InvalidRequest,
                  fmt::format("Unknown operation {} on {}", static_cast<int>(op.kind), op.name));
  }
}

// With eligible leader replicas the cluster's min.insync.replicas decides who is eligible: there is
// always one value for all brokers.
Result<> check_min_isr(const ConfigAlteration& alteration, const ConfigMap& configs,
                       const MetadataImage& image) {
  if (image.feature_level(elr_feature) == 0) {
    return {};
  }
  const bool cluster_wide = alteration.resource.name.empty();
  if (!cluster_wide &&
      std::ranges::find(alteration.ops, min_isr, &ConfigOp::name) != alteration.ops.end()) {
    return fail(ErrorCode::InvalidConfig,
                "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
  }
  if (cluster_wide && image.configs(alteration.resource).contains(min_isr) &&
      !configs.contains(min_isr)) {
    return fail(ErrorCode::InvalidConfig,
                "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
  }
  return {};
}

// Is the resulting set allowed on this resource?
Result<> check_result(const ConfigAlteration& alteration, const ConfigMap& configs,
                      const MetadataImage& image, const BrokerConfig& config) {
  const ConfigResource& resource = alteration.resource;
  switch (resource.type) {
    case ConfigResourceType::Topic:
      if (auto valid = check_topic_configs(configs, config); !valid) {
        return valid;
      }
      if (image.topic(resource.name) == nullptr) {
        return fail(ErrorCode::UnknownTopicOrPartition,
                    fmt::format("The topic '{}' does not exist.", resource.name));
      }
      return {};
    case ConfigResourceType::Broker:
      return check_min_isr(alteration, configs, image);
    case ConfigResourceType::ClientMetrics:
      return check_client_metrics_configs(configs);
    case ConfigResourceType::Group:
      return check_group_configs(configs, config);
    default:
      return fail(ErrorCode::InvalidRequest,
                  fmt::format("Unknown resource type {}", static_cast<int>(resource.type)));
  }
}

// The whole set after the alteration. AlterConfigs starts from nothing.
Result<ConfigMap> altered(const ConfigAlteration& alteration, const MetadataImage& image,
                          const BrokerConfig& config) {
  const ConfigResource& resource = alteration.resource;
  if (resource.name.empty() && resource.type != ConfigResourceType::Broker) {
    return fail(ErrorCode::InvalidRequest, "Only brokers have default resources.");
  }
  const ConfigMap& current = image.configs(resource);
  ConfigMap configs = alteration.replace_all ? ConfigMap{} : current;
  std::set<std::string_view> seen;
  for (const ConfigOp& op : alteration.ops) {
    if (!seen.insert(op.name).second) {
      return fail(ErrorCode::InvalidRequest,
                  fmt::format("{} stands twice in the request.", op.name));
    }
    if (auto done = apply_op(resource, op, configs); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  if (auto valid = check_result(alteration, configs, image, config); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  return configs;
}

ConfigRecord config_record(const ConfigResource& resource, const std::string& name,
                           std::optional<std::string> value) {
  ConfigRecord record;
  record.resource_type = static_cast<int8_t>(resource.type);
  record.resource_name = resource.name;
  record.name = name;
  record.value = std::move(value);
  return record;
}

// What differs: first what is set, then what is removed, then ClearElr if the replicas that count
// as eligible have to be forgotten.
void add_difference(const ConfigResource& resource, const ConfigMap& before, const ConfigMap& after,
                    bool elr_enabled, std::vector<MetadataRecord>& records) {
  bool min_isr_changed = false;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != value) {
      records.emplace_back(config_record(resource, name, value));
      min_isr_changed = min_isr_changed || name == min_isr;
    }
  }
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) {
      records.emplace_back(config_record(resource, name, std::nullopt));
      min_isr_changed = min_isr_changed || name == min_isr;
    }
  }
  if (min_isr_changed && elr_enabled) {
    ClearElrRecord clear;
    clear.topic_name = resource.type == ConfigResourceType::Topic ? resource.name : "";
    records.emplace_back(std::move(clear));
  }
}

}  // namespace

Decision<std::vector<Result<>>> Controller::decide_alter_configs(
    const std::vector<ConfigAlteration>& alterations, bool validate_only) const {
  Decision<std::vector<Result<>>> decision;
  std::map<ConfigResource, int> times_named;
  for (const ConfigAlteration& alteration : alterations) {
    ++times_named[alteration.resource];
  }
  for (const ConfigAlteration& alteration : alterations) {
    if (times_named[alteration.resource] > 1) {
      decision.reply.push_back(
          fail(ErrorCode::InvalidRequest, "Each resource must appear at most once."));
      continue;
    }
    const auto configs = altered(alteration, state_, config_);
    if (!configs) {
      decision.reply.push_back(std::unexpected(configs.error()));
      continue;
    }
    add_difference(alteration.resource, state_.configs(alteration.resource), *configs,
                   state_.feature_level(elr_feature) > 0, decision.records);
    decision.reply.emplace_back();
  }
  if (decision.records.size() > max_records_per_batch) {
    decision.records.clear();
    decision.reply.assign(alterations.size(),
                          fail(ErrorCode::PolicyViolation,
                               "The request needs more records than one batch may hold."));
  }
  if (validate_only) {
    decision.records.clear();
  }
  return decision;
}

}  // namespace kafka
