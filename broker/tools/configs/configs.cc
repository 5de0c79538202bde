// kafka-configs.sh: settings of topics, brokers, their loggers, groups and client metrics.
//
// Quotas (of clients, users, addresses) are another interface, which this broker does not have:
// they are refused in one sentence.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker/config/config_def.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "broker/tools/configs/entities.h"
#include "broker/tools/tools.h"
#include "broker/tools/topics/topic_admin.h"
#include "protocol/api/32_describe_configs.h"
#include "protocol/api/44_incremental_alter_configs.h"
#include "protocol/api/74_list_config_resources.h"

namespace kafka {

namespace {

constexpr int8_t operation_set = 0;
constexpr int8_t operation_delete = 1;

std::string_view source_name(int8_t source) {
  switch (static_cast<ConfigSource>(source)) {
    case ConfigSource::DynamicTopic:
      return "DYNAMIC_TOPIC_CONFIG";
    case ConfigSource::DynamicBroker:
      return "DYNAMIC_BROKER_CONFIG";
    case ConfigSource::DynamicDefaultBroker:
      return "DYNAMIC_DEFAULT_BROKER_CONFIG";
    case ConfigSource::StaticBroker:
      return "STATIC_BROKER_CONFIG";
    case ConfigSource::Default:
      return "DEFAULT_CONFIG";
    case ConfigSource::DynamicBrokerLogger:
      return "DYNAMIC_BROKER_LOGGER_CONFIG";
    case ConfigSource::DynamicClientMetrics:
      return "DYNAMIC_CLIENT_METRICS_CONFIG";
    case ConfigSource::DynamicGroup:
      return "DYNAMIC_GROUP_CONFIG";
    case ConfigSource::Unknown:
      break;
  }
  return "UNKNOWN";
}

// Where a setting stands that was made for this very thing.
ConfigSource own_source(const ConfigEntity& entity) {
  switch (resource_type(entity.type)) {
    case ResourceType::Topic:
      return ConfigSource::DynamicTopic;
    case ResourceType::Broker:
      return entity.name->empty() ? ConfigSource::DynamicDefaultBroker
                                  : ConfigSource::DynamicBroker;
    case ResourceType::BrokerLogger:
      return ConfigSource::DynamicBrokerLogger;
    case ResourceType::ClientMetrics:
      return ConfigSource::DynamicClientMetrics;
    case ResourceType::Group:
      return ConfigSource::DynamicGroup;
    case ResourceType::Unknown:
      break;
  }
  return ConfigSource::Unknown;
}

// A broker's own settings are asked of that broker.
int32_t node_for(const ConfigEntity& entity) {
  const bool of_one_broker = entity.type == "brokers" || entity.type == "broker-loggers";
  const auto id = parse_number(*entity.name, 0, INT32_MAX);
  return of_one_broker && id ? static_cast<int32_t>(*id) : any_node;
}

// --- describe ------------------------------------------------------------------------------------

ToolResult<std::vector<std::string>> resource_names(AdminClient& client, ResourceType type) {
  ListConfigResourcesRequest request;
  request.resource_types = {static_cast<int8_t>(type)};
  auto response = client.ask<ListConfigResourcesResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code));
  }
  std::vector<std::string> names;
  for (const auto& resource : response->config_resources) {
    names.push_back(resource.resource_name);
  }
  std::ranges::sort(names);
  return names;
}

// All things of a kind, for --entity-type without a name.
ToolResult<std::vector<std::string>> all_names(AdminClient& client, const std::string& type) {
  std::vector<std::string> names;
  if (type == "topics") {
    auto topics = list_topics(client);
    if (!topics) {
      return std::unexpected(std::move(topics.error()));
    }
    std::ranges::transform(*topics, std::back_inserter(names), &TopicListing::name);
    return names;
  }
  if (type == "brokers" || type == "broker-loggers") {
    auto nodes = client.nodes();
    if (!nodes) {
      return std::unexpected(std::move(nodes.error()));
    }
    for (const ClusterNode& node : *nodes) {
      names.push_back(std::to_string(node.id));
    }
    if (type == "brokers") {
      names.emplace_back();  // and the default of all
    }
    return names;
  }
  return resource_names(client, resource_type(type));
}

