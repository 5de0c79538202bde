#include "broker/config/check_configs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "broker/config/broker_config_checks.h"
#include "broker/config/config_table.h"

namespace kafka {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::InvalidRequest, std::move(message));
}

// --- groups

// A group's value lies between the broker's min and max: consumer.session.timeout.ms between
// group.consumer.min.session.timeout.ms and group.consumer.max.session.timeout.ms.
Result<> check_group_limit(std::string_view name, int64_t value, const BrokerConfig& broker) {
  size_t dot = name.find('.');
  std::string_view family = name.substr(0, dot);
  std::string_view rest = name.substr(dot + 1);
  if (rest.starts_with("num.")) {
    rest.remove_prefix(std::string_view("num.").size());
  }
  std::string min = fmt::format("group.{}.min.{}", family, rest);
  std::string max = fmt::format("group.{}.max.{}", family, rest);
  if (std::optional<std::string> low = broker.text(min); low && value < to_int(*low)) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("{} must be greater than or equal to {}", name, min));
  }
  if (std::optional<std::string> high = broker.text(max); high && value > to_int(*high)) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("{} must be less than or equal to {}", name, max));
  }
  return {};
}

// A member must have time for more than one heartbeat before it is given up.
Result<> check_group_timeouts(const ConfigMap& values, const BrokerConfig& broker) {
  for (std::string_view family : {"consumer", "share", "streams"}) {
    auto effective = [&](std::string_view name) {
      auto own = values.find(fmt::format("{}.{}", family, name));
      return to_int(own != values.end() ? own->second
                                        : *broker.text(fmt::format("group.{}.{}", family, name)));
    };
    if (effective("session.timeout.ms") <= effective("heartbeat.interval.ms")) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("{}.session.timeout.ms must be greater than "
                              "{}.heartbeat.interval.ms",
                              family, family));
    }
  }
  return {};
}

// --- client metrics

// What clients can be told apart by.
constexpr std::string_view client_attributes[] = {
    "client_instance_id",    "client_id",
    "client_software_name",  "client_software_version",
    "client_source_address", "client_source_port",
};

bool is_client_pattern(std::string_view pattern) {
  size_t equals = pattern.find('=');
  if (equals == std::string_view::npos ||
      std::ranges::find(client_attributes, pattern.substr(0, equals)) ==
          std::end(client_attributes)) {
    return false;
  }
  try {
    std::regex compiled(std::string(pattern.substr(equals + 1)));
  } catch (const std::regex_error&) {
    return false;
  }
  return true;
}

// --- brokers

// Keys and certificates belong to one listener each.
bool is_security_config(std::string_view name) {
  constexpr std::string_view per_listener[] = {
      "ssl.key.password",
      "ssl.keystore.certificate.chain",
      "ssl.keystore.key",
      "ssl.keystore.location",
      "ssl.keystore.password",
      "ssl.keystore.type",
      "ssl.truststore.certificates",
      "ssl.truststore.location",
      "ssl.truststore.password",
      "ssl.truststore.type",
  };
  return std::ranges::find(per_listener, name) != std::end(per_listener);
}

// Unknown names are kept for plugins, as in Kafka.
Result<> check_dynamic_names(const ConfigMap& values, bool cluster_wide) {
  std::vector<std::string> read_only, unprefixed, per_broker;
  for (const auto& [name, value] : values) {
    const ConfigDef* def = find_broker_config(name);
    if (def == nullptr) {
      continue;
    }
    if (def->scope == ConfigScope::ReadOnly) {
      read_only.push_back(name);
    }
    if (is_security_config(name)) {
      unprefixed.push_back(name);
    } else if (cluster_wide && def->scope == ConfigScope::PerBroker) {
      per_broker.push_back(name);
    }
  }
  if (!read_only.empty()) {
    return refuse(
        fmt::format("Cannot update these configs dynamically: [{}]", fmt::join(read_only, ", ")));
  }
  if (!unprefixed.empty()) {
    return refuse(
        fmt::format("These security configs can be dynamically updated only per-listener "
                    "using the listener prefix: [{}]",
                    fmt::join(unprefixed, ", ")));
  }
  if (!per_broker.empty()) {
    return refuse(
        fmt::format("Cannot update these configs at default cluster level, broker id "
                    "must be specified: [{}]",
                    fmt::join(per_broker, ", ")));
  }
  return {};
}

