#include "broker/tools/reassign/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

namespace kafka {

namespace {

struct ReassignAction {
  std::string_view name;
  std::vector<std::string> required;
  std::vector<std::string_view> allowed;  // besides those that all have
};

const std::vector<ReassignAction>& reassign_actions() {
  static const std::vector<ReassignAction> actions = {
      {"generate", {"topics-to-move-json-file", "broker-list"}, {"disable-rack-aware"}},
      {"execute",
       {"reassignment-json-file"},
       {"additional", "throttle", "replica-alter-log-dirs-throttle", "timeout",
        "bootstrap-controller", "disallow-replication-factor-change"}},
      {"verify", {"reassignment-json-file"}, {"preserve-throttles", "bootstrap-controller"}},
      {"cancel",
       {"reassignment-json-file"},
       {"preserve-throttles", "timeout", "bootstrap-controller"}},
      {"list", {}, {"bootstrap-controller"}},
  };
  return actions;
}

constexpr auto restricted_options = std::to_array<std::string_view>(
    {"topics-to-move-json-file", "broker-list", "disable-rack-aware", "reassignment-json-file",
     "additional", "throttle", "replica-alter-log-dirs-throttle", "timeout", "preserve-throttles",
     "bootstrap-controller", "disallow-replication-factor-change"});

}  // namespace

OptionParser reassign_parser() {
  OptionParser parser("Moves partitions between brokers.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first.")
      .value("bootstrap-controller", "host:port,...", "Controllers to ask instead.")
      .value("command-config", "file", "Properties for the connection.")
      .flag("generate", "Propose where replicas could be. Nothing is changed.")
      .flag("execute", "Begin the move that --reassignment-json-file describes.")
      .flag("verify", "Say how far it is; when it is done, take its throttles away.")
      .flag("cancel", "End it.")
      .flag("list", "All moves that are under way.")
      .value("topics-to-move-json-file", "file",
             "{\"version\": 1, \"topics\": [{\"topic\": \"a\"}]}")
      .value("broker-list", "id,...", "The brokers that are to have them.")
      .flag("disable-rack-aware", "Propose without regard to racks.")
      .value("reassignment-json-file", "file",
             "{\"version\": 1, \"partitions\": [{\"topic\": \"a\", \"partition\": 0, \"replicas\": "
             "[1, 2]}]}")
      .flag("additional", "Although others are under way; or to change their throttle.")
      .number("throttle", "bytes/s", "At most so much between brokers.", ValueType::Int64)
      .number("replica-alter-log-dirs-throttle", "bytes/s",
              "At most so much between directories of a broker.", ValueType::Int64)
      .number("timeout", "ms", "How long to wait for moves between directories to begin.",
              ValueType::Int64)
      .flag("preserve-throttles", "Leave the throttles as they are.")
      .flag("disallow-replication-factor-change",
            "Refuse moves that change the number of replicas.")
      .help_and_version();
  return parser;
}

std::expected<std::string_view, std::string> reassign_action(const Options& options) {
  const ReassignAction* chosen = nullptr;
  size_t count = 0;
  for (const ReassignAction& action : reassign_actions()) {
    if (options.has(action.name)) {
      chosen = &action;
      ++count;
    }
  }
  if (count != 1) {
    return std::unexpected(
        "Command must include exactly one action: --generate, --execute, --verify, --cancel, "
        "--list");
  }
  if (options.has("bootstrap-server") == options.has("bootstrap-controller")) {
    return std::unexpected(
        options.has("bootstrap-server")
            ? "Please don't specify both --bootstrap-server and --bootstrap-controller"
            : "Please specify either --bootstrap-server or --bootstrap-controller");
  }
  for (const std::string& name : chosen->required) {
    if (!options.has(name)) {
      return std::unexpected(fmt::format("Missing required argument \"[{}]\"", name));
    }
  }
  for (const std::string_view name : restricted_options) {
    if (options.has(name) && std::ranges::count(chosen->required, name) == 0 &&
        std::ranges::count(chosen->allowed, name) == 0) {
      return std::unexpected(
          fmt::format("Option \"[{}]\" can't be used with action \"[{}]\"", name, chosen->name));
    }
  }
  return chosen->name;
}

}  // namespace kafka
