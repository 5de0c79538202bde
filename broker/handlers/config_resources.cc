#include "broker/handlers/config_resources.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>

#include "broker/config/check_configs.h"
#include "broker/core/controller/topic_name.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

Result<> check_resource(const ConfigAlteration& alteration, const BrokerConfig& config) {
  const ConfigResource& resource = alteration.resource;
  switch (resource.type) {
    case ConfigResourceType::Topic:
      return resource.name.empty() ? refuse("Default topic resources are not allowed.")
                                   : check_topic_name(resource.name);
    case ConfigResourceType::Broker:
      return resource.name.empty() ? Result<>() : check_own_id(resource.name, config, "Node id");
    case ConfigResourceType::BrokerLogger:
      if (alteration.replace_all) {
        return refuse(fmt::format("Unknown resource type {}", static_cast<int>(resource.type)));
      }
      return check_own_id(resource.name, config, "Node id");
    case ConfigResourceType::Group:
      return resource.name.empty() ? refuse("Default group resources are not allowed.")
                                   : Result<>();
    case ConfigResourceType::ClientMetrics:
      return resource.name.empty() ? refuse("Subscription name can't be empty") : Result<>();
    default:
      return refuse(fmt::format("Unknown resource type {}", static_cast<int>(resource.type)));
  }
}

Result<> check_ops(const std::vector<ConfigOp>& ops) {
  std::set<std::string_view> names;
  for (const ConfigOp& op : ops) {
    if (op.kind < ConfigOp::Kind::Set || op.kind > ConfigOp::Kind::Subtract) {
      return refuse(fmt::format("Unknown operations type {}", static_cast<int>(op.kind)));
    }
    if (!names.insert(op.name).second) {
      return refuse("Error due to duplicate config keys");
    }
    if (!op.value && op.kind != ConfigOp::Kind::Delete) {
      return refuse(fmt::format("Null value not supported for : {}", op.name));
    }
  }
  return {};
}

// What the resource's own values would be, had this been written.
ConfigMap configs_after(const ConfigMap& before, const std::vector<MetadataRecord>& records) {
  ConfigMap after = before;
  for (const MetadataRecord& record : records) {
    if (const auto* config = std::get_if<ConfigRecord>(&record)) {
      if (config->value) {
        after[config->name] = *config->value;
      } else {
        after.erase(config->name);
      }
    }
  }
  return after;
}

std::optional<LogLevel> parse_level(std::string_view text) {
  for (LogLevel level :
       {LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error, LogLevel::Fatal}) {
    if (text == level_name(level)) {
      return level;
    }
  }
  return text == "TRACE" ? std::optional(LogLevel::Debug) : std::nullopt;  // the finest there is
}

// Loggers live in the process, not in the metadata. There is one, and it always has a level.
Result<> alter_logger(const ConfigAlteration& alteration, bool validate_only) {
  std::optional<LogLevel> level;
  for (const ConfigOp& op : alteration.ops) {
    if (op.name != root_logger) {
      return fail(ErrorCode::InvalidConfig, fmt::format("Logger {} does not exist!", op.name));
    }
    if (op.kind == ConfigOp::Kind::Delete) {
      return refuse("Removing the log level of the root logger is not allowed");
    }
    if (op.kind != ConfigOp::Kind::Set) {
      return refuse("Log levels can be set and not appended to or subtracted from");
    }
    level = parse_level(*op.value);
    if (!level) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("Cannot set the log level of {} to {} as it is not a supported log "
                              "level. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN",
                              op.name, *op.value));
    }
  }
  if (level && !validate_only) {
    set_log_level(*level);
  }
  return {};
}

// Everything that is judged before the controller is asked.
Result<> check_first(const ConfigAlteration& alteration, const Node& node,
                     const Controller& controller) {
  if (Result<> valid = check_alteration(alteration, node.config()); !valid) {
    return valid;
  }
  return alteration.resource.type == ConfigResourceType::Broker
             ? check_broker_alteration(alteration, controller, node.config())
             : Result<>();
}

}  // namespace

Result<> check_own_id(std::string_view name, const BrokerConfig& config, std::string_view what) {
  int32_t id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size()) {
    return refuse(fmt::format("{} must be an integer, but it is: {}", what, name));
  }
  if (id != config.node_id) {
    return refuse(
        fmt::format("Unexpected broker id, expected {}, but received {}", config.node_id, name));
  }
  return {};
}

Result<> check_alteration(const ConfigAlteration& alteration, const BrokerConfig& config) {
  const Result<> resource = check_resource(alteration, config);
  return resource ? check_ops(alteration.ops) : resource;
}

Result<> check_broker_alteration(const ConfigAlteration& alteration, const Controller& controller,
                                 const BrokerConfig& config) {
  const auto decision = controller.decide_alter_configs({alteration}, false);
  if (!decision.reply.front()) {
    return decision.reply.front();
  }
  const ConfigMap& before = controller.state().configs(alteration.resource);
  return check_dynamic_configs(configs_after(before, decision.records),
                               alteration.resource.name.empty(), config);
}

void alter_configs(Node& node, std::vector<ConfigAlteration> alterations, bool validate_only,
                   std::function<void(std::vector<Result<>>)> done) {
  if (!node.is_active_controller()) {
    done(std::vector<Result<>>(alterations.size(), fail(ErrorCode::NotController)));
    return;
  }
  std::vector<Result<>> results;
  std::vector<ConfigAlteration> allowed;
  std::vector<size_t> positions;  // of the allowed ones among the results
  for (ConfigAlteration& alteration : alterations) {
    Result<> valid = check_first(alteration, node, node.controller());
    if (valid && alteration.resource.type == ConfigResourceType::BrokerLogger) {
      valid = alter_logger(alteration, validate_only);
    } else if (valid) {
      positions.push_back(results.size());
      allowed.push_back(std::move(alteration));
    }
    results.push_back(std::move(valid));
  }
  auto decision = node.controller().decide_alter_configs(allowed, validate_only);
  for (size_t i = 0; i < positions.size(); ++i) {
    results[positions[i]] = std::move(decision.reply[i]);
  }
  node.commit(std::move(decision.records),
              [results = std::move(results), positions = std::move(positions),
               done = std::move(done)](Result<> committed) mutable {
                for (const size_t position : positions) {
                  if (!committed && results[position]) {
                    results[position] = committed;
                  }
                }
                done(std::move(results));
              });
}

}  // namespace kafka
