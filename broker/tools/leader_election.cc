// kafka-leader-election.sh: has leaders elected by hand: the preferred ones, or unclean ones where
// no replica that is in sync is left.
//
//   {"partitions": [{"topic": "orders", "partition": 0}]}
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "broker/core/types.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/json_file.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"
#include "protocol/api/43_elect_leaders.h"

namespace kafka {

namespace {

constexpr std::string_view election_failed = "org.apache.kafka.tools.AdminCommandFailedException";
constexpr std::string_view bad_election_data = "org.apache.kafka.tools.AdminOperationException";

struct Election {
  int8_t type = 0;
  std::string name;                               // "PREFERRED"
  std::optional<std::vector<TopicPartition>> of;  // nullopt: of all partitions
};

ToolResult<std::vector<TopicPartition>> parse_election_data(const nlohmann::json& root) {
  if (root.is_discarded() || !root.is_object()) {
    return tool_failure(bad_election_data, "Replica election data is empty");
  }
  if (!root.contains("partitions")) {
    return tool_failure(bad_election_data, "Replica election data is missing \"partitions\" field");
  }
  std::vector<TopicPartition> partitions;
  std::vector<std::string> repeated;
  for (const auto& entry : root.at("partitions")) {
    TopicPartition partition{entry.at("topic").get<std::string>(),
                             entry.at("partition").get<int32_t>()};
    if (std::ranges::count(partitions, partition) > 0) {
      repeated.push_back(kafka::to_string(partition));
    }
    partitions.push_back(std::move(partition));
  }
  if (!repeated.empty()) {
    return tool_failure(bad_election_data,
                        fmt::format("Replica election data contains duplicate partitions: [{}]",
                                    fmt::join(repeated, ", ")));
  }
  return partitions;
}

std::optional<std::string> election_complaint(const Options& options) {
  std::vector<std::string> missing;
  for (const char* name : {"bootstrap-server", "election-type"}) {
    if (!options.has(name)) {
      missing.emplace_back(name);
    }
  }
  if (!missing.empty()) {
    return fmt::format("Missing required option(s): {}", fmt::join(missing, ", "));
  }
  if (options.has("topic") + options.has("all-topic-partitions") +
          options.has("path-to-json-file") !=
      1) {
    return "One and only one of the following options is required: topic, all-topic-partitions, "
           "path-to-json-file";
  }
  if (options.has("topic") && !options.has("partition")) {
    return "Missing required option(s): partition";
  }
  if (!options.has("topic") && options.has("partition")) {
    return "Option partition is only allowed if topic is used";
  }
  return std::nullopt;
}

ToolResult<Election> wanted_election(const Options& options) {
  if (auto complaint = election_complaint(options)) {
    return tool_failure(election_failed, *complaint);
  }
  if (auto checked = options.check_values(); !checked) {
    return std::unexpected(checked.error());
  }
  Election election;
  const std::string type = options.text_or("election-type", "");
  if (lower_case(type) == "preferred") {
    election.name = "PREFERRED";
  } else if (lower_case(type) == "unclean") {
    election.type = 1;
    election.name = "UNCLEAN";
  } else {
    return tool_failure("joptsimple.OptionArgumentConversionException",
                        fmt::format("Cannot parse argument '{}' of option election-type", type));
  }
  if (const auto topic = options.text("topic")) {
    election.of = {{*topic, static_cast<int32_t>(options.number_or("partition", 0))}};
  } else if (const auto path = options.text("path-to-json-file")) {
    auto read = read_json_file<std::vector<TopicPartition>>(*path, bad_election_data,
                                                            parse_election_data);
    if (!read) {
      return std::unexpected(read.error());
    }
    election.of = std::move(*read);
  }
  return election;
}

ElectLeadersRequest election_request(const Election& election, int32_t timeout_ms) {
  ElectLeadersRequest request;
  request.election_type = election.type;
  request.timeout_ms = timeout_ms;
  if (!election.of) {
    request.topic_partitions.reset();
    return request;
  }
  for (const TopicPartition& partition : *election.of) {
    auto& topics = *request.topic_partitions;
    const auto known =
        std::ranges::find(topics, partition.topic, &ElectLeadersRequest::TopicPartitions::topic);
    auto& topic = known == topics.end() ? topics.emplace_back(partition.topic) : *known;
    topic.partitions.push_back(partition.partition);
  }
  return request;
}

ToolResult<> print_election(const Election& election, const ElectLeadersResponse& response) {
  std::vector<std::string> elected;
  std::vector<std::string> already;
  std::vector<std::string> failed;
  for (const auto& topic : response.replica_election_results) {
    for (const auto& partition : topic.partition_result) {
      const std::string name =
          kafka::to_string(TopicPartition{topic.topic, partition.partition_id});
      const auto code = static_cast<ErrorCode>(partition.error_code);
      if (code == ErrorCode::None) {
        elected.push_back(name);
      } else if (code == ErrorCode::ElectionNotNeeded) {
        already.push_back(name);
      } else {
        failed.push_back(fmt::format(
            "Error completing leader election ({}) for partition: {}: {}", election.name, name,
            server_error(partition.error_code, partition.error_message).to_string()));
      }
    }
  }
  if (!elected.empty()) {
    fmt::print("Successfully completed leader election ({}) for partitions {}\n", election.name,
               fmt::join(elected, ", "));
  }
  if (!already.empty()) {
    fmt::print("Valid replica already elected for partitions {}\n", fmt::join(already, ", "));
  }
  for (const std::string& line : failed) {
    fmt::print("{}\n", line);
  }
  return failed.empty()
             ? ToolResult<>()
             : tool_failure(election_failed,
                            fmt::format("{} replica(s) could not be elected", failed.size()));
}

ToolResult<> elect_leaders(const Options& options) {
  const auto election = wanted_election(options);
  if (!election) {
    return std::unexpected(election.error());
  }
  if (options.has("admin.config")) {
    fmt::print(
        "Option --admin.config has been deprecated and will be removed in a future version. Use "
        "--command-config instead.\n");
  }
  auto client = open_client(options);
  if (!client) {
    return std::unexpected(client.error());
  }
  const auto response = client->ask<ElectLeadersResponse>(
      controller_node, election_request(*election, client->request_timeout_ms()));
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code));
  }
  return print_election(*election, *response);
}

}  // namespace

int run_leader_election(const Words& words) {
  OptionParser parser("Has the leaders of partitions elected anew.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .value("admin.config", "file", "Deprecated: --command-config.")
      .value("election-type", "PREFERRED or UNCLEAN",
             "The preferred replica; or, where no replica in sync is left, any live one. Required.")
      .flag("all-topic-partitions", "Of all partitions that need it.")
      .value("topic", "topic", "Of one partition of this topic; with --partition.")
      .number("partition", "number", "The partition; with --topic.")
      .value("path-to-json-file", "file",
             "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0}]}")
      .help_and_version();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  const auto done = elect_leaders(*options);
  return done ? 0 : print_failure(done.error());
}

}  // namespace kafka
