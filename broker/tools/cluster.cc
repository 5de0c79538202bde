// kafka-cluster.sh: the id of a cluster, and where its nodes listen.
#include <fmt/core.h>

#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/table.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"
#include "protocol/api/60_describe_cluster.h"
#include "protocol/api/64_unregister_broker.h"

namespace kafka {

namespace {

constexpr int8_t broker_endpoints = 1;
constexpr int8_t controller_endpoints = 2;

CommandParser cluster_parser() {
  const std::vector<ArgumentSpec> connection = {
      {.name = "--bootstrap-server",
       .short_name = "-b",
       .doc = "host:port,... of brokers.",
       .group = "bootstrap"},
      {.name = "--bootstrap-controller",
       .short_name = "-C",
       .doc = "host:port,... of controllers.",
       .group = "bootstrap"},
      {.name = "--config", .short_name = "-c", .doc = "Deprecated: --command-config."},
      {.name = "--command-config", .short_name = {}, .doc = "Properties for the connection."}};
  auto with_id = connection;
  with_id.push_back(
      {.name = "--id", .short_name = "-i", .required = true, .doc = "The broker's id."});
  auto with_fenced = connection;
  with_fenced.push_back({.name = "--include-fenced-brokers",
                         .short_name = {},
                         .takes_value = false,
                         .doc = "Brokers too that the controller has fenced off."});
  return CommandParser("kafka-cluster", "Looks at a cluster as a whole.", {},
                       {{"cluster-id", "Prints the id of the cluster.", connection},
                        {"unregister", "Forgets a broker that will not come back.", with_id},
                        {"list-endpoints", "Lists the nodes and their addresses.", with_fenced}},
                       {"bootstrap"});
}

ToolResult<AdminClient> open_cluster_client(const ParsedCommand& command) {
  ClientProperties properties;
  const auto path =
      command.has("--command-config") ? command.text("--command-config") : command.text("--config");
  if (path) {
    auto read = read_client_properties(*path);
    if (!read) {
      return std::unexpected(std::move(read.error()));
    }
    properties = std::move(*read);
  }
  return open_client(command, properties);
}

ToolResult<> print_cluster_id(AdminClient& client) {
  auto id = client.cluster_id();
  if (!id) {
    return std::unexpected(std::move(id.error()));
  }
  if (id->empty()) {
    fmt::print("No cluster ID found. The Kafka version is probably too old.\n");
  } else {
    fmt::print("Cluster ID: {}\n", *id);
  }
  return {};
}

ToolResult<> unregister(AdminClient& client, const ParsedCommand& command) {
  UnregisterBrokerRequest request;
  const std::string id = command.text("--id").value_or("");
  const auto number = parse_number(id, 0, INT32_MAX);
  if (!number) {
    return tool_failure(illegal_argument, fmt::format("--id: \"{}\" is not a broker's id", id));
  }
  request.broker_id = static_cast<int32_t>(*number);
  auto response = client.ask<UnregisterBrokerResponse>(controller_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code, response->error_message));
  }
  fmt::print("Broker {} is no longer registered.\n", id);
  return {};
}

ToolResult<> list_endpoints(AdminClient& client, const ParsedCommand& command) {
  const bool controllers = command.has("--bootstrap-controller");
  DescribeClusterRequest request;
  request.endpoint_type = controllers ? controller_endpoints : broker_endpoints;
  request.include_fenced_brokers = command.has("--include-fenced-brokers");
  auto response = client.ask<DescribeClusterResponse>(any_node, request);
  if (!response) {
    return std::unexpected(std::move(response.error()));
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code, response->error_message));
  }
  Rows rows = {{"ID", "HOST", "PORT", "RACK"}};
  if (!controllers) {
    rows.front().emplace_back("STATE");
  }
  rows.front().emplace_back("ENDPOINT_TYPE");
  for (const auto& node : response->brokers) {
    auto& row = rows.emplace_back(std::vector<std::string>{std::to_string(node.broker_id),
                                                           node.host, std::to_string(node.port),
                                                           node.rack.value_or("null")});
    if (!controllers) {
      row.emplace_back(node.is_fenced ? "fenced" : "unfenced");
    }
    row.emplace_back(controllers ? "controller" : "broker");
  }
  fmt::print("{}", controllers ? blank_table(rows, {10, 0, 10, 10, 15})
                               : blank_table(rows, {10, 0, 10, 10, 10, 15}));
  return {};
}

ToolResult<> run_command(AdminClient& client, const ParsedCommand& command) {
  if (command.command == "cluster-id") {
    return print_cluster_id(client);
  }
  return command.command == "unregister" ? unregister(client, command)
                                         : list_endpoints(client, command);
}

}  // namespace

int run_cluster(const Words& words) {
  int exit_code = 0;
  const auto command = cluster_parser().parse(words, exit_code);
  if (!command) {
    return exit_code;
  }
  auto client = open_cluster_client(*command);
  if (!client) {
    return print_failure(client.error());
  }
  const auto done = run_command(*client, *command);
  return done ? 0 : print_failure(done.error());
}

}  // namespace kafka
