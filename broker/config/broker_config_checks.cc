#include "broker/config/broker_config_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "broker/config/config_table.h"

namespace kafka {
namespace {

int64_t number(const BrokerConfig& config, std::string_view name) {
  return to_int(config.text(name).value_or("0"));
}

bool is_voter(const BrokerConfig& config) {
  return std::ranges::find(config.controller_quorum_voters, config.node_id, &QuorumVoter::id) !=
         config.controller_quorum_voters.end();
}

// --- roles

Result<> check_quorum_is_named(const BrokerConfig& config) {
  if (config.controller_quorum_voters.empty() &&
      config.controller_quorum_bootstrap_servers.empty()) {
    return invalid_config(
        "Neither controller.quorum.bootstrap.servers nor controller.quorum.voters says where the "
        "controllers are. Set controller.quorum.bootstrap.servers, as in localhost:9093");
  }
  return {};
}

Result<> check_voter_ids(const BrokerConfig& config) {
  if (config.controller_quorum_voters.empty()) {
    return {};
  }
  if (config.is_controller && !is_voter(config)) {
    return invalid_config(
        fmt::format("If process.roles contains the 'controller' role, the node id {} must be among "
                    "controller.quorum.voters={}",
                    config.node_id, *config.text("controller.quorum.voters")));
  }
  if (!config.is_controller && is_voter(config)) {
    return invalid_config(
        fmt::format("If process.roles is just 'broker', the node id {} must not be among "
                    "controller.quorum.voters={}",
                    config.node_id, *config.text("controller.quorum.voters")));
  }
  return {};
}

Result<> check_auto_join(const BrokerConfig& config) {
  if (config.controller_quorum_auto_join_enable && !config.is_controller) {
    return invalid_config(
        "controller.quorum.auto.join.enable is for nodes with the 'controller' role in "
        "process.roles: a broker never votes");
  }
  return {};
}

Result<> check_controller_listeners(const BrokerConfig& config) {
  auto is_controller = [&](const Listener& listener) {
    return config.is_controller_listener(listener.name);
  };
  std::string names = fmt::format("{}", fmt::join(config.controller_listener_names, ","));
  if (!config.is_controller && std::ranges::any_of(config.listeners, is_controller)) {
    return invalid_config(
        fmt::format("listeners must not contain a listener of controller.listener.names={} when "
                    "process.roles is just 'broker': only a controller serves it",
                    names));
  }
  if (config.is_controller && std::ranges::none_of(config.listeners, is_controller)) {
    return invalid_config(
        fmt::format("listeners must contain a listener of controller.listener.names={} "
                    "when process.roles has the 'controller' role, as in {}://:9093",
                    names, config.controller_listener_names.front()));
  }
  if (!config.is_broker && !std::ranges::all_of(config.listeners, is_controller)) {
    return invalid_config(
        fmt::format("listeners must only contain listeners of controller.listener.names={} when "
                    "process.roles is just 'controller'",
                    names));
  }
  return {};
}

// --- listeners

bool is_ipv6(const Listener& listener) {
  return listener.host.find(':') != std::string::npos;
}

// A port may be shared by one IPv4 and one IPv6 address; port 0 takes any free one.
Result<> check_ports_differ(const BrokerConfig& config) {
  const std::vector<Listener>& all = config.listeners;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i + 1; j < all.size(); ++j) {
      bool both_families =
          !all[i].host.empty() && !all[j].host.empty() && is_ipv6(all[i]) != is_ipv6(all[j]);
      if (all[i].port != 0 && all[i].port == all[j].port && !both_families) {
        return invalid_config(
            fmt::format("Invalid value {} for configuration listeners: Each listener "
                        "must have a different port, and {} and {} both have {}",
                        *config.text("listeners"), all[i].name, all[j].name, all[i].port));
      }
    }
  }
  return {};
}

