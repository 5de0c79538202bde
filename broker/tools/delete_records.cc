// kafka-delete-records.sh: drops the records below an offset, by partition.
//
//   {"partitions": [{"topic": "orders", "partition": 0, "offset": 42}], "version": 1}
//
// Offset -1 stands for the end: everything that is there.
#include <fmt/core.h>

#include <map>

#include "broker/tools/admin/offsets.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/json_file.h"
#include "broker/tools/tools.h"
#include "protocol/api/21_delete_records.h"

namespace kafka {

namespace {

constexpr std::string_view operation_failed = "org.apache.kafka.tools.AdminOperationException";
constexpr std::string_view command_failed = "org.apache.kafka.tools.AdminCommandFailedException";

using Wanted = std::map<TopicPartition, int64_t>;

ToolResult<Wanted> parse_partitions(const nlohmann::json& root) {
  Wanted wanted;
  std::string repeated;
  for (const auto& entry : root.at("partitions")) {
    const TopicPartition partition{entry.at("topic").get<std::string>(),
                                   entry.at("partition").get<int32_t>()};
    const auto offset = entry.at("offset").get<int64_t>();
    if (!wanted.emplace(partition, offset).second) {
      repeated += (repeated.empty() ? "" : ",") + kafka::to_string(partition);
    }
  }
  if (!repeated.empty()) {
    return tool_failure(command_failed,
                        "Offset json file contains duplicate topic partitions: " + repeated);
  }
  return wanted;
}

ToolResult<Wanted> read_wanted(const std::string& path) {
  return read_json_file<Wanted>(
      path, operation_failed, [](const nlohmann::json& root) -> ToolResult<Wanted> {
        if (root.is_discarded()) {
          return tool_failure(operation_failed, "The input string is not a valid JSON");
        }
        if (const int version = root.value("version", 1); version != 1) {
          return tool_failure(operation_failed,
                              fmt::format("Not supported version field value {}", version));
        }
        return parse_partitions(root);
      });
}

struct Outcome {
  int64_t low_watermark = -1;
  ErrorCode error = ErrorCode::UnknownTopicOrPartition;
};

ToolResult<std::map<TopicPartition, Outcome>> delete_records(AdminClient& client,
                                                             const Wanted& wanted) {
  std::map<TopicPartition, Outcome> outcomes;
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, offset] : wanted) {
    outcomes[partition];
    partitions.push_back(partition);
  }
  auto leaders = find_leaders(client, partitions);
  if (!leaders) {
    return std::unexpected(std::move(leaders.error()));
  }
  std::map<int32_t, DeleteRecordsRequest> requests;
  for (const auto& [partition, leader] : *leaders) {
    auto& request = requests[leader];
    request.timeout_ms = client.request_timeout_ms();
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({partition.topic, {}});
    }
    request.topics.back().partitions.push_back({partition.partition, wanted.at(partition)});
  }
  for (const auto& [leader, request] : requests) {
    auto response = client.ask<DeleteRecordsResponse>(leader, request);
    if (!response) {
      return std::unexpected(std::move(response.error()));
    }
    for (const auto& topic : response->topics) {
      for (const auto& partition : topic.partitions) {
        outcomes[{topic.name, partition.partition_index}] = {
            partition.low_watermark, static_cast<ErrorCode>(partition.error_code)};
      }
    }
  }
  return outcomes;
}

ToolResult<> delete_records(AdminClient& client, const Options& options) {
  const auto wanted = read_wanted(options.text_or("offset-json-file", ""));
  if (!wanted) {
    return std::unexpected(wanted.error());
  }
  fmt::print("Executing records delete operation\n");
  const auto outcomes = delete_records(client, *wanted);
  if (!outcomes) {
    return std::unexpected(outcomes.error());
  }
  fmt::print("Records delete operation completed:\n");
  for (const auto& [partition, outcome] : *outcomes) {
    if (outcome.error == ErrorCode::None) {
      fmt::print("partition: {}\tlow_watermark: {}\n", kafka::to_string(partition),
                 outcome.low_watermark);
    } else {
      fmt::print("partition: {}\terror: {}\n", kafka::to_string(partition),
                 server_error(static_cast<int16_t>(outcome.error)).to_string());
    }
  }
  return {};
}

}  // namespace

int run_delete_records(const Words& words) {
  OptionParser parser("Deletes the records of partitions below an offset.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .value("offset-json-file", "file",
             "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"offset\": 42}], "
             "\"version\": 1}; -1 is the end. Required.")
      .help_and_version();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"bootstrap-server", "offset-json-file"})) {
    return print_usage(parser, *missing);
  }
  auto client = open_client(*options);
  if (!client) {
    return print_failure(client.error());
  }
  const auto done = delete_records(*client, *options);
  return done ? 0 : print_failure(done.error());
}

}  // namespace kafka
