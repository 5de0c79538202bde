// kafka-log-dirs.sh --describe: what stands in the log directories of the brokers, as JSON.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "broker/core/types.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"
#include "protocol/api/35_describe_log_dirs.h"

namespace kafka {

namespace {

using Directory = DescribeLogDirsResponse::DescribeLogDirsResult;

std::string directory_json(const Directory& directory, const std::set<std::string>& topics) {
  std::map<TopicPartition, std::string> partitions;
  for (const auto& topic : directory.topics) {
    if (!topics.empty() && !topics.contains(topic.name)) {
      continue;
    }
    for (const auto& partition : topic.partitions) {
      const TopicPartition name{topic.name, partition.partition_index};
      partitions[name] = fmt::format(R"({{"partition":{},"size":{},"offsetLag":{},"isFuture":{}}})",
                                     json_string(kafka::to_string(name)), partition.partition_size,
                                     partition.offset_lag, partition.is_future_key);
    }
  }
  std::string list;
  for (const auto& [name, json] : partitions) {
    list += (list.empty() ? "" : ",") + json;
  }
  const std::string error =
      directory.error_code == 0
          ? "null"
          : json_string(exception_of(static_cast<ErrorCode>(directory.error_code)));
  return fmt::format(R"({{"partitions":[{}],"error":{},"logDir":{}}})", list, error,
                     json_string(directory.log_dir));
}

ToolResult<std::string> broker_json(AdminClient& client, int32_t broker,
                                    const std::set<std::string>& topics) {
  DescribeLogDirsRequest request;
  request.topics = std::nullopt;  // all
  auto response = client.ask<DescribeLogDirsResponse>(broker, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code));
  }
  std::ranges::sort(response->results, {}, &Directory::log_dir);
  std::vector<std::string> directories;
  for (const Directory& directory : response->results) {
    directories.push_back(directory_json(directory, topics));
  }
  return fmt::format(R"({{"broker":{},"logDirs":[{}]}})", broker, fmt::join(directories, ","));
}

ToolResult<std::set<int32_t>> chosen_brokers(AdminClient& client, const Options& options) {
  auto nodes = client.nodes();
  if (!nodes) {
    return std::unexpected(std::move(nodes.error()));
  }
  std::set<int32_t> known;
  for (const ClusterNode& node : *nodes) {
    known.insert(node.id);
  }
  std::set<int32_t> chosen;
  for (const std::string& text : split(options.text_or("broker-list", ""), ',')) {
    const auto number = parse_number(trim(text), INT32_MIN, INT32_MAX);
    if (!number && !trim(text).empty()) {
      return tool_failure("java.lang.NumberFormatException",
                          fmt::format("For input string: \"{}\"", trim(text)));
    }
    if (number) {
      chosen.insert(static_cast<int32_t>(*number));
    }
  }
  std::vector<int32_t> missing;
  std::ranges::set_difference(chosen, known, std::back_inserter(missing));
  if (!missing.empty()) {
    const std::vector<int32_t> all(known.begin(), known.end());
    return tool_failure(
        "", fmt::format("ERROR: The given brokers do not exist from --broker-list: {}. Current "
                        "existent brokers: {}",
                        join(missing, ","), join(all, ",")));
  }
  return chosen.empty() ? known : chosen;
}

ToolResult<> describe_log_dirs(AdminClient& client, const Options& options) {
  auto brokers = chosen_brokers(client, options);
  if (!brokers) {
    return std::unexpected(std::move(brokers.error()));
  }
  std::set<std::string> topics;
  for (const std::string& topic : split(options.text_or("topic-list", ""), ',')) {
    if (!topic.empty()) {
      topics.insert(topic);
    }
  }
  fmt::print("Querying brokers for log directories information\n");
  std::vector<std::string> answers;
  for (const int32_t broker : *brokers) {
    auto json = broker_json(client, broker, topics);
    if (!json) {
      return std::unexpected(std::move(json.error()));
    }
    answers.push_back(std::move(*json));
  }
  fmt::print("Received log directory information from brokers {}\n", fmt::join(*brokers, ","));
  fmt::print("{{\"brokers\":[{}],\"version\":1}}\n", fmt::join(answers, ","));
  return {};
}

int report_log_dirs(const ToolError& error) {
  if (error.exception.empty()) {
    fmt::print(stderr, "{}\n", error.message);
    return 1;
  }
  return print_failure(error);
}

}  // namespace

int run_log_dirs(const Words& words) {
  OptionParser parser("Prints the sizes of partitions in the log directories of brokers.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .flag("describe", "Describe the log directories. Required.")
      .value("topic-list", "topic,...", "Only these topics.")
      .value("broker-list", "id,...", "Only these brokers.")
      .help_and_version();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"bootstrap-server", "describe"})) {
    return print_usage(parser, *missing);
  }
  auto client = open_client(*options);
  if (!client) {
    return print_failure(client.error());
  }
  const auto done = describe_log_dirs(*client, *options);
  return done ? 0 : report_log_dirs(done.error());
}

}  // namespace kafka
