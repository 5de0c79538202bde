// kafka-metadata-quorum.sh: who leads the metadata quorum, who votes, and how far each is; and a
// change of the voters (quorum_voters.h).
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/table.h"
#include "broker/tools/quorum_voters.h"
#include "broker/tools/tools.h"
#include "protocol/api/55_describe_quorum.h"

namespace kafka {

namespace {

using Quorum = DescribeQuorumResponse::PartitionData;
using Replica = DescribeQuorumResponse::ReplicaState;

CommandParser quorum_parser() {
  const ArgumentSpec dry_run{.name = "--dry-run",
                             .short_name = {},
                             .takes_value = false,
                             .doc = "Only say what would be done."};
  return CommandParser(
      "kafka-metadata-quorum", "Describes the quorum that keeps the cluster's metadata.",
      {{.name = "--bootstrap-server",
        .short_name = {},
        .doc = "host:port,... of brokers.",
        .group = "bootstrap"},
       {.name = "--bootstrap-controller",
        .short_name = {},
        .doc = "host:port,... of controllers.",
        .group = "bootstrap"},
       {.name = "--command-config", .short_name = {}, .doc = "Properties for the connection."}},
      {{"describe",
        "Describes the quorum.",
        {{.name = "--status",
          .short_name = {},
          .takes_value = false,
          .doc = "Leader, epoch, high watermark, voters and observers."},
         {.name = "--replication",
          .short_name = {},
          .takes_value = false,
          .doc = "How far each replica of the metadata log is."},
         {.name = "--human-readable",
          .short_name = {},
          .takes_value = false,
          .doc = "Times as \"12 ms ago\"; with --replication."}}},
       {"add-controller",
        "Makes the controller whose configuration --command-config names a voter.",
        {dry_run}},
       {"remove-controller",
        "Takes a controller out of the voters.",
        {{.name = "--controller-id",
          .short_name = "-i",
          .required = true,
          .doc = "The id of the controller to remove."},
         {.name = "--controller-directory-id",
          .short_name = "-d",
          .required = true,
          .doc = "The id of its metadata directory."},
         dry_run}}},
      {"bootstrap"});
}

ToolResult<ClientProperties> quorum_properties(const ParsedCommand& command) {
  const auto path = command.text("--command-config");
  if (!path) {
    return ClientProperties();
  }
  auto read = read_client_properties(*path);
  if (!read) {
    return tool_failure("", "Properties file " + *path + " does not exists!");
  }
  return read;
}

struct Answer {
  Quorum quorum;
  std::vector<DescribeQuorumResponse::Node> nodes;
};

ToolResult<Answer> ask_quorum(AdminClient& client) {
  DescribeQuorumRequest request;
  request.topics = {{"__cluster_metadata", {{0}}}};
  // A broker passes the question on; a controller answers it only while it leads.
  const int32_t node = client.endpoint() == EndpointKind::Controller ? controller_node : any_node;
  auto response = client.ask_again<DescribeQuorumResponse>(
      node, request, [&](const DescribeQuorumResponse& said) {
        const bool moved = !said.topics.empty() && !said.topics.front().partitions.empty() &&
                           said.topics.front().partitions.front().error_code ==
                               static_cast<int16_t>(ErrorCode::NotLeaderOrFollower);
        if (moved) {
          client.forget_nodes();
        }
        return moved;
      });
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code, response->error_message));
  }
  if (response->topics.empty() || response->topics.front().partitions.empty()) {
    return tool_failure(exception_of(ErrorCode::UnknownServerError),
                        "The answer describes no partition of __cluster_metadata.");
  }
  Answer answer{std::move(response->topics.front().partitions.front()), std::move(response->nodes)};
  if (answer.quorum.error_code != 0) {
    return std::unexpected(server_error(answer.quorum.error_code, answer.quorum.error_message));
  }
  return answer;
}

const Replica* find_leader(const Quorum& quorum) {
  const auto found =
      std::ranges::find(quorum.current_voters, quorum.leader_id, &Replica::replica_id);
  return found == quorum.current_voters.end() ? nullptr : &*found;
}

// {"id": 1, "directoryId": "…", "endpoints": ["CONTROLLER://host:9093"]}
std::string member_text(const Replica& replica, const Answer& answer) {
  std::string text = fmt::format("{{\"id\": {}", replica.replica_id);
  if (!replica.replica_directory_id.is_zero()) {
    text += fmt::format(", \"directoryId\": \"{}\"", replica.replica_directory_id.to_string());
  }
  const auto node =
      std::ranges::find(answer.nodes, replica.replica_id, &DescribeQuorumResponse::Node::node_id);
  if (node != answer.nodes.end() && !node->listeners.empty()) {
    std::vector<std::string> endpoints;
    for (const auto& listener : node->listeners) {
      const std::string host =
          listener.host.find(':') == std::string::npos ? listener.host : "[" + listener.host + "]";
      endpoints.push_back(fmt::format("\"{}://{}:{}\"", listener.name, host, listener.port));
    }
    text += fmt::format(", \"endpoints\": [{}]", fmt::join(endpoints, ", "));
  }
  return text + "}";
}

std::string members_text(const std::vector<Replica>& replicas, const Answer& answer) {
  std::vector<std::string> members;
  for (const Replica& replica : replicas) {
    members.push_back(member_text(replica, answer));
  }
  return fmt::format("[{}]", fmt::join(members, ", "));
}