// What is said of a thing that is not there and has no settings either; nullopt when it is.
ToolResult<std::optional<std::string>> absence(AdminClient& client, const ConfigEntity& entity) {
  if (entity.name->empty()) {
    return std::nullopt;
  }
  const std::string sentence = fmt::format(
      "The {} '{}' doesn't exist and doesn't have dynamic "
      "config.",
      singular(entity.type), *entity.name);
  if (entity.type == "topics") {
    auto topics = list_topics(client);
    if (!topics) {
      return std::unexpected(std::move(topics.error()));
    }
    const bool known = std::ranges::any_of(
        *topics, [&](const TopicListing& topic) { return topic.name == *entity.name; });
    return known ? std::nullopt : std::optional(sentence);
  }
  if (entity.type == "brokers" || entity.type == "broker-loggers") {
    auto nodes = client.nodes();
    if (!nodes) {
      return std::unexpected(std::move(nodes.error()));
    }
    const bool known = std::ranges::any_of(
        *nodes, [&](const ClusterNode& node) { return std::to_string(node.id) == *entity.name; });
    return known ? std::nullopt : std::optional(sentence);
  }
  auto names = resource_names(client, resource_type(entity.type));
  if (!names) {
    return std::unexpected(std::move(names.error()));
  }
  const bool known = std::ranges::find(*names, *entity.name) != names->end();
  return known ? std::nullopt : std::optional(sentence);
}

