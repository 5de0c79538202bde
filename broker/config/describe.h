// What DescribeConfigs says about a resource: every configuration with its value, where the value
// comes from, and the synonyms it beat. Sorted by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/config/config_table.h"

namespace kafka {

struct ConfigSynonymValue {
  std::string name;
  std::optional<std::string> value;
  ConfigSource source = ConfigSource::Unknown;
};

struct ConfigEntry {
  std::string name;
  std::optional<std::string> value;  // null when unset, and always null when sensitive
  ConfigSource source = ConfigSource::Default;
  ConfigType type = ConfigType::Unknown;
  bool read_only = false;
  bool sensitive = false;
  std::optional<std::string_view> doc;
  std::vector<ConfigSynonymValue> synonyms;  // the winner first
};

// Every configuration of a topic with these overrides.
std::vector<ConfigEntry> describe_topic(const ConfigMap& overrides, const BrokerConfig& broker);

// Every configuration of this broker: dynamic, static and default.
std::vector<ConfigEntry> describe_broker(const BrokerConfig& broker);

// The dynamic default of all brokers (resource name ""): only what was set.
std::vector<ConfigEntry> describe_cluster_default(const BrokerConfig& broker);

// A group's configurations: its own values over the broker's.
std::vector<ConfigEntry> describe_group(const ConfigMap& overrides, const BrokerConfig& broker);

// A client metrics subscription: its own values over the defaults.
std::vector<ConfigEntry> describe_client_metrics(const ConfigMap& overrides);

}  // namespace kafka
