#include "broker/handlers/config_resources.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>

#include "broker/config/check_configs.h"
#include "broker/core/controller/topic_name.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "broker/node/to_controller.h"
#include "protocol/api/33_alter_configs.h"
#include "protocol/api/44_incremental_alter_configs.h"

namespace kafka {
namespace {

std::unexpected<Error> refuse_resource(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

Result<> check_resource(const ConfigAlteration& alteration, const BrokerConfig& config) {
  const ConfigResource& resource = alteration.resource;
  switch (resource.type) {
    case ConfigResourceType::Topic:
      return resource.name.empty() ? refuse_resource("Default topic resources are not allowed.")
                                   : check_topic_name(resource.name);
    case ConfigResourceType::Broker:
      return resource.name.empty() ? Result<>() : check_own_id(resource.name, config, "Node id");
    case ConfigResourceType::BrokerLogger:
      if (alteration.replace_all) {
        return refuse_resource(
            fmt::format("Unknown resource type {}", static_cast<int>(resource.type)));
      }
      return check_own_id(resource.name, config, "Node id");
    case ConfigResourceType::Group:
      return resource.name.empty() ? refuse_resource("Default group resources are not allowed.")
                                   : Result<>();
    case ConfigResourceType::ClientMetrics:
      return resource.name.empty() ? refuse_resource("Subscription name can't be empty")
                                   : Result<>();
    default:
      return refuse_resource(
          fmt::format("Unknown resource type {}", static_cast<int>(resource.type)));
  }
}

Result<> check_ops(const std::vector<ConfigOp>& ops) {
  std::set<std::string_view> names;
  for (const ConfigOp& op : ops) {
    if (op.kind < ConfigOp::Kind::Set || op.kind > ConfigOp::Kind::Subtract) {
      return refuse_resource(fmt::format("Unknown operations type {}", static_cast<int>(op.kind)));
    }
    if (!names.insert(op.name).second) {
      return refuse_resource("Error due to duplicate config keys");
    }
    if (!op.value && op.kind != ConfigOp::Kind::Delete) {
      return refuse_resource(fmt::format("Null value not supported for : {}", op.name));
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
      return refuse_resource("Removing the log level of the root logger is not allowed");
    }
    if (op.kind != ConfigOp::Kind::Set) {
      return refuse_resource("Log levels can be set and not appended to or subtracted from");
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

// What a broker checks of the values for itself before it passes them on; appended and subtracted
// ones are known to the controller alone.
Result<> check_own_values(const ConfigAlteration& alteration, const Node& node) {
  ConfigMap after =
      alteration.replace_all ? ConfigMap{} : node.image().configs(alteration.resource);
  for (const ConfigOp& op : alteration.ops) {
    if (op.kind == ConfigOp::Kind::Set) {
      after[op.name] = *op.value;
    } else if (op.kind == ConfigOp::Kind::Delete) {
      after.erase(op.name);
    }
  }
  return check_dynamic_configs(after, alteration.resource.name.empty(), node.config());
}

Result<> check_any_broker_id(const ConfigResource& resource) {
  int32_t id = 0;
  const std::string& text = resource.name;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool valid = error == std::errc() && end == text.data() + text.size() && id >= 0;
  return valid || text.empty()
             ? Result<>()
             : refuse_resource("Unable to parse broker name as a base 10 number.");
}

// Everything that is judged before the alteration is decided.
Result<> check_first(AskedAt where, const ConfigAlteration& alteration, Node& node) {
  const bool of_broker = alteration.resource.type == ConfigResourceType::Broker;
  if (where == AskedAt::Controller) {
    if (Result<> valid = of_broker ? check_any_broker_id(alteration.resource)
                                   : check_alteration(alteration, node.config());
        !valid) {
      return valid;
    }
    if (Result<> valid = check_ops(alteration.ops); !valid) {
      return valid;
    }
  } else if (Result<> valid = check_alteration(alteration, node.config()); !valid) {
    return valid;
  }
  if (!of_broker) {
    return {};
  }
  return node.is_active_controller()
             ? check_broker_alteration(alteration, node.controller(), node.config())
             : check_own_values(alteration, node);
}

// The alterations that a broker let through, as it asks the active controller for them.
template <class Request, class Response>
void ask_controller_to_alter(Node& node, const std::vector<ConfigAlteration>& alterations,
                             bool validate_only, std::function<void(std::vector<Result<>>)> done) {
  Request request;
  request.validate_only = validate_only;
  for (const ConfigAlteration& alteration : alterations) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<int8_t>(alteration.resource.type);
    resource.resource_name = alteration.resource.name;
    for (const ConfigOp& op : alteration.ops) {
      auto& config = resource.configs.emplace_back();
      config.name = op.name;
      config.value = op.value;
      if constexpr (requires { config.config_operation; }) {
        config.config_operation = static_cast<int8_t>(op.kind);
      }
    }
  }
  node.to_controller<Request, Response>(request, [count = alterations.size(),
                                                  done = std::move(done)](Result<Response> answer) {
    std::vector<Result<>> results(count);
    for (size_t i = 0; i < count; ++i) {
      if (!answer || i >= answer->responses.size()) {
        results[i] = answer ? fail(ErrorCode::UnknownServerError) : std::unexpected(answer.error());
      } else if (const auto& response = answer->responses[i]; response.error_code != 0) {
        results[i] =
            fail(static_cast<ErrorCode>(response.error_code), response.error_message.value_or(""));
      }
    }
    done(std::move(results));
  });
}

// Decides here, or has it decided where the active controller is.
void decide_alterations(Node& node, AskedAt where, const std::vector<ConfigAlteration>& alterations,
                        bool validate_only, std::function<void(std::vector<Result<>>)> done) {
  if (alterations.empty()) {
    done({});
    return;
  }
  if (node.is_active_controller()) {
    auto decision = node.controller().decide_alter_configs(alterations, validate_only);
    node.commit(std::move(decision.records),
                [results = std::move(decision.reply),
                 done = std::move(done)](const Result<>& committed) mutable {
                  for (Result<>& result : results) {
                    if (!committed && result) {
                      result = committed;
                    }
                  }
                  done(std::move(results));
                });
  } else if (where == AskedAt::Controller) {
    done(std::vector<Result<>>(alterations.size(), fail(ErrorCode::NotController)));
  } else if (alterations.front().replace_all) {
    ask_controller_to_alter<AlterConfigsRequest, AlterConfigsResponse>(
        node, alterations, validate_only, std::move(done));
  } else {
    ask_controller_to_alter<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        node, alterations, validate_only, std::move(done));
  }
}

}  // namespace

Result<> check_own_id(std::string_view name, const BrokerConfig& config, std::string_view what) {
  int32_t id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size()) {
    return refuse_resource(fmt::format("{} must be an integer, but it is: {}", what, name));
  }
  if (id != config.node_id) {
    return refuse_resource(
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

void alter_configs(Node& node, AskedAt where, std::vector<ConfigAlteration> alterations,
                   bool validate_only, std::function<void(std::vector<Result<>>)> done) {
  std::vector<Result<>> results;
  std::vector<ConfigAlteration> allowed;
  std::vector<size_t> positions;  // of the allowed ones among the results
  for (ConfigAlteration& alteration : alterations) {
    Result<> valid = check_first(where, alteration, node);
    if (valid && alteration.resource.type == ConfigResourceType::BrokerLogger) {
      valid = alter_logger(alteration, validate_only);
    } else if (valid) {
      positions.push_back(results.size());
      allowed.push_back(std::move(alteration));
    }
    results.push_back(std::move(valid));
  }
  decide_alterations(node, where, allowed, validate_only,
                     [results = std::move(results), positions = std::move(positions),
                      done = std::move(done)](std::vector<Result<>> decided) mutable {
                       for (size_t i = 0; i < positions.size(); ++i) {
                         results[positions[i]] = std::move(decided[i]);
                       }
                       done(std::move(results));
                     });
}

}  // namespace kafka
