// kafka-get-offsets.sh: offsets of partitions by time, one "topic:partition:offset" a line.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>

#include "broker/tools/admin/offsets.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/partition_filter.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"
#include "protocol/api/03_metadata.h"

namespace kafka {

namespace {

constexpr std::string_view terse = "org.apache.kafka.tools.TerseException";

OptionParser parser_of_get_offsets() {
  OptionParser parser("Prints offsets of partitions.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .value("topic", "name", "Topics, as a list of regular expressions; all if left out.")
      .value("partitions", "number,...", "Partitions of --topic; all if left out.")
      .value("topic-partitions", "topic:partitions,...",
             "What to show: a regular expression, and behind a colon a partition or a range, the "
             "upper end excluded: orders:0,payments:1-3,audit:-2,log:5-")
      .value("time", "time",
             "latest (-1, the default), earliest (-2), max-timestamp (-3), earliest-local (-4), "
             "latest-tiered (-5), earliest-pending-upload (-6), or milliseconds since 1970.")
      .flag("exclude-internal-topics", "Leave out the topics that Kafka keeps for itself.")
      .help_and_version();
  return parser;
}

ToolResult<int64_t> parse_time(const std::string& text) {
  static const std::map<std::string, int64_t> names = {
      {"latest", -1},         {"earliest", -2},      {"max-timestamp", -3},
      {"earliest-local", -4}, {"latest-tiered", -5}, {"earliest-pending-upload", -6}};
  if (const auto found = names.find(text); found != names.end()) {
    return found->second;
  }
  if (const auto number = parse_number(text, INT64_MIN, INT64_MAX)) {
    return *number;
  }
  return tool_failure(
      terse,
      fmt::format("Malformed time argument {}. Please use -1 or latest / -2 or earliest / -3 or "
                  "max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or "
                  "earliest-pending-upload, or a specified long format timestamp",
                  text));
}

ToolResult<PartitionFilter> filter_of(const Options& options) {
  if (const auto rules = options.text("topic-partitions")) {
    if (options.has("topic") || options.has("partitions")) {
      return tool_failure(terse, "--topic-partitions cannot be used with --topic or --partitions");
    }
    return PartitionFilter::parse_rules(*rules);
  }
  return PartitionFilter::parse(options.text("topic"), options.text("partitions"));
}

ToolResult<std::vector<TopicPartition>> matching_partitions(AdminClient& client,
                                                            const PartitionFilter& filter,
                                                            bool exclude_internal) {
  MetadataRequest request;
  request.topics = std::nullopt;
  request.allow_auto_topic_creation = false;
  auto response = client.ask<MetadataResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  std::vector<TopicPartition> partitions;
  for (const auto& topic : response->topics) {
    if (exclude_internal && topic.is_internal) {
      continue;
    }
    for (const auto& partition : topic.partitions) {
      TopicPartition candidate{topic.name.value_or(""), partition.partition_index};
      if (filter.matches(candidate)) {
        partitions.push_back(std::move(candidate));
      }
    }
  }
  if (partitions.empty()) {
    return tool_failure(terse, "Could not match any topic-partitions with the specified filters");
  }
  std::ranges::sort(partitions);
  return partitions;
}

ToolResult<> get_offsets(AdminClient& client, const Options& options) {
  const auto time = parse_time(options.text_or("time", "latest"));
  if (!time) {
    return std::unexpected(time.error());
  }
  const auto filter = filter_of(options);
  if (!filter) {
    return std::unexpected(filter.error());
  }
  const auto partitions =
      matching_partitions(client, *filter, options.has("exclude-internal-topics"));
  if (!partitions) {
    return std::unexpected(partitions.error());
  }
  const auto offsets = list_offsets(client, *partitions, *time);
  if (!offsets) {
    return std::unexpected(offsets.error());
  }
  for (const auto& [partition, found] : *offsets) {
    if (found.error != ErrorCode::None) {
      fmt::print(stderr, "Skip getting offsets for topic-partition {} due to error: {}\n",
                 kafka::to_string(partition),
                 server_error(static_cast<int16_t>(found.error)).message);
    } else if (found.offset >= 0) {
      fmt::print("{}:{}:{}\n", partition.topic, partition.partition, found.offset);
    }
  }
  return {};
}

int report_offsets(const ToolError& error) {
  std::fflush(stdout);
  fmt::print(stderr, "Error occurred: {}\n", error.message);
  return 1;
}

}  // namespace

int run_get_offsets(const Words& words) {
  const OptionParser parser = parser_of_get_offsets();
  auto options = read_command_line(parser, words, report_offsets);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"bootstrap-server"})) {
    return print_usage(parser, *missing);
  }
  if (!parse_bootstrap(options->text_or("bootstrap-server", ""))) {
    return print_usage(parser, "Please provide valid host:port like host1:9091,host2:9092\n ");
  }
  if (auto checked = options->check_values(); !checked) {
    return report_offsets(checked.error());
  }
  auto client = open_client(*options);
  if (!client) {
    return report_offsets(client.error());
  }
  const auto done = get_offsets(*client, *options);
  return done ? 0 : report_offsets(done.error());
}

}  // namespace kafka
