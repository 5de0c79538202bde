// kafka-tools: every command-line tool of the distribution in one program.
//
//   kafka-tools kafka-topics --list ...     what bin/kafka-topics.sh runs
//   kafka-topics --list ...                 the same, when a link has the tool's name
//
// One program because they share most of their code and because it starts in milliseconds.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "broker/tools/common/console.h"
#include "broker/tools/tools.h"

namespace kafka {
namespace {

struct Tool {
  std::string_view name;  // its script is bin/<name>.sh
  int (*run)(const Words& words);
  std::string_view purpose;
};

constexpr auto tools = std::to_array<Tool>({
    {"kafka-topics", run_topics, "create, list, describe, alter and delete topics"},
    {"kafka-console-producer", run_console_producer, "send lines to a topic"},
    {"kafka-console-consumer", run_console_consumer, "print the records of topics"},
    {"kafka-storage", run_storage, "prepare the directories of a node"},
    {"kafka-metadata-quorum", run_metadata_quorum, "describe the metadata quorum"},
    {"kafka-cluster", run_cluster, "the cluster's id and its nodes"},
    {"kafka-consumer-groups", run_consumer_groups, "list, describe, delete and move groups"},
    {"kafka-get-offsets", run_get_offsets, "offsets of partitions by time"},
    {"kafka-configs", run_configs, "settings of topics, brokers and groups"},
    {"kafka-log-dirs", run_log_dirs, "what stands in the log directories"},
    {"kafka-delete-records", run_delete_records, "drop records below an offset"},
    {"kafka-broker-api-versions", run_broker_api_versions, "requests that brokers take"},
    {"kafka-dump-log", run_dump_log, "print the files of a log directory"},
    {"kafka-leader-election", run_leader_election, "have leaders elected"},
    {"kafka-reassign-partitions", run_reassign_partitions, "move partitions between brokers"},
    {"kafka-features", run_features, "levels of the cluster's features"},
    {"kraftlab-links", run_links, "the network between the nodes of ./lab cluster"},
    {"kafka-server-stop", run_server_stop, "stop the servers of this tree"},
});

const Tool* find_tool(std::string_view name) {
  const auto* found = std::ranges::find(tools, name, &Tool::name);
  return found == tools.end() ? nullptr : found;
}

// "/opt/kafka/bin/kafka-topics.sh" -> "kafka-topics"
std::string_view tool_name(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return path.ends_with(".sh") ? path.substr(0, path.size() - 3) : path;
}

int list_tools() {
  fmt::print(stderr, "usage: kafka-tools TOOL [options]; each tool takes --help\n");
  for (const Tool& tool : tools) {
    fmt::print(stderr, "  {:<28}{}\n", tool.name, tool.purpose);
  }
  return 1;
}

int run(std::string_view name, const Words& words) {
  if (const Tool* tool = find_tool(name)) {
    return tool->run(words);
  }
  if (explain_absent_tool(name, words)) {
    return 1;
  }
  fmt::print(stderr, "{} is not a tool of this distribution.\n", name);
  return list_tools();
}

}  // namespace
}  // namespace kafka

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);  // `kafka-topics.sh ... | head` ends quietly
  kafka::Words words(argv + 1, argv + argc);
  std::string name(kafka::tool_name(argc > 0 ? argv[0] : ""));
  if (name == "kafka-tools") {
    if (words.empty() || words.front() == "--help") {
      return kafka::list_tools();
    }
    if (words.front() == "--version") {
      return kafka::print_version();
    }
    name = kafka::tool_name(words.front());
    words.erase(words.begin());
  }
  const int code = kafka::run(name, words);
  return std::fflush(stdout) == 0 ? code : 1;
}
