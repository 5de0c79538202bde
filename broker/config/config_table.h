// The tables: every configuration that Apache Kafka 4.3 knows, by name, and a few of our own.
//
// A row per name: type, default, what is allowed, who may change it, one or two sentences about it.
// To add a configuration: one row in tables/*.cc, and, if something reads it, one field and one
// binding in broker_config.h. What is known but not built yet, and would mislead whoever sets it,
// is refused in unsupported.cc.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "broker/config/config_def.h"

namespace kafka {

// All rows of a kind of resource, sorted by name.
std::span<const ConfigDef> broker_configs();
std::span<const ConfigDef> topic_configs();
std::span<const ConfigDef> group_configs();
std::span<const ConfigDef> client_metrics_configs();

// The row of a name, or null. find_broker_config also knows listener.name.<listener>.<name>.
const ConfigDef* find_broker_config(std::string_view name);
const ConfigDef* find_topic_config(std::string_view name);
const ConfigDef* find_group_config(std::string_view name);
const ConfigDef* find_client_metrics_config(std::string_view name);

// A broker configuration that gives the default of another one, and the factor between their
// units: log.retention.hours * 3600000 is a retention.ms.
struct ConfigSynonym {
  std::string_view name;
  int64_t factor = 1;
};

// The broker configurations that a topic configuration falls back to, first that is set wins. The
// last one always has a value. Empty where a topic configuration has no broker counterpart.
std::span<const ConfigSynonym> topic_synonyms(std::string_view topic_config);

// The broker configurations that speak of the same thing as this one, in order of precedence, this
// one included: log.roll.hours -> {log.roll.ms, log.roll.hours}.
std::vector<std::string_view> broker_synonyms(std::string_view broker_config);

// The broker configuration that gives a group configuration its default, if there is one.
std::optional<std::string_view> group_synonym(std::string_view group_config);

}  // namespace kafka
