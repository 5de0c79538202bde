// kafka-reassign-partitions.sh: moves replicas between brokers and log directories.
//
//   --generate  proposes where the partitions of topics could be
//   --execute   begins a move; with --throttle it is given a limit
//   --verify    says how far it is, and takes the limits away when it is done
//   --cancel    ends it where it is
//   --list      all that are under way
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/reassign/directory_moves.h"
#include "broker/tools/reassign/options.h"
#include "broker/tools/reassign/present.h"
#include "broker/tools/reassign/proposal.h"
#include "broker/tools/tools.h"
#include "protocol/api/45_alter_partition_reassignments.h"

namespace kafka {

namespace {

std::vector<TopicPartition> partitions_of(const ReassignmentPlan& plan) {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, replicas] : plan) {
    partitions.push_back(partition);
  }
  return partitions;
}

std::vector<std::string> topics_of(const ReassignmentPlan& plan) {
  std::vector<std::string> topics;
  for (const auto& [partition, replicas] : plan) {
    if (topics.empty() || topics.back() != partition.topic) {
      topics.push_back(partition.topic);
    }
  }
  return topics;
}

ToolResult<ReassignmentPlan> plan_of(const Options& options) {
  const auto planned = read_plan(options.text_or("reassignment-json-file", ""));
  if (!planned) {
    return std::unexpected(planned.error());
  }
  return ReassignmentPlan(planned->begin(), planned->end());
}

std::string plural(size_t count) {
  return count == 1 ? "" : "s";
}

// ---- The actions ----

ToolResult<> generate(AdminClient& client, const Options& options) {
  const auto topics = read_topics_to_move(options.text_or("topics-to-move-json-file", ""));
  if (!topics) {
    return std::unexpected(topics.error());
  }
  const auto brokers = parse_broker_list(options.text_or("broker-list", ""));
  if (!brokers) {
    return std::unexpected(brokers.error());
  }
  auto present = present_replicas(client, *topics);
  if (!present) {
    return std::unexpected(present.error());
  }
  const auto proposed =
      propose_replicas(client, *present, *brokers, options.has("disable-rack-aware"));
  if (!proposed) {
    return std::unexpected(proposed.error());
  }
  if (auto added = add_directories(client, *present); !added) {
    return added;
  }
  fmt::print("Current partition replica assignment\n{}\n\n", to_json(*present));
  fmt::print("Proposed partition reassignment configuration\n{}\n", to_json(*proposed));
  return {};
}

ToolResult<> check_brokers(AdminClient& client, const ReassignmentPlan& plan) {
  const auto nodes = client.nodes();
  if (!nodes) {
    return std::unexpected(nodes.error());
  }
  for (const auto& [partition, replicas] : plan) {
    for (const int32_t broker : replicas.replicas) {
      if (std::ranges::find(*nodes, broker, &ClusterNode::id) == nodes->end()) {
        return tool_failure(reassignment_failed, fmt::format("Unknown broker id {}", broker));
      }
    }
  }
  return {};
}

ToolResult<ReassignmentPlan> present_of(AdminClient& client, const ReassignmentPlan& plan) {
  auto present = present_replicas(client, topics_of(plan));
  if (!present) {
    return present;
  }
  std::erase_if(*present, [&](const auto& entry) { return !plan.contains(entry.first); });
  for (const auto& [partition, replicas] : plan) {
    if (!present->contains(partition)) {
      return tool_failure("java.util.concurrent.ExecutionException",
                          "Unable to find partition: " + kafka::to_string(partition));
    }
  }
  return present;
}

// What each partition's move is told; nullopt: its move is cancelled.
ToolResult<> alter_reassignments(
    AdminClient& client,
    const std::map<TopicPartition, std::optional<std::vector<int32_t>>>& wanted,
    bool allow_factor_change, std::string_view what) {
  AlterPartitionReassignmentsRequest request;
  request.timeout_ms = client.request_timeout_ms();
  request.allow_replication_factor_change = allow_factor_change;
  for (const auto& [partition, replicas] : wanted) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({partition.topic, {}});
    }
    request.topics.back().partitions.push_back({partition.partition, replicas});
  }
  const auto response = client.ask<AlterPartitionReassignmentsResponse>(controller_node, request);
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code, response->error_message));
  }
  std::vector<std::string> errors;
  for (const auto& topic : response->responses) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code != 0) {
        errors.push_back(fmt::format(
            "{}: {}", kafka::to_string(TopicPartition{topic.name, partition.partition_index}),
            server_error(partition.error_code, partition.error_message).message));
      }
    }
  }
  return errors.empty()
             ? ToolResult<>()
             : tool_failure(reassignment_failed, fmt::format("Error {} partition(s):\n{}", what,
                                                             fmt::join(errors, "\n")));
}

