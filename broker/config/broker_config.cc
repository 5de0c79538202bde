#include "broker/config/broker_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/binding.h"
#include "broker/config/broker_bindings.h"
#include "broker/config/broker_config_checks.h"
#include "broker/config/config_table.h"
#include "broker/config/legacy.h"

namespace kafka {
namespace {

Result<> check_values(const ConfigMap& values) {
  for (const auto& [name, value] : values) {
    const ConfigDef* def = find_broker_config(name);
    Result<> valid = def != nullptr ? check_value(*def, value) : Result<>();
    if (!valid) {
      return invalid_config(
          fmt::format("{}. Allowed: {}.", valid.error().message, allowed_values(*def)));
    }
  }
  return {};
}

// node.id and broker.id are two names of one thing. Both stand in the layers afterwards, so that
// DescribeConfigs names them both, as Kafka's does.
Result<> join_ids(ConfigMap& values) {
  if (!values.contains("node.id") && !values.contains("broker.id")) {
    return invalid_config(
        "Missing required configuration \"node.id\" which has no default value: give each node of "
        "the cluster a number, as in node.id=1");
  }
  if (!values.contains("broker.id")) {
    values["broker.id"] = values["node.id"];
  }
  values.try_emplace("node.id", values["broker.id"]);
  return {};
}

Result<> check_ids(const ConfigMap& values) {
  const std::string& node = values.at("node.id");
  const std::string& broker = values.at("broker.id");
  if (to_int(node) != to_int(broker)) {
    return invalid_config(
        fmt::format("You must set `node.id` to the same value as `broker.id`: {} is not "
                    "{}. Remove broker.id, which is the older name",
                    node, broker));
  }
  return {};
}

Result<> require(const ConfigMap& values, std::string_view name, std::string_view example) {
  if (values.contains(name)) {
    return {};
  }
  bool from_zookeeper_times = values.contains("zookeeper.connect");
  return invalid_config(fmt::format(
      "Missing required configuration \"{}\" which has no default value, as in {}{}", name, example,
      from_zookeeper_times ? ". This file is from the times of ZooKeeper, which KRaft took the "
                             "place of; config/server.properties shows what a node needs now"
                           : ""));
}

}  // namespace

ConfigLayers::Found ConfigLayers::find(std::string_view name) const {
  struct Layer {
    const ConfigMap& values;
    ConfigSource source;
  };
  for (const Layer& layer : {Layer{broker_dynamic, ConfigSource::DynamicBroker},
                             Layer{cluster_dynamic, ConfigSource::DynamicDefaultBroker},
                             Layer{static_values, ConfigSource::StaticBroker}}) {
    auto found = layer.values.find(name);
    if (found != layer.values.end()) {
      return {&found->second, layer.source};
    }
  }
  return {};
}

// Builds a BrokerConfig from its layers, in the order in which one thing needs another.
struct BrokerConfigReader {
  BrokerConfig config;

  Result<BrokerConfig> read(ConfigLayers layers) {
    config.layers_ = std::move(layers);
    for (auto step : {&BrokerConfigReader::read_identity, &BrokerConfigReader::read_fields,
                      &BrokerConfigReader::read_security_map, &BrokerConfigReader::read_listeners,
                      &BrokerConfigReader::read_quorum, &BrokerConfigReader::read_overrides}) {
      if (Result<> done = (this->*step)(); !done) {
        return std::unexpected(done.error());
      }
    }
    read_directories();
    if (Result<> valid = check_broker_config(config); !valid) {
      return std::unexpected(valid.error());
    }
    return std::move(config);
  }

 private:
  Result<> read_identity() {
    ConfigMap& values = config.layers_.static_values;
    for (auto step : {&BrokerConfigReader::require_roles, &BrokerConfigReader::check_texts}) {
      if (Result<> done = (this->*step)(); !done) {
        return done;
      }
    }
    for (const std::string& role : split_list(values["process.roles"])) {
      (role == "broker" ? config.is_broker : config.is_controller) = true;
    }
    return check_ids(values);
  }

