#include "broker/config/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "broker/config/binding.h"
#include "broker/config/topic_config.h"

namespace kafka {
namespace {

// As Java prints doubles: 0.5, 1.0, 1.7976931348623157E308.
std::string java_text(double number) {
  char digits[64];
  const double size = std::fabs(number);
  const bool plain = size == 0 || (size >= 1e-3 && size < 1e7);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number, format).ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  const std::string_view mantissa = text.substr(0, text.find('e'));
  const bool has_fraction = mantissa.find('.') != std::string_view::npos;
  std::string out = fmt::format("{}{}", mantissa, has_fraction ? "" : ".0");
  if (!plain) {
    out += fmt::format("E{}", to_int(text.substr(mantissa.size() + 1)));
  }
  return out;
}

// A value as Kafka prints it after reading it: numbers trimmed, lists without blanks and repeats.
std::string normalized(const ConfigDef& def, const std::string& text) {
  switch (def.type) {
    case ConfigType::Boolean:
      return to_bool(text) ? "true" : "false";
    case ConfigType::Short:
    case ConfigType::Int:
    case ConfigType::Long:
      return std::to_string(to_int(text));
    case ConfigType::Double:
      return java_text(to_double(text));
    case ConfigType::List: {
      std::vector<std::string> items;
      read_text(text, items);
      return fmt::format("{}", fmt::join(items, ","));
    }
    default:
      return text;
  }
}

// A text of an unknown or invalid value is shown as it stands.
std::optional<std::string> shown(const ConfigDef* def, const std::optional<std::string>& text) {
  if (!text || def == nullptr || def->is_sensitive()) {
    return std::nullopt;
  }
  return check_value(*def, *text) ? normalized(*def, *text) : *text;
}

// What gives a broker configuration its value, the winner first: all its names in each layer, then
// the defaults. What stands before the first entry of its own name speaks of another unit or of all
// listeners, and is left out.
std::vector<ConfigSynonymValue> broker_synonym_values(std::string_view name,
                                                      const BrokerConfig& broker) {
  const ConfigLayers& layers = broker.layers();
  const ConfigDef* def = find_broker_config(name);
  bool hidden = def == nullptr || def->is_sensitive();
  std::vector<std::string_view> names = broker_synonyms(name);
  std::vector<ConfigSynonymValue> synonyms;
  auto add = [&](std::string_view synonym, std::string_view value, ConfigSource source) {
    synonyms.push_back({std::string(synonym), {}, source});
    if (!hidden) {
      synonyms.back().value = value;
    }
  };
  auto add_layer = [&](const ConfigMap& values, ConfigSource source) {
    for (std::string_view synonym : names) {
      if (auto found = values.find(synonym); found != values.end()) {
        add(synonym, found->second, source);
      }
    }
  };
  add_layer(layers.broker_dynamic, ConfigSource::DynamicBroker);
  add_layer(layers.cluster_dynamic, ConfigSource::DynamicDefaultBroker);
  add_layer(layers.static_values, ConfigSource::StaticBroker);
  for (std::string_view synonym : names) {
    const ConfigDef* row = find_broker_config(synonym);
    if (row != nullptr && row->name == synonym && row->default_value) {
      add(synonym, *row->default_value, ConfigSource::Default);
    }
  }
  auto first_of_name = std::ranges::find(synonyms, name, &ConfigSynonymValue::name);
  synonyms.erase(synonyms.begin(), first_of_name);
  return synonyms;
}

// An entry without value, source and synonyms. Names that no row knows are hidden, since nobody can
// say what is in them.
ConfigEntry new_entry(std::string_view name, const ConfigDef* def) {
  ConfigEntry entry;
  entry.name = name;
  if (def == nullptr) {
    entry.sensitive = true;
    return entry;
  }
  entry.type = def->type;
  entry.sensitive = def->is_sensitive();
  entry.doc = def->doc;
  return entry;
}

// A dynamic log.retention.ms puts the static log.retention.minutes and .hours out of force: they
// are described with their defaults, while their synonyms still show what the file says.
bool is_superseded(std::string_view name, const ConfigLayers& layers) {
  for (std::string_view synonym : broker_synonyms(name)) {
    if (layers.broker_dynamic.contains(synonym) || layers.cluster_dynamic.contains(synonym)) {
      return !layers.broker_dynamic.contains(name) && !layers.cluster_dynamic.contains(name);
    }
  }
  return false;
}

std::optional<std::string> broker_value(std::string_view name, const ConfigDef* def,
                                        const BrokerConfig& broker) {
  if (def != nullptr && def->name == name && is_superseded(name, broker.layers())) {
    return std::optional<std::string>(def->default_value);
  }
  return broker.text(name);
}

ConfigEntry broker_entry(std::string_view name, const BrokerConfig& broker) {
  const ConfigDef* def = find_broker_config(name);
  ConfigEntry entry = new_entry(name, def);
  bool has_listener_prefix = def != nullptr && def->name != name;
  entry.read_only = def == nullptr || has_listener_prefix || def->scope == ConfigScope::ReadOnly;
  if (has_listener_prefix) {
    entry.doc = std::nullopt;
  }
  entry.value = shown(def, broker_value(name, def, broker));
  entry.synonyms = broker_synonym_values(name, broker);
  entry.source = entry.synonyms.empty() ? ConfigSource::Default : entry.synonyms.front().source;
  return entry;
}

// The entry of a resource with values of its own, over what the broker says.
ConfigEntry own_entry(const ConfigDef& def, const ConfigMap& overrides, ConfigSource own_source,
                      const std::optional<std::string>& fallback,
                      std::vector<ConfigSynonymValue> synonyms) {
  ConfigEntry entry = new_entry(def.name, &def);
  entry.value = shown(&def, fallback);
  entry.synonyms = std::move(synonyms);
  if (auto own = overrides.find(def.name); own != overrides.end()) {
    entry.value = shown(&def, own->second);
    entry.synonyms.insert(entry.synonyms.begin(), {std::string(def.name), entry.value, own_source});
  }
  entry.source = entry.synonyms.empty() ? ConfigSource::Default : entry.synonyms.front().source;
  return entry;
}

bool is_listed(const ConfigDef& def, const ConfigMap& overrides) {
  return !def.internal || overrides.contains(def.name);
}

}  // namespace