ToolResult<> set_throttles(AdminClient& client, const Options& options, const OngoingMoves& ongoing,
                           const ReassignmentPlan& present, const ReassignmentPlan& wanted) {
  const int64_t between_brokers = options.number_or("throttle", -1);
  const int64_t between_directories = options.number_or("replica-alter-log-dirs-throttle", -1);
  if (between_brokers < 0 && between_directories < 0) {
    return {};
  }
  fmt::print(
      "Warning: You must run --verify periodically, until the reassignment completes, to ensure "
      "the throttle is removed.\n");
  if (between_brokers >= 0) {
    if (auto done = throttle_moves(client, ongoing, present, wanted, between_brokers); !done) {
      return done;
    }
    fmt::print("The inter-broker throttle limit was set to {} B/s\n", between_brokers);
  }
  if (between_directories >= 0) {
    if (auto done =
            throttle_directories(client, brokers_with_directories(wanted), between_directories);
        !done) {
      return done;
    }
    fmt::print("The replica-alter-dir throttle limit was set to {} B/s\n", between_directories);
  }
  return {};
}

ToolResult<> execute(AdminClient& client, const Options& options) {
  const auto wanted = read_strict_plan(options.text_or("reassignment-json-file", ""));
  if (!wanted) {
    return std::unexpected(wanted.error());
  }
  const auto ongoing = ongoing_moves(client, std::nullopt);
  if (!ongoing) {
    return std::unexpected(ongoing.error());
  }
  if (!options.has("additional") && !ongoing->empty()) {
    return tool_failure(
        "org.apache.kafka.tools.TerseException",
        "Cannot execute because there is an existing partition assignment.  Use --additional to "
        "override this and create a new partition assignment in addition to the existing one. The "
        "--additional flag can also be used to change the throttle by resubmitting the current "
        "reassignment.");
  }
  if (auto known = check_brokers(client, *wanted); !known) {
    return known;
  }
  auto present = present_of(client, *wanted);
  if (!present) {
    return std::unexpected(present.error());
  }
  if (auto added = add_directories(client, *present); !added) {
    return added;
  }
  fmt::print(
      "Current partition replica assignment\n\n{}\n\nSave this to use as the "
      "--reassignment-json-file option during rollback\n",
      to_json(*present));
  if (auto done = set_throttles(client, options, *ongoing, *present, *wanted); !done) {
    return done;
  }
  std::map<TopicPartition, std::optional<std::vector<int32_t>>> replicas;
  for (const auto& [partition, plan] : *wanted) {
    replicas[partition] = plan.replicas;
  }
  if (auto done = alter_reassignments(
          client, replicas, !options.has("disallow-replication-factor-change"), "reassigning");
      !done) {
    return done;
  }
  fmt::print("Successfully started partition reassignment{} for {}\n", plural(wanted->size()),
             partition_list(partitions_of(*wanted)));
  return move_directories(client, *wanted, options.number_or("timeout", directory_moves_ms));
}

// Prints how far each is; true when all are where they ought to be, or nowhere on the way.
ToolResult<bool> print_progress(AdminClient& client, const ReassignmentPlan& plan) {
  const auto ongoing = ongoing_moves(client, partitions_of(plan));
  if (!ongoing) {
    return std::unexpected(ongoing.error());
  }
  fmt::print("Status of partition reassignment:\n");
  for (const auto& [partition, wanted] : plan) {
    const std::string name = kafka::to_string(partition);
    if (ongoing->contains(partition)) {
      fmt::print("Reassignment of partition {} is still in progress.\n", name);
      continue;
    }
    // A topic that is not there has no replicas.
    const auto present = present_replicas(client, {partition.topic});
    const auto found = present ? present->find(partition) : ReassignmentPlan::const_iterator();
    const auto replicas =
        present && found != present->end() ? found->second.replicas : std::vector<int32_t>();
    if (replicas == wanted.replicas) {
      fmt::print("Reassignment of partition {} is completed.\n", name);
    } else {
      fmt::print(
          "There is no active reassignment of partition {}, but replica set is {} rather than "
          "{}.\n",
          name, fmt::join(replicas, ","), fmt::join(wanted.replicas, ","));
    }
  }
  return ongoing->empty();
}