// Pools of threads grow to double and shrink to half at most in one step. There are none here; the
// rule stands so that a script meets the same answer as with Apache Kafka.
Result<> check_thread_counts(const BrokerConfig& before, const BrokerConfig& after) {
  for (std::string_view name :
       {"num.io.threads", "num.network.threads", "num.replica.fetchers", "background.threads",
        "num.recovery.threads.per.data.dir", "log.cleaner.threads"}) {
    int64_t old_count = to_int(*before.text(name));
    int64_t new_count = to_int(*after.text(name));
    if (new_count == old_count) {
      continue;
    }
    if (new_count < 1 || new_count < old_count / 2) {
      return refuse(
          fmt::format("Dynamic thread count update validation failed for {}={}, value "
                      "should be at least half the current value {}",
                      name, new_count, old_count));
    }
    if (new_count > old_count * 2) {
      return refuse(
          fmt::format("Dynamic thread count update validation failed for {}={}, value "
                      "should not be greater than double the current value {}",
                      name, new_count, old_count));
    }
  }
  return {};
}

Result<> check_reconfiguration(const BrokerConfig& before, const BrokerConfig& after) {
  for (std::string_view name : {"listeners", "listener.security.protocol.map"}) {
    if (before.text(name) != after.text(name)) {
      return refuse(fmt::format(
          "{} cannot be changed while the broker runs yet: change server.properties and restart",
          name));
    }
  }
  if (before.text("metric.reporters") != after.text("metric.reporters")) {
    return refuse("metric.reporters names Java classes, which this broker cannot load");
  }
  constexpr int64_t dedupe_bytes_min = 1 << 20;
  if (after.log_cleaner_threads > 0 &&
      after.log_cleaner_dedupe_buffer_size / after.log_cleaner_threads < dedupe_bytes_min) {
    return refuse("log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.");
  }
  return check_thread_counts(before, after);
}

}  // namespace

Result<> check_group_configs(const ConfigMap& values, const BrokerConfig& broker) {
  for (const auto& [name, value] : values) {
    const ConfigDef* def = find_group_config(name);
    if (def == nullptr) {
      return fail(ErrorCode::InvalidConfig, fmt::format("Unknown group config name: {}", name));
    }
    if (Result<> valid = check_value(*def, value); !valid) {
      return valid;
    }
    if (def->type == ConfigType::Int) {
      if (Result<> within = check_group_limit(name, to_int(value), broker); !within) {
        return within;
      }
    }
  }
  return check_group_timeouts(values, broker);
}

Result<> check_client_metrics_configs(const ConfigMap& values) {
  constexpr int64_t interval_min_ms = 100;
  constexpr int64_t interval_max_ms = 3'600'000;
  for (const auto& [name, value] : values) {
    const ConfigDef* def = find_client_metrics_config(name);
    if (def == nullptr) {
      return refuse(fmt::format("Unknown client metrics configuration: {}", name));
    }
    if (Result<> valid = check_value(*def, value); !valid) {
      return valid;
    }
    if (name == "interval.ms" &&
        (to_int(value) < interval_min_ms || to_int(value) > interval_max_ms)) {
      return refuse(fmt::format(
          "Invalid value {} for interval.ms, interval must be between 100 and 3600000 (1 hour)",
          value));
    }
    if (name == "match") {
      for (const std::string& pattern : split_list(value)) {
        if (!is_client_pattern(pattern)) {
          return fail(ErrorCode::InvalidConfig,
                      fmt::format("Illegal client matching pattern: {}", pattern));
        }
      }
    }
  }
  return {};
}

Result<> check_dynamic_configs(const ConfigMap& values, bool cluster_wide,
                               const BrokerConfig& broker) {
  if (Result<> dynamic = check_dynamic_names(values, cluster_wide); !dynamic) {
    return dynamic;
  }
  const ConfigLayers& layers = broker.layers();
  Result<BrokerConfig> after = cluster_wide ? broker.with_dynamic(values, layers.broker_dynamic)
                                            : broker.with_dynamic(layers.cluster_dynamic, values);
  if (!after) {
    return refuse(after.error().message);
  }
  if (Result<> supported = check_supported(*after); !supported) {
    return refuse(supported.error().message);
  }
  return check_reconfiguration(broker, *after);
}

}  // namespace kafka