std::vector<ConfigEntry> describe_topic(const ConfigMap& overrides, const BrokerConfig& broker) {
  std::vector<ConfigEntry> entries;
  for (const ConfigDef& def : topic_configs()) {
    if (!is_listed(def, overrides)) {
      continue;
    }
    std::span<const ConfigSynonym> broker_names = topic_synonyms(def.name);
    std::vector<ConfigSynonymValue> synonyms;
    if (!broker_names.empty()) {
      synonyms = broker_synonym_values(broker_names.front().name, broker);
    }
    entries.push_back(own_entry(def, overrides, ConfigSource::DynamicTopic,
                                topic_config_fallback(def.name, broker), std::move(synonyms)));
  }
  return entries;
}

std::vector<ConfigEntry> describe_broker(const BrokerConfig& broker) {
  std::set<std::string_view> names;
  for (const ConfigDef& def : broker_configs()) {
    if (!def.internal) {
      names.insert(def.name);
    }
  }
  const ConfigLayers& layers = broker.layers();
  for (const ConfigMap* values :
       {&layers.static_values, &layers.cluster_dynamic, &layers.broker_dynamic}) {
    for (const auto& [name, value] : *values) {
      names.insert(name);
    }
  }
  std::vector<ConfigEntry> entries;
  for (std::string_view name : names) {
    entries.push_back(broker_entry(name, broker));
  }
  return entries;
}

std::vector<ConfigEntry> describe_cluster_default(const BrokerConfig& broker) {
  std::vector<ConfigEntry> entries;
  for (const auto& [name, value] : broker.layers().cluster_dynamic) {
    ConfigEntry entry = broker_entry(name, broker);
    entry.value = shown(find_broker_config(name), value);
    std::erase_if(entry.synonyms, [](const ConfigSynonymValue& synonym) {
      return synonym.source != ConfigSource::DynamicDefaultBroker;
    });
    entry.source = ConfigSource::DynamicDefaultBroker;
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<ConfigEntry> describe_group(const ConfigMap& overrides, const BrokerConfig& broker) {
  std::vector<ConfigEntry> entries;
  for (const ConfigDef& def : group_configs()) {
    std::optional<std::string> fallback(def.default_value);
    std::vector<ConfigSynonymValue> synonyms;
    if (std::optional<std::string_view> broker_name = group_synonym(def.name)) {
      fallback = broker.text(*broker_name);
      synonyms = broker_synonym_values(*broker_name, broker);
    } else if (fallback) {
      synonyms.push_back({std::string(def.name), fallback, ConfigSource::Default});
    }
    entries.push_back(
        own_entry(def, overrides, ConfigSource::DynamicGroup, fallback, std::move(synonyms)));
  }
  return entries;
}

std::vector<ConfigEntry> describe_client_metrics(const ConfigMap& overrides) {
  std::vector<ConfigEntry> entries;
  for (const ConfigDef& def : client_metrics_configs()) {
    entries.push_back(own_entry(def, overrides, ConfigSource::DynamicClientMetrics,
                                std::optional<std::string>(def.default_value), {}));
  }
  return entries;
}

}  // namespace kafka