ToolResult<> verify(AdminClient& client, const Options& options) {
  const auto plan = plan_of(options);
  if (!plan) {
    return std::unexpected(plan.error());
  }
  const auto moved = print_progress(client, *plan);
  if (!moved) {
    return std::unexpected(moved.error());
  }
  const auto directories_moved = print_directory_progress(client, *plan);
  if (!directories_moved) {
    return std::unexpected(directories_moved.error());
  }
  return *moved && *directories_moved && !options.has("preserve-throttles")
             ? clear_throttles(client, *plan)
             : ToolResult<>();
}

ToolResult<> cancel(AdminClient& client, const Options& options) {
  const auto plan = plan_of(options);
  if (!plan) {
    return std::unexpected(plan.error());
  }
  const auto ongoing = ongoing_moves(client, partitions_of(*plan));
  if (!ongoing) {
    return std::unexpected(ongoing.error());
  }
  std::map<TopicPartition, std::optional<std::vector<int32_t>>> none;
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, move] : *ongoing) {
    none[partition] = std::nullopt;
    partitions.push_back(partition);
  }
  if (partitions.empty()) {
    fmt::print("None of the specified partition reassignments are active.\n");
  } else {
    if (auto done = alter_reassignments(client, none, true, "cancelling"); !done) {
      return done;
    }
    fmt::print("Successfully cancelled partition reassignment{} for: {}.\n",
               plural(partitions.size()), partition_list(partitions));
  }
  if (auto done = cancel_directory_moves(client, *plan); !done) {
    return done;
  }
  return options.has("preserve-throttles") ? ToolResult<>() : clear_throttles(client, *plan);
}

ToolResult<> list_moves(AdminClient& client) {
  const auto ongoing = ongoing_moves(client, std::nullopt);
  if (!ongoing) {
    return std::unexpected(ongoing.error());
  }
  if (ongoing->empty()) {
    fmt::print("No partition reassignments found.\n");
    return {};
  }
  fmt::print("Current partition reassignments:\n");
  for (const auto& [partition, move] : *ongoing) {
    fmt::print("{}: replicas: {}.", kafka::to_string(partition), fmt::join(move.replicas, ","));
    if (!move.adding.empty()) {
      fmt::print(" adding: {}.", fmt::join(move.adding, ","));
    }
    if (!move.removing.empty()) {
      fmt::print(" removing: {}.", fmt::join(move.removing, ","));
    }
    fmt::print("\n");
  }
  return {};
}

ToolResult<> run_reassign_action(std::string_view action, const Options& options) {
  if (auto checked = options.check_values(); !checked) {
    return checked;
  }
  auto client = open_client(options);
  if (!client) {
    return std::unexpected(client.error());
  }
  return action == "generate"  ? generate(*client, options)
         : action == "execute" ? execute(*client, options)
         : action == "verify"  ? verify(*client, options)
         : action == "cancel"  ? cancel(*client, options)
                               : list_moves(*client);
}

// On stdout, as Kafka's tool does. A TerseException is its sentence alone.
int report_reassign(const ToolError& error) {
  if (error.exception == "org.apache.kafka.tools.TerseException") {
    fmt::print("{}\n", error.message);
  } else {
    fmt::print("Error: {}\n{}\n\n", error.message, error.to_string());
  }
  return 1;
}

}  // namespace

int run_reassign_partitions(const Words& words) {
  const OptionParser parser = reassign_parser();
  const auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  const auto action = reassign_action(*options);
  if (!action) {
    return print_usage(parser, action.error());
  }
  const auto done = run_reassign_action(*action, *options);
  return done ? 0 : report_reassign(done.error());
}

}  // namespace kafka
