#include "broker/config/config_table.h"

#include <algorithm>

#include "broker/config/tables/rows.h"

namespace kafka {
namespace {

using Rows = std::vector<ConfigDef>;

Rows joined(std::initializer_list<std::span<const ConfigDef>> parts) {
  Rows rows;
  for (std::span<const ConfigDef> part : parts) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  std::ranges::sort(rows, {}, &ConfigDef::name);
  return rows;
}

const ConfigDef* find(std::span<const ConfigDef> rows, std::string_view name) {
  auto row = std::ranges::lower_bound(rows, name, {}, &ConfigDef::name);
  return row != rows.end() && row->name == name ? &*row : nullptr;
}

// listener.name.internal.ssl.key.password -> ssl.key.password;
// listener.name.internal.plain.sasl.jaas.config -> sasl.jaas.config (a SASL mechanism in between).
const ConfigDef* find_listener_config(std::string_view name) {
  constexpr std::string_view prefix = "listener.name.";
  if (!name.starts_with(prefix)) {
    return nullptr;
  }
  name.remove_prefix(prefix.size());
  for (int parts_to_skip = 0; parts_to_skip < 2; ++parts_to_skip) {
    size_t dot = name.find('.');
    if (dot == std::string_view::npos) {
      return nullptr;
    }
    name.remove_prefix(dot + 1);
    if (const ConfigDef* row = find(broker_configs(), name)) {
      return row;
    }
  }
  return nullptr;
}

}  // namespace

std::span<const ConfigDef> broker_configs() {
  static const Rows rows =
      joined({server_rows(), quorum_rows(), log_rows(), replication_rows(), group_rows(),
              transaction_rows(), quota_rows(), security_rows(), remote_rows()});
  return rows;
}

std::span<const ConfigDef> topic_configs() {
  static const Rows rows = joined({topic_rows()});
  return rows;
}

std::span<const ConfigDef> group_configs() {
  static const Rows rows = joined({group_config_rows()});
  return rows;
}

std::span<const ConfigDef> client_metrics_configs() {
  static const Rows rows = joined({client_metrics_rows()});
  return rows;
}

const ConfigDef* find_broker_config(std::string_view name) {
  const ConfigDef* row = find(broker_configs(), name);
  return row != nullptr ? row : find_listener_config(name);
}

const ConfigDef* find_topic_config(std::string_view name) {
  return find(topic_configs(), name);
}

const ConfigDef* find_group_config(std::string_view name) {
  return find(group_configs(), name);
}

const ConfigDef* find_client_metrics_config(std::string_view name) {
  return find(client_metrics_configs(), name);
}

}  // namespace kafka
