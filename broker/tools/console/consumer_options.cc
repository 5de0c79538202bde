#include "broker/tools/console/consumer_options.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <utility>

#include "broker/tools/common/text.h"
#include "broker/tools/console/client_config.h"

namespace kafka {

namespace {

constexpr int64_t earliest = -2;
constexpr int64_t latest = -1;

// nullopt: not an offset.
std::optional<int64_t> parse_offset(std::string_view text) {
  const std::string lower = lower_case(text);
  if (lower == "earliest") {
    return earliest;
  }
  if (lower == "latest") {
    return latest;
  }
  return parse_number(text, 0, INT64_MAX);
}

ToolResult<> add_file(ClientProperties& into, const std::optional<std::string>& path) {
  if (!path) {
    return {};
  }
  auto read = read_client_properties(*path);
  if (!read) {
    return std::unexpected(std::move(read.error()));
  }
  into.insert(read->begin(), read->end());
  return {};
}

std::string random_group() {
  std::random_device random;
  return fmt::format("console-consumer-{}", std::uniform_int_distribution(0, 99'999)(random));
}

// --group, group.id as a property and in a file must name one group.
std::optional<std::string> group_complaint(const Options& options, const ClientProperties& given,
                                           const ClientProperties& from_file) {
  std::set<std::string> groups;
  if (const auto group = options.text("group")) {
    groups.insert(*group);
  }
  for (const ClientProperties* properties : {&given, &from_file}) {
    if (const auto found = properties->find("group.id"); found != properties->end()) {
      groups.insert(found->second);
    }
  }
  if (groups.size() < 2) {
    return std::nullopt;
  }
  return fmt::format(
      "The group ids provided in different places (directly using '--group', via "
      "'--consumer-property', or via '--consumer.config') do not match. Detected group ids: '{}'",
      fmt::join(groups, "', '"));
}

void choose_reset(const Options& options, ConsumerPlan& plan) {
  const auto given = plan.properties.find("auto.offset.reset");
  if (given == plan.properties.end()) {
    plan.properties["auto.offset.reset"] = options.has("from-beginning") ? "earliest" : "latest";
    return;
  }
  if (options.has("from-beginning") && given->second != "earliest") {
    plan.conflict = fmt::format(
        "Can't simultaneously specify --from-beginning and 'auto.offset.reset={}', please remove "
        "one option",
        given->second);
  }
}

}  // namespace

OptionParser consumer_option_parser() {
  OptionParser parser("Prints the records of topics.");
  parser.value("topic", "name", "The topic. This or --include is required.")
      .value("include", "regular expression", "Topics whose names match.")
      .value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .number("partition", "number", "Only this partition, from its end unless --offset says.")
      .value("offset", "offset", "Where to begin in --partition: a number, earliest or latest.")
      .flag("from-beginning", "Begin at the oldest record, if the group has no offsets yet.")
      .number("max-messages", "count", "End after so many records.")
      .number("timeout-ms", "ms", "End when no record came for so long.", ValueType::Int64)
      .value("group", "id", "The group to read in; a new one is made up if left out.")
      .value("isolation-level", "level", "read_uncommitted (default) or read_committed.")
      .value("formatter", "class",
             "DefaultMessageFormatter, LoggingMessageFormatter, "
             "NoOpMessageFormatter, OffsetsMessageFormatter or "
             "GroupMetadataMessageFormatter, with Kafka's package name.")
      .repeated("formatter-property", "key=value",
                "print.timestamp, print.key, print.offset, print.partition, print.headers, "
                "print.epoch, print.delivery, print.value (true or false), key.separator, "
                "line.separator, headers.separator, null.literal, key.deserializer, "
                "value.deserializer, headers.deserializer")
      .value("formatter-config", "file", "A file of --formatter-property.")
      .repeated("property", "key=value", "Deprecated: --formatter-property.")
      .repeated("command-property", "key=value", "A property of the consumer.")
      .value("command-config", "file", "Properties of the consumer.")
      .repeated("consumer-property", "key=value", "Deprecated: --command-property.")
      .value("consumer.config", "file", "Deprecated: --command-config.")
      .value("key-deserializer", "class", "Short-, Integer-, Long- or StringDeserializer.")
      .value("value-deserializer", "class", "Short-, Integer-, Long- or StringDeserializer.")
      .flag("skip-message-on-error", "Go on after a record that cannot be printed.")
      .flag("enable-systest-events", "Print when the consumer has shut down.")
      .help_and_version();
  return parser;
}

std::optional<std::string> consumer_options_complaint(const Options& options) {
  if (options.has("topic") == options.has("include")) {
    return "Exactly one of the following arguments is required: [topic], [include]";
  }
  if (auto missing = missing_option(options, {"bootstrap-server"})) {
    return missing;
  }
  constexpr auto exclusive = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"property", "formatter-property"},
      {"consumer-property", "command-property"},
      {"consumer.config", "command-config"},
      {"from-beginning", "offset"},
      {"group", "partition"},
  });
  for (const auto& [one, other] : exclusive) {
    if (!options.has(one) || !options.has(other)) {
      continue;
    }
    const bool plain = one == "from-beginning" || one == "group";
    return fmt::format("Options {0}{1} and {0}{2} cannot be specified together.", plain ? "" : "--",
                       one, other);
  }
  if (options.has("offset") && !options.has("partition")) {
    return "The partition is required when offset is specified.";
  }
  if (options.has("partition") && !options.has("topic")) {
    return "The topic is required when partition is specified.";
  }
  if (const auto offset = options.text("offset"); offset && !parse_offset(*offset)) {
    return fmt::format(
        "The provided offset value '{}' is incorrect. Valid values are 'earliest', 'latest', or a "
        "non-negative long.",
        *offset);
  }
  return std::nullopt;
}

