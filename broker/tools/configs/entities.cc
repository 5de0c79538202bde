#include "broker/tools/configs/entities.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "broker/tools/common/text.h"

namespace kafka {

namespace {

// --topic X is short for --entity-type topics --entity-name X.
struct Shortcut {
  std::string_view option;
  std::string_view type;
  bool of_default = false;  // --broker-defaults: the default of all
};

constexpr auto shortcuts = std::to_array<Shortcut>({
    {"topic", "topics"},
    {"client", "clients"},
    {"user", "users"},
    {"broker", "brokers"},
    {"broker-logger", "broker-loggers"},
    {"ip", "ips"},
    {"client-metrics", "client-metrics"},
    {"group", "groups"},
    {"client-defaults", "clients", true},
    {"user-defaults", "users", true},
    {"broker-defaults", "brokers", true},
    {"ip-defaults", "ips", true},
});

constexpr auto types = std::to_array<std::string_view>(
    {"topics", "clients", "users", "brokers", "ips", "client-metrics", "groups", "broker-loggers"});

std::optional<std::string> check_types(const std::vector<ConfigEntity>& entities) {
  for (const ConfigEntity& entity : entities) {
    if (std::ranges::find(types, entity.type) == types.end()) {
      return fmt::format(
          "Invalid entity type {}, the entity type must be one of {} with a --bootstrap-server or "
          "--bootstrap-controller argument",
          entity.type, fmt::join(types, ", "));
    }
    if (std::ranges::count(entities, entity.type, &ConfigEntity::type) > 1) {
      return "Duplicate entity type(s) specified: " + entity.type;
    }
    const bool numbered = entity.type == "brokers" || entity.type == "broker-loggers";
    if (numbered && entity.name && !entity.name->empty() &&
        !parse_number(*entity.name, INT32_MIN, INT32_MAX)) {
      return fmt::format("The entity name for {} must be a valid integer broker id, but it is: {}",
                         entity.type, *entity.name);
    }
  }
  return std::nullopt;
}

}  // namespace

OptionParser config_option_parser() {
  OptionParser parser("Prints and changes the settings of topics, brokers and groups.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first.")
      .value("bootstrap-controller", "host:port,...", "Controllers to ask instead of brokers.")
      .value("command-config", "file", "Properties for the connection.")
      .flag("describe", "Print settings.")
      .flag("alter", "Change settings.")
      .repeated("entity-type", "type",
                "topics, brokers, broker-loggers, groups, client-metrics (clients, users and ips "
                "have quotas, which are not supported).")
      .repeated("entity-name", "name", "The name of the thing: a topic, a broker's id, ...")
      .flag("entity-default", "The default of all things of that type.")
      .value("add-config", "k=v,k=[v,v]", "Settings to add or change.")
      .value("add-config-file", "file", "A properties file of settings to add or change.")
      .value("delete-config", "k,k", "Settings to take back to their default.")
      .flag("all", "With --describe: settings at their default too.")
      .value("topic", "name", "A topic.")
      .value("broker", "id", "A broker.")
      .flag("broker-defaults", "The default of all brokers.")
      .value("broker-logger", "id", "The loggers of a broker.")
      .value("group", "id", "A group.")
      .value("client-metrics", "name", "A subscription to client metrics.")
      .value("client", "id", "Quotas of a client.")
      .flag("client-defaults", "Quotas of all clients.")
      .value("user", "name", "Quotas of a user.")
      .flag("user-defaults", "Quotas of all users.")
      .value("ip", "address", "Quotas of an address.")
      .flag("ip-defaults", "Quotas of all addresses.")
      .flag("force", "Do not ask.")
      .help_and_version();
  return parser;
}

std::optional<std::string> config_options_complaint(const Options& options) {
  if (options.has("describe") == options.has("alter")) {
    return "Command must include exactly one action: --describe, --alter";
  }
  if (auto conflict = option_conflict(options, "describe",
                                      {"add-config", "add-config-file", "delete-config"})) {
    return conflict;
  }
  return option_conflict(options, "alter", {"all"});
}

ToolResult<std::vector<ConfigEntity>> entities_of(const Options& options) {
  std::vector<ConfigEntity> entities;
  const auto names = options.all("entity-name");
  const auto given_types = options.all("entity-type");
  for (size_t i = 0; i < given_types.size(); ++i) {
    ConfigEntity entity{given_types[i], std::nullopt};
    if (i < names.size()) {
      entity.name = names[i];
    } else if (i == names.size() && options.has("entity-default")) {
      entity.name = "";
    }
    entities.push_back(std::move(entity));
  }
  for (const Shortcut& shortcut : shortcuts) {
    if (options.has(shortcut.option)) {
      entities.push_back({std::string(shortcut.type),
                          shortcut.of_default ? "" : options.text_or(shortcut.option, "")});
    }
  }
  if (entities.empty()) {
    return tool_failure(illegal_argument, "At least one entity type must be specified");
  }
  if (names.size() > given_types.size()) {
    return tool_failure(illegal_argument,
                        "--entity-name or --entity-default must be specified together with "
                        "--entity-type");
  }
  if (const auto wrong = check_types(entities)) {
    return tool_failure(illegal_argument, *wrong);
  }
  return entities;
}

ResourceType resource_type(std::string_view entity_type) {
  if (entity_type == "topics") {
    return ResourceType::Topic;
  }
  if (entity_type == "brokers") {
    return ResourceType::Broker;
  }
  if (entity_type == "broker-loggers") {
    return ResourceType::BrokerLogger;
  }
  if (entity_type == "groups") {
    return ResourceType::Group;
  }
  return entity_type == "client-metrics" ? ResourceType::ClientMetrics : ResourceType::Unknown;
}

std::string singular(std::string_view entity_type) {
  if (entity_type == "client-metrics") {
    return std::string(entity_type);
  }
  return std::string(entity_type.substr(0, entity_type.size() - 1));
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_config_pairs(
    std::string_view text) {
  std::vector<std::string> items(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth <= 0) {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& item : items) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos) {
      if (trim(item).empty()) {
        continue;
      }
      return std::nullopt;
    }
    std::string value(trim(std::string_view(item).substr(equals + 1)));
    if (value.starts_with('[') && value.ends_with(']')) {
      value = value.substr(1, value.size() - 2);
    }
    pairs.emplace_back(trim(std::string_view(item).substr(0, equals)), std::move(value));
  }
  return pairs;
}

}  // namespace kafka