ToolResult<ConfigEntries> describe_configs(AdminClient& client, const ConfigEntity& entity) {
  DescribeConfigsRequest request;
  request.resources = {
      {static_cast<int8_t>(resource_type(entity.type)), *entity.name, std::nullopt}};
  request.include_synonyms = true;
  auto response = client.ask<DescribeConfigsResponse>(node_for(entity), request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (auto& result : response->results) {
    if (result.error_code != 0) {
      return std::unexpected(server_error(result.error_code, result.error_message));
    }
    std::ranges::sort(result.configs, {}, [](const auto& entry) { return entry.name; });
    return std::move(result.configs);
  }
  return ConfigEntries{};
}

std::string entry_line(const ConfigEntries::value_type& entry) {
  std::vector<std::string> synonyms;
  for (const auto& synonym : entry.synonyms) {
    synonyms.push_back(fmt::format("{}:{}={}", source_name(synonym.source), synonym.name,
                                   synonym.value.value_or("null")));
  }
  return fmt::format("  {}={} sensitive={} synonyms={{{}}}\n", entry.name,
                     entry.value.value_or("null"), entry.is_sensitive, fmt::join(synonyms, ", "));
}

ToolResult<> describe_one(AdminClient& client, const ConfigEntity& entity, bool all) {
  auto entries = describe_configs(client, entity);
  if (!entries) {
    return std::unexpected(std::move(entries.error()));
  }
  if (entity.name->empty()) {
    fmt::print("Default configs for {} in the cluster are:\n", entity.type);
  } else {
    fmt::print("{} configs for {} {} are:\n", all ? "All" : "Dynamic", singular(entity.type),
               *entity.name);
  }
  const auto own = static_cast<int8_t>(own_source(entity));
  const bool everything = all || resource_type(entity.type) == ResourceType::BrokerLogger;
  for (const auto& entry : *entries) {
    if (everything || entry.config_source == own) {
      fmt::print("{}", entry_line(entry));
    }
  }
  return {};
}

ToolResult<> describe(AdminClient& client, const ConfigEntity& entity, bool all) {
  if (entity.name) {
    auto absent = absence(client, entity);
    if (!absent) {
      return std::unexpected(std::move(absent.error()));
    }
    if (*absent) {
      fmt::print("{}\n", **absent);
      return {};
    }
    return describe_one(client, entity, all);
  }
  auto names = all_names(client, entity.type);
  if (!names) {
    return std::unexpected(std::move(names.error()));
  }
  for (const std::string& name : *names) {
    if (auto done = describe_one(client, {entity.type, name}, all); !done) {
      return done;
    }
  }
  return {};
}

// --- alter ---------------------------------------------------------------------------------------

using Change = IncrementalAlterConfigsRequest::AlterableConfig;

ToolResult<std::vector<Change>> changes_of(const Options& options) {
  std::vector<Change> changes;
  const auto pairs = parse_config_pairs(options.text_or("add-config", ""));
  if (!pairs) {
    return tool_failure(illegal_argument,
                        "requirement failed: Invalid entity config: all configs to be added must "
                        "be in the format \"key=val\" or  \"key=[val1,val2]\" to group values "
                        "which contain commas.");
  }
  for (const auto& [name, value] : *pairs) {
    changes.push_back({name, operation_set, value});
  }
  if (const auto path = options.text("add-config-file")) {
    auto file = read_client_properties(*path);
    if (!file) {
      return std::unexpected(std::move(file.error()));
    }
    for (const auto& [name, value] : *file) {
      changes.push_back({name, operation_set, value});
    }
  }
  for (const std::string& item : split(options.text_or("delete-config", ""), ',')) {
    const std::string name(trim(item));
    const bool added =
        std::ranges::any_of(changes, [&](const Change& c) { return c.name == name; });
    if (!name.empty() && !added) {
      changes.push_back({name, operation_delete, std::nullopt});
    }
  }
  return changes;
}

ToolResult<> alter(AdminClient& client, const ConfigEntity& entity, const Options& options) {
  auto changes = changes_of(options);
  if (!changes) {
    return std::unexpected(std::move(changes.error()));
  }
  IncrementalAlterConfigsRequest request;
  request.resources = {
      {static_cast<int8_t>(resource_type(entity.type)), *entity.name, std::move(*changes)}};
  auto response = client.ask<IncrementalAlterConfigsResponse>(node_for(entity), request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  for (const auto& result : response->responses) {
    if (result.error_code != 0) {
      return std::unexpected(server_error(result.error_code, result.error_message));
    }
  }
  if (entity.name->empty()) {
    fmt::print("Completed updating default config for {} in the cluster.\n", entity.type);
  } else {
    fmt::print("Completed updating config for {} {}.\n", singular(entity.type), *entity.name);
  }
  return {};
}

// -------------------------------------------------------------------------------------------------

// Sentences that need no more than the command line.
std::optional<std::string> plain_complaint(const Options& options,
                                           const std::vector<ConfigEntity>& entities) {
  if (options.has("bootstrap-server") == options.has("bootstrap-controller")) {
    return options.has("bootstrap-server")
               ? "Only one of --bootstrap-server or --bootstrap-controller can be specified"
               : "Either --bootstrap-server or --bootstrap-controller must be specified.";
  }
  if (entities.size() > 1 || resource_type(entities.front().type) == ResourceType::Unknown) {
    return "Quotas of clients, users and addresses are not supported by this tool and broker.";
  }
  const ConfigEntity& entity = entities.front();
  if (options.has("alter") && !entity.name) {
    return fmt::format("An entity name or default entity must be specified with --alter of {}",
                       entity.type);
  }
  if (entity.name && entity.name->empty() && entity.type != "brokers") {
    return fmt::format("There are no defaults of {}: give a name.", entity.type);
  }
  if (options.has("alter") && !options.has("add-config") && !options.has("add-config-file") &&
      !options.has("delete-config")) {
    return "At least one of --add-config, --add-config-file, or --delete-config must be specified "
           "with --alter";
  }
  return std::nullopt;
}

int report(const ToolError& error, const Words& words) {
  std::fflush(stdout);
  if (error.exception == illegal_argument) {
    fmt::print(stderr, "{}\n", error.message);
    return 1;
  }
  fmt::print(stderr, "Error while executing config command with args '{}'\n{}{}\n",
             fmt::join(words, " "), error.code ? "java.util.concurrent.ExecutionException: " : "",
             error.to_string());
  return 1;
}

int run_command(const Options& options, const Words& words) {
  const auto entities = entities_of(options);
  if (!entities) {
    return report(entities.error(), words);
  }
  if (const auto complaint = plain_complaint(options, *entities)) {
    fmt::print(stderr, "{}\n", *complaint);
    return 1;
  }
  auto client = open_client(options);
  if (!client) {
    return report(client.error(), words);
  }
  const ConfigEntity& entity = entities->front();
  const auto done = options.has("describe") ? describe(*client, entity, options.has("all"))
                                            : alter(*client, entity, options);
  return done ? 0 : report(done.error(), words);
}

}  // namespace

int run_configs(const Words& words) {
  const OptionParser parser = config_option_parser();
  auto options = read_command_line(parser, words, [&](const ToolError& error) {
    return names_zookeeper(words) ? refuse_zookeeper("kafka-configs.sh", words)
                                  : print_parse_error(parser, error, false);
  });
  if (!options) {
    return options.error();
  }
  if (const auto complaint = config_options_complaint(*options)) {
    return print_usage(parser, *complaint);
  }
  if (auto checked = options->check_values(); !checked) {
    return report(checked.error(), words);
  }
  return run_command(*options, words);
}

}  // namespace kafka