  Result<> require_roles() {
    ConfigMap& values = config.layers_.static_values;
    Result<> roles = require(values, "process.roles", "process.roles=broker,controller");
    Result<> ids = roles ? join_ids(values) : roles;
    return ids ? require(values, "controller.listener.names",
                         "controller.listener.names=CONTROLLER")
               : ids;
  }

  Result<> check_texts() {
    for (const ConfigMap* values : {&config.layers_.static_values, &config.layers_.cluster_dynamic,
                                    &config.layers_.broker_dynamic}) {
      if (Result<> valid = check_values(*values); !valid) {
        return valid;
      }
    }
    return {};
  }

  Result<> read_fields() {
    for (const Binding<BrokerConfig>& binding : broker_bindings()) {
      if (std::optional<std::string> text = config.text(binding.name)) {
        set_field(config, binding.field, *text);
      }
    }
    for (std::string& listener : config.controller_listener_names) {
      std::ranges::transform(listener, listener.begin(),
                             [](unsigned char c) { return std::toupper(c); });
    }
    return {};
  }

  // A controller listener without an entry speaks PLAINTEXT, unless the map was given or a listener
  // is encrypted: then the entry was probably forgotten.
  Result<> read_security_map() {
    Result<SecurityMap> map = parse_security_map(*config.text("listener.security.protocol.map"));
    if (!map) {
      return std::unexpected(map.error());
    }
    bool is_default = config.layers_.find("listener.security.protocol.map").value == nullptr;
    bool all_plain =
        std::ranges::none_of(split_list(*config.text("listeners")), [](std::string_view listener) {
          return listener.starts_with("SSL:") || listener.starts_with("SASL_");
        });
    if (is_default && all_plain) {
      for (const std::string& listener : config.controller_listener_names) {
        map->try_emplace(listener, SecurityProtocol::Plaintext);
      }
    }
    config.listener_security_protocol_map = std::move(*map);
    return {};
  }

  Result<> read_listeners() {
    const SecurityMap& protocols = config.listener_security_protocol_map;
    Result<std::vector<Listener>> listeners =
        parse_listeners("listeners", *config.text("listeners"), protocols);
    if (!listeners) {
      return std::unexpected(listeners.error());
    }
    config.listeners = *listeners;
    config.advertised_listeners = std::move(*listeners);
    std::optional<std::string> advertised = config.text("advertised.listeners");
    if (advertised) {
      Result<std::vector<Listener>> parsed =
          parse_listeners("advertised.listeners", *advertised, protocols);
      if (!parsed) {
        return std::unexpected(parsed.error());
      }
      config.advertised_listeners = std::move(*parsed);
    }
    return read_inter_broker_listener();
  }

  Result<> read_inter_broker_listener() {
    std::optional<std::string> listener = config.text("inter.broker.listener.name");
    if (!listener) {
      config.inter_broker_listener_name = *config.text("security.inter.broker.protocol");
      return {};
    }
    if (config.layers_.find("security.inter.broker.protocol").value != nullptr) {
      return invalid_config(
          "Only one of inter.broker.listener.name and security.inter.broker.protocol should be "
          "set");
    }
    std::ranges::transform(*listener, listener->begin(),
                           [](unsigned char c) { return std::toupper(c); });
    if (!config.listener_security_protocol_map.contains(*listener)) {
      return invalid_config(
          fmt::format("Invalid value {} for configuration inter.broker.listener.name: "
                      "Listener not found in listener.security.protocol.map",
                      *listener));
    }
    config.inter_broker_listener_name = *listener;
    return {};
  }

  Result<> read_quorum() {
    Result<std::vector<QuorumVoter>> voters =
        parse_voters(*config.text("controller.quorum.voters"));
    if (!voters) {
      return std::unexpected(voters.error());
    }
    Result<std::vector<HostPort>> servers =
        parse_bootstrap_servers(*config.text("controller.quorum.bootstrap.servers"));
    if (!servers) {
      return std::unexpected(servers.error());
    }
    config.controller_quorum_voters = std::move(*voters);
    config.controller_quorum_bootstrap_servers = std::move(*servers);
    advertise_controllers();
    return {};
  }