Result<> check_advertised(const BrokerConfig& config) {
  bool any_for_clients = false;
  bool has_inter_broker = false;
  for (const Listener& listener : config.advertised_listeners) {
    if (listener.host == "0.0.0.0") {
      return invalid_config(fmt::format(
          "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0: clients are told "
          "to dial it. Set advertised.listeners={}://<a name or address clients can reach>:{}",
          listener.name, listener.port));
    }
    any_for_clients = any_for_clients || !config.is_controller_listener(listener.name);
    has_inter_broker = has_inter_broker || (listener.name == config.inter_broker_listener_name &&
                                            !config.is_controller_listener(listener.name));
  }
  if (config.is_broker && !any_for_clients) {
    return invalid_config(
        "There must be at least one broker advertised listener. Perhaps all listeners appear in "
        "controller.listener.names?");
  }
  if (config.is_broker && !has_inter_broker) {
    return invalid_config(
        fmt::format("inter.broker.listener.name is {}, which is not among the advertised "
                    "listeners. Set inter.broker.listener.name to one of them",
                    config.inter_broker_listener_name));
  }
  return {};
}

Result<> check_early_listeners(const BrokerConfig& config) {
  for (const std::string& name : split_list(config.text("early.start.listeners").value_or(""))) {
    if (!config.is_controller_listener(name) &&
        std::ranges::find(config.listeners, name, &Listener::name) == config.listeners.end()) {
      return invalid_config(
          fmt::format("early.start.listeners contains {}, which is neither in listeners "
                      "nor in controller.listener.names",
                      name));
    }
  }
  return {};
}

// --- limits

Result<> check_connections(const BrokerConfig& config) {
  if (config.max_connections_per_ip == 0 && config.max_connections_per_ip_overrides.empty()) {
    return invalid_config(
        "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides is "
        "set: nobody could connect");
  }
  int64_t delay = number(config, "connection.failed.authentication.delay.ms");
  if (config.connections_max_idle_ms > 0 && delay >= config.connections_max_idle_ms) {
    return invalid_config(
        fmt::format("connection.failed.authentication.delay.ms={} must be less than "
                    "connections.max.idle.ms={}",
                    delay, config.connections_max_idle_ms));
  }
  if (config.queued_max_request_bytes > 0 &&
      config.queued_max_request_bytes < config.socket_request_max_bytes) {
    return invalid_config(fmt::format(
        "queued.max.request.bytes={} must be at least socket.request.max.bytes={}, or -1",
        config.queued_max_request_bytes, config.socket_request_max_bytes));
  }
  return {};
}

Result<> check_replication(const BrokerConfig& config) {
  if (config.replica_fetch_wait_max_ms > config.replica_socket_timeout_ms) {
    return invalid_config(
        fmt::format("replica.socket.timeout.ms={} must be at least replica.fetch.wait.max.ms={}",
                    config.replica_socket_timeout_ms, config.replica_fetch_wait_max_ms));
  }
  if (config.replica_fetch_wait_max_ms > config.replica_lag_time_max_ms) {
    return invalid_config(fmt::format(
        "replica.fetch.wait.max.ms={} must be at most replica.lag.time.max.ms={}: followers of "
        "idle partitions would leave the in-sync replicas",
        config.replica_fetch_wait_max_ms, config.replica_lag_time_max_ms));
  }
  return {};
}

// What log.roll.* and log.retention.* come to in milliseconds.
Result<> check_log_times(const BrokerConfig& config) {
  auto in_ms = [&](std::string_view topic_config) {
    for (const ConfigSynonym& synonym : topic_synonyms(topic_config)) {
      if (std::optional<std::string> text = config.text(synonym.name)) {
        return to_int(*text) * synonym.factor;
      }
    }
    return int64_t{0};
  };
  if (in_ms("segment.ms") < 1) {
    return invalid_config("log.roll.ms must be at least 1");
  }
  if (in_ms("segment.jitter.ms") < 0) {
    return invalid_config("log.roll.jitter.ms must be at least 0");
  }
  if (in_ms("retention.ms") == 0) {
    return invalid_config("log.retention.ms must be unlimited (-1) or at least 1");
  }
  return {};
}

Result<> check_directories(const BrokerConfig& config) {
  for (const std::string& dir : split_list(config.text("cordoned.log.dirs").value_or(""))) {
    if (dir != "*" && std::ranges::find(config.log_dirs, dir) == config.log_dirs.end()) {
      return invalid_config(fmt::format(
          "All entries in cordoned.log.dirs must be present in log.dirs or log.dir: {} is not",
          dir));
    }
  }
  return {};
}

