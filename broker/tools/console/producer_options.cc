#include "broker/tools/console/producer_options.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "broker/tools/console/client_config.h"

namespace kafka {

namespace {

constexpr std::string_view line_reader = "org.apache.kafka.tools.LineMessageReader";

// An option that sets one property: its default holds unless the user set the property itself.
struct PropertyOption {
  std::string_view option;
  std::string_view property;
  std::string_view value;
};

constexpr auto property_options = std::to_array<PropertyOption>({
    {"timeout", "linger.ms", "1000"},
    {"request-required-acks", "acks", "-1"},
    {"request-timeout-ms", "request.timeout.ms", "1500"},
    {"message-send-max-retries", "retries", "3"},
    {"retry-backoff-ms", "retry.backoff.ms", "100"},
    {"socket-buffer-size", "send.buffer.bytes", "102400"},
    {"batch-size", "batch.size", "16384"},
    {"max-partition-memory-bytes", "batch.size", "16384"},
    {"metadata-expiry-ms", "metadata.max.age.ms", "300000"},
    {"max-block-ms", "max.block.ms", "60000"},
    {"max-memory-bytes", "buffer.memory", "33554432"},
});

void merge(ClientProperties& into, const ClientProperties& from) {
  for (const auto& [key, value] : from) {
    into[key] = value;
  }
}

ToolResult<> merge_file(ClientProperties& into, const std::optional<std::string>& path) {
  if (!path) {
    return {};
  }
  auto read = read_client_properties(*path);
  if (!read) {
    return std::unexpected(std::move(read.error()));
  }
  merge(into, *read);
  return {};
}

// Idempotence is on unless acks, retries or the user say otherwise, as in Java's producer.
void choose_idempotence(ClientProperties& properties) {
  const std::string& acks = properties["acks"];
  const bool possible = (acks == "all" || acks == "-1") && properties["retries"] != "0";
  if (possible) {
    properties.try_emplace("enable.idempotence", "true");
  }
}

}  // namespace

OptionParser producer_option_parser() {
  OptionParser parser("Sends each line of its input to a topic, as one record.");
  parser.value("topic", "name", "The topic. Required.")
      .value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("broker-list", "host:port,...", "The old name of --bootstrap-server.")
      .repeated("command-property", "key=value", "A property of the producer.")
      .value("command-config", "file", "Properties of the producer.")
      .repeated("producer-property", "key=value", "Deprecated: --command-property.")
      .value("producer.config", "file", "Deprecated: --command-config.")
      .repeated("reader-property", "key=value",
                "How lines are read: parse.key, key.separator (tab), parse.headers, "
                "headers.delimiter (tab), headers.separator (,), headers.key.separator (:), "
                "null.marker, ignore.error. With all of them: h1:v1,h2:v2<tab>key<tab>value")
      .value("reader-config", "file", "A file of --reader-property.")
      .repeated("property", "key=value", "Deprecated: --reader-property.")
      .value("line-reader", "class", "Only Kafka's own LineMessageReader.")
      .flag("sync", "Wait for the answer to each record before the next one is sent.")
      .optional_value("compression-codec", "codec", "none, gzip, snappy, lz4 or zstd; gzip alone.")
      .number("batch-size", "bytes", "The property batch.size (16384).")
      .number("max-partition-memory-bytes", "bytes", "Deprecated: --batch-size.")
      .number("message-send-max-retries", "count", "The property retries (3).")
      .number("retry-backoff-ms", "ms", "The property retry.backoff.ms (100).", ValueType::Int64)
      .number("timeout", "ms", "The property linger.ms (1000).", ValueType::Int64)
      .value("request-required-acks", "acks", "The property acks (-1, which is all).")
      .number("request-timeout-ms", "ms", "The property request.timeout.ms (1500).")
      .number("metadata-expiry-ms", "ms", "The property metadata.max.age.ms (300000).",
              ValueType::Int64)
      .number("max-block-ms", "ms", "How long to wait for a broker to know the topic (60000).",
              ValueType::Int64)
      .number("max-memory-bytes", "bytes", "The property buffer.memory (33554432).",
              ValueType::Int64)
      .number("socket-buffer-size", "bytes", "The property send.buffer.bytes (102400).")
      .help_and_version();
  return parser;
}

std::optional<std::string> producer_options_complaint(const Options& options) {
  if (auto missing = missing_option(options, {"topic"})) {
    return missing;
  }
  constexpr auto exclusive = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"command-property", "producer-property"},
      {"command-config", "producer.config"},
      {"reader-property", "property"},
  });
  for (const auto& [modern, old] : exclusive) {
    if (options.has(modern) && options.has(old)) {
      return fmt::format("Options --{} and --{} cannot be specified together.", modern, old);
    }
  }
  if (!options.has("bootstrap-server") && !options.has("broker-list")) {
    return missing_option(options, {"bootstrap-server"});
  }
  const auto address =
      options.text("bootstrap-server").value_or(options.text_or("broker-list", ""));
  if (!parse_bootstrap(address)) {
    return "Please provide valid host:port like host1:9091,host2:9092\n ";
  }
  return std::nullopt;
}

void print_producer_warnings(const Options& options) {
  constexpr auto replaced = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"property", "reader-property"},
      {"producer-property", "command-property"},
      {"producer.config", "command-config"},
  });
  for (const auto& [old, modern] : replaced) {
    if (options.has(old)) {
      fmt::print(
          "Warning: --{} is deprecated and will be removed in a future version. Use --{} "
          "instead.\n",
          old, modern);
    }
  }
  if (options.has("max-partition-memory-bytes")) {
    fmt::print(
        "Warning: --max-partition-memory-bytes is deprecated and will be removed in Apache "
        "Kafka 5.0. Use --batch-size instead.\n");
  }
  if (options.has("broker-list")) {
    fmt::print(stderr, "Warning: --broker-list is gone from Kafka 4; use --bootstrap-server.\n");
  }
}

ToolResult<ClientProperties> producer_properties(const Options& options) {
  ClientProperties properties;
  for (const char* file : {"command-config", "producer.config"}) {
    if (auto merged = merge_file(properties, options.text(file)); !merged) {
      return std::unexpected(std::move(merged.error()));
    }
  }
  merge(properties, parse_key_values(options.all("command-property")));
  merge(properties, parse_key_values(options.all("producer-property")));
  properties["bootstrap.servers"] =
      options.text("bootstrap-server").value_or(options.text_or("broker-list", ""));
  properties.try_emplace("client.id", "console-producer");
  if (options.has("compression-codec")) {
    properties["compression.type"] = options.text_or("compression-codec", "gzip");
  }
  for (const PropertyOption& row : property_options) {
    const std::string property(row.property);
    if (options.has(row.option)) {
      properties[property] = options.text_or(row.option, row.value);
    } else {
      properties.try_emplace(property, row.value);
    }
  }
  properties.try_emplace("partitioner", "murmur2_random");  // keys go where Java puts them
  properties.try_emplace("max.request.size", "1048576");
  choose_idempotence(properties);
  return properties;
}

ToolResult<ClientProperties> reader_properties(const Options& options) {
  const std::string reader = options.text_or("line-reader", line_reader);
  if (reader != line_reader) {
    return tool_failure("java.lang.ClassNotFoundException", reader);
  }
  ClientProperties properties;
  if (auto merged = merge_file(properties, options.text("reader-config")); !merged) {
    return std::unexpected(std::move(merged.error()));
  }
  merge(properties, parse_key_values(options.all("property")));
  merge(properties, parse_key_values(options.all("reader-property")));
  return properties;
}

}  // namespace kafka