void print_consumer_warnings(const Options& options) {
  constexpr auto replaced = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"property", "formatter-property"},
      {"consumer-property", "command-property"},
      {"consumer.config", "command-config"},
  });
  for (const auto& [old, modern] : replaced) {
    if (options.has(old)) {
      fmt::print(
          "Option --{} is deprecated and will be removed in a future version. Use --{} instead.\n",
          old, modern);
    }
  }
}

ToolResult<ConsumerPlan> plan_consumer(const Options& options) {
  ConsumerPlan plan;
  ClientProperties from_file;
  for (const char* file : {"command-config", "consumer.config"}) {
    if (auto merged = add_file(from_file, options.text(file)); !merged) {
      return std::unexpected(std::move(merged.error()));
    }
  }
  ClientProperties given = parse_key_values(options.all("command-property"));
  given.merge(parse_key_values(options.all("consumer-property")));
  plan.complaint = group_complaint(options, given, from_file);
  plan.properties = given;
  plan.properties.insert(from_file.begin(), from_file.end());
  choose_reset(options, plan);

  plan.properties["bootstrap.servers"] = options.text_or("bootstrap-server", "");
  plan.properties.try_emplace("client.id", "console-consumer");
  if (options.has("isolation-level") || !plan.properties.contains("isolation.level")) {
    plan.properties["isolation.level"] = options.text_or("isolation-level", "read_uncommitted");
  }
  if (const auto group = options.text("group")) {
    plan.properties["group.id"] = *group;
  } else if (!plan.properties.contains("group.id")) {
    plan.properties["group.id"] = random_group();
    plan.properties.try_emplace("enable.auto.commit", "false");
  }
  plan.properties.try_emplace("allow.auto.create.topics", "true");
  if (const auto partition = options.number("partition")) {
    plan.partition = static_cast<int32_t>(*partition);
    const int64_t otherwise = options.has("from-beginning") ? earliest : latest;
    plan.offset = parse_offset(options.text_or("offset", "")).value_or(otherwise);
  }
  return plan;
}

ToolResult<ClientProperties> formatter_properties(const Options& options) {
  ClientProperties properties = parse_key_values(options.all("formatter-property"));
  properties.merge(parse_key_values(options.all("property")));
  if (auto merged = add_file(properties, options.text("formatter-config")); !merged) {
    return std::unexpected(std::move(merged.error()));
  }
  if (const auto name = options.text("key-deserializer")) {
    properties["key.deserializer"] = *name;
  }
  if (const auto name = options.text("value-deserializer")) {
    properties["value.deserializer"] = *name;
  }
  return properties;
}

}  // namespace kafka