Result<> check_groups(const BrokerConfig& config) {
  constexpr int32_t codec_count = 5;
  if (config.offsets_topic_compression_codec < 0 ||
      config.offsets_topic_compression_codec >= codec_count) {
    return invalid_config(fmt::format(
        "Invalid value {} for configuration offsets.topic.compression.codec: 0 is none, 1 gzip, 2 "
        "snappy, 3 lz4, 4 zstd",
        config.offsets_topic_compression_codec));
  }
  const std::vector<std::string>& protocols = config.group_coordinator_rebalance_protocols;
  if (std::ranges::find(protocols, "classic") == protocols.end()) {
    return invalid_config(
        "group.coordinator.rebalance.protocols: Disabling the 'classic' protocol is not supported");
  }
  return {};
}

// min <= value <= max, for each limit that groups may be configured within.
Result<> check_group_limits(const BrokerConfig& config) {
  struct Limit {
    std::string_view family;  // group.consumer.
    std::string_view name;    // session.timeout.ms
  };
  static constexpr Limit limits[] = {
      {"group.consumer.", "session.timeout.ms"},     {"group.consumer.", "heartbeat.interval.ms"},
      {"group.consumer.", "assignment.interval.ms"}, {"group.share.", "session.timeout.ms"},
      {"group.share.", "heartbeat.interval.ms"},     {"group.share.", "assignment.interval.ms"},
      {"group.share.", "delivery.count.limit"},      {"group.share.", "partition.max.record.locks"},
      {"group.share.", "record.lock.duration.ms"},   {"group.streams.", "session.timeout.ms"},
      {"group.streams.", "heartbeat.interval.ms"},   {"group.streams.", "assignment.interval.ms"},
  };
  for (const Limit& limit : limits) {
    std::string value = fmt::format("{}{}", limit.family, limit.name);
    std::string min = fmt::format("{}min.{}", limit.family, limit.name);
    std::string max = fmt::format("{}max.{}", limit.family, limit.name);
    for (const auto& [low, high] :
         {std::pair(min, max), std::pair(min, value), std::pair(value, max)}) {
      if (number(config, low) > number(config, high)) {
        return invalid_config(fmt::format("{}={} must be greater than or equal to {}={}", high,
                                          number(config, high), low, number(config, low)));
      }
    }
  }
  if (number(config, "group.streams.num.standby.replicas") >
      number(config, "group.streams.max.standby.replicas")) {
    return invalid_config(
        "group.streams.num.standby.replicas must be at most group.streams.max.standby.replicas");
  }
  return {};
}

}  // namespace

Result<> check_broker_config(const BrokerConfig& config) {
  for (auto check :
       {check_quorum_is_named, check_voter_ids, check_auto_join, check_controller_listeners,
        check_ports_differ, check_advertised, check_early_listeners, check_connections,
        check_replication, check_log_times, check_directories, check_groups, check_group_limits}) {
    if (Result<> valid = check(config); !valid) {
      return valid;
    }
  }
  return {};
}

std::vector<std::string> broker_config_warnings(const BrokerConfig& config) {
  std::vector<std::string> warnings;
  if (!config.is_controller && config.controller_listener_names.size() > 1) {
    warnings.push_back(fmt::format(
        "controller.listener.names has several entries, of which a broker uses the first: {}",
        config.controller_listener_names.front()));
  }
  if (config.broker_heartbeat_interval_ms > config.broker_session_timeout_ms / 2) {
    warnings.push_back(fmt::format(
        "broker.heartbeat.interval.ms={} should be at most half of broker.session.timeout.ms={}: "
        "one lost heartbeat would fence the broker",
        config.broker_heartbeat_interval_ms, config.broker_session_timeout_ms));
  }
  if (config.layers().find("metric.reporters").value != nullptr) {
    warnings.push_back("metric.reporters has no effect: it names Java classes.");
  }
  return warnings;
}

}  // namespace kafka