  // Controller listeners that advertised.listeners leaves out are advertised as the voter's entry
  // of this node, or as they listen.
  void advertise_controllers() {
    for (const Listener& listener : config.listeners) {
      if (!config.is_controller_listener(listener.name) ||
          (config.advertised(listener.name) != nullptr &&
           config.layers_.find("advertised.listeners").value != nullptr)) {
        continue;
      }
      std::erase_if(config.advertised_listeners,
                    [&](const Listener& other) { return other.name == listener.name; });
      Listener advertised = listener;
      auto voter =
          std::ranges::find(config.controller_quorum_voters, config.node_id, &QuorumVoter::id);
      if (voter != config.controller_quorum_voters.end()) {
        advertised.host = voter->host;
        advertised.port = voter->port;
      }
      config.advertised_listeners.push_back(std::move(advertised));
    }
  }

  // host:count pairs.
  Result<> read_overrides() {
    for (const std::string& entry : split_list(*config.text("max.connections.per.ip.overrides"))) {
      size_t colon = entry.rfind(':');
      std::string_view count =
          colon == std::string::npos ? "" : std::string_view(entry).substr(colon + 1);
      if (count.empty() || count.size() > 9 ||
          count.find_first_not_of("0123456789") != std::string_view::npos) {
        return invalid_config(fmt::format(
            "Invalid value {} for configuration max.connections.per.ip.overrides: entries are "
            "written address:count, as in 127.0.0.1:100",
            entry));
      }
      config.max_connections_per_ip_overrides[entry.substr(0, colon)] =
          static_cast<int32_t>(to_int(count));
    }
    return {};
  }

  void read_directories() {
    std::optional<std::string> log_dirs = config.text("log.dirs");
    read_text(log_dirs ? *log_dirs : *config.text("log.dir"), config.log_dirs);
    std::optional<std::string> metadata_dir = config.text("metadata.log.dir");
    config.metadata_log_dir = metadata_dir ? *metadata_dir : config.log_dirs.front();
  }
};

bool BrokerConfig::is_controller_listener(std::string_view listener) const {
  return std::ranges::find(controller_listener_names, listener) != controller_listener_names.end();
}

const Listener* BrokerConfig::advertised(std::string_view listener) const {
  auto found = std::ranges::find(advertised_listeners, listener, &Listener::name);
  return found != advertised_listeners.end() ? &*found : nullptr;
}

std::optional<std::string> BrokerConfig::text(std::string_view name) const {
  if (const std::string* value = layers_.find(name).value) {
    return *value;
  }
  const ConfigDef* def = find_broker_config(name);
  if (def == nullptr || !def->default_value) {
    return std::nullopt;
  }
  return std::string(*def->default_value);
}

Result<BrokerConfig> BrokerConfig::with_dynamic(ConfigMap cluster_dynamic,
                                                ConfigMap broker_dynamic) const {
  return BrokerConfigReader().read(
      {layers_.static_values, std::move(cluster_dynamic), std::move(broker_dynamic)});
}

Result<ParsedBrokerConfig> parse_broker_config(const ConfigMap& properties) {
  Result<BrokerConfig> config = BrokerConfigReader().read({properties, {}, {}});
  if (!config) {
    return std::unexpected(config.error());
  }
  if (Result<> supported = check_supported(*config); !supported) {
    return std::unexpected(supported.error());
  }
  std::vector<std::string> warnings = broker_config_warnings(*config);
  for (const auto& [name, value] : properties) {
    if (std::optional<std::string> note = note_on_key(name)) {
      warnings.push_back(std::move(*note));
    }
  }
  return ParsedBrokerConfig{std::move(*config), std::move(warnings)};
}

}  // namespace kafka