// How long the voter that lags most has been behind; -1 when that is not known.
int64_t max_lag_time_ms(const Replica& leader, const Replica& slowest) {
  if (leader.replica_id == slowest.replica_id) {
    return 0;
  }
  const bool known = leader.last_caught_up_timestamp >= 0 && slowest.last_caught_up_timestamp >= 0;
  return known ? leader.last_caught_up_timestamp - slowest.last_caught_up_timestamp : -1;
}

ToolResult<> print_status(AdminClient& client) {
  auto cluster = client.cluster_id();
  if (!cluster) {
    return std::unexpected(std::move(cluster.error()));
  }
  auto answer = ask_quorum(client);
  if (!answer) {
    return std::unexpected(std::move(answer.error()));
  }
  const Quorum& quorum = answer->quorum;
  const Replica* leader = find_leader(quorum);
  int64_t lag = 0;
  int64_t lag_time = -1;
  if (leader != nullptr) {
    const auto slowest =
        std::ranges::min_element(quorum.current_voters, {}, &Replica::log_end_offset);
    lag = leader->log_end_offset - slowest->log_end_offset;
    lag_time = lag == 0 ? 0 : max_lag_time_ms(*leader, *slowest);
  }
  fmt::print("ClusterId:              {}\n", *cluster);
  fmt::print("LeaderId:               {}\n", quorum.leader_id);
  fmt::print("LeaderEpoch:            {}\n", quorum.leader_epoch);
  fmt::print("HighWatermark:          {}\n", quorum.high_watermark);
  fmt::print("MaxFollowerLag:         {}\n", lag);
  fmt::print("MaxFollowerLagTimeMs:   {}\n", lag_time);
  fmt::print("CurrentVoters:          {}\n", members_text(quorum.current_voters, *answer));
  fmt::print("CurrentObservers:       {}\n", members_text(quorum.observers, *answer));
  return {};
}

std::string time_text(int64_t timestamp, bool human_readable) {
  if (!human_readable || timestamp < 0) {
    return std::to_string(timestamp);
  }
  return fmt::format("{} ms ago", std::max<int64_t>(0, wall_clock_ms() - timestamp));
}

ToolResult<> print_replication(AdminClient& client, bool human_readable) {
  auto answer = ask_quorum(client);
  if (!answer) {
    return std::unexpected(std::move(answer.error()));
  }
  const Replica* leader = find_leader(answer->quorum);
  const int64_t end = leader == nullptr ? 0 : leader->log_end_offset;
  std::vector<std::vector<std::string>> rows = {{"NodeId", "DirectoryId", "LogEndOffset", "Lag",
                                                 "LastFetchTimestamp", "LastCaughtUpTimestamp",
                                                 "Status"}};
  const auto add = [&](const Replica& replica, std::string_view status) {
    rows.push_back(
        {std::to_string(replica.replica_id), replica.replica_directory_id.to_string(),
         std::to_string(replica.log_end_offset), std::to_string(end - replica.log_end_offset),
         time_text(replica.last_fetch_timestamp, human_readable),
         time_text(replica.last_caught_up_timestamp, human_readable), std::string(status)});
  };
  if (leader != nullptr) {
    add(*leader, "Leader");
  }
  for (const Replica& voter : answer->quorum.current_voters) {
    if (&voter != leader) {
      add(voter, "Follower");
    }
  }
  for (const Replica& observer : answer->quorum.observers) {
    add(observer, "Observer");
  }
  fmt::print("{}", tab_table(rows));
  return {};
}

// What the options lack, or nullopt.
std::optional<std::string_view> complaint_about(const ParsedCommand& command) {
  if (command.command == "add-controller" && !command.has("--command-config")) {
    return "You must supply the configuration file of the controller you are adding when using "
           "add-controller.";
  }
  if (command.command != "describe") {
    return std::nullopt;
  }
  const bool status = command.has("--status");
  const bool replication = command.has("--replication");
  if (!status && !replication) {
    return "One of --status or --replication must be specified with describe sub-command";
  }
  if (status && replication) {
    return "Only one of --status or --replication should be specified with describe sub-command";
  }
  if (status && command.has("--human-readable")) {
    return "The option --human-readable is only supported along with --replication";
  }
  return std::nullopt;
}

ToolResult<> run_quorum_command(AdminClient& client, const ParsedCommand& command,
                         const ClientProperties& properties) {
  if (command.command == "add-controller") {
    return add_controller(client, properties, command.has("--dry-run"));
  }
  if (command.command == "remove-controller") {
    return remove_controller(client, command.text("--controller-id").value_or(""),
                             command.text("--controller-directory-id").value_or(""),
                             command.has("--dry-run"));
  }
  return command.has("--status") ? print_status(client)
                                 : print_replication(client, command.has("--human-readable"));
}

int report_quorum(const ToolError& error) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n",
             error.exception.empty() || !error.code ? error.message : error.to_string());
  return 1;
}

}  // namespace

int run_metadata_quorum(const Words& words) {
  int exit_code = 0;
  const auto command = quorum_parser().parse(words, exit_code);
  if (!command) {
    return exit_code;
  }
  if (const auto complaint = complaint_about(*command)) {
    fmt::print(stderr, "{}\n", *complaint);
    return 1;
  }
  const auto properties = quorum_properties(*command);
  if (!properties) {
    return report_quorum(properties.error());
  }
  auto client = open_client(*command, *properties);
  if (!client) {
    return report_quorum(client.error());
  }
  const auto done = run_quorum_command(*client, *command, *properties);
  return done ? 0 : report_quorum(done.error());
}

}  // namespace kafka
