#include "broker/tools/groups/group_options.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace kafka {

namespace {

const std::vector<std::string> actions = {"list",          "describe",       "delete",
                                          "reset-offsets", "delete-offsets", "validate-regex"};

std::string in_brackets(const std::vector<std::string>& names) {
  return fmt::format("[{}]", fmt::join(names, "], ["));
}

size_t count_given(const Options& options, const std::vector<std::string>& names) {
  return static_cast<size_t>(
      std::ranges::count_if(names, [&](const std::string& name) { return options.has(name); }));
}

std::optional<std::string> needs_a_group(const Options& options, const std::string& action) {
  if (options.has(action) && !options.has("group") && !options.has("all-groups")) {
    return fmt::format("Option [{}] takes one of these options: [group], [all-groups]", action);
  }
  return std::nullopt;
}

std::optional<std::string> describe_complaint(const Options& options) {
  if (auto complaint = needs_a_group(options, "describe")) {
    return complaint;
  }
  const std::vector<std::string> views = {"members", "offsets", "state"};
  if (count_given(options, views) > 1) {
    return "Option [describe] takes at most one of these options: " + in_brackets(views);
  }
  return std::nullopt;
}

std::optional<std::string> reset_complaint(const Options& options) {
  if (options.has("dry-run") && options.has("execute")) {
    return "Option [reset-offsets] only accepts one of [execute] and [dry-run]";
  }
  if (auto complaint = needs_a_group(options, "reset-offsets")) {
    return complaint;
  }
  const auto& scenarios = reset_scenarios();
  if (count_given(options, scenarios) == 0) {
    return fmt::format("Option '[reset-offsets]' requires one of the following scenarios: [{}]",
                       in_brackets(scenarios));
  }
  for (const std::string& used : scenarios) {
    std::vector<std::string> others = scenarios;
    std::erase(others, used);
    if (auto conflict = option_conflict(options, used, others)) {
      return conflict;
    }
  }
  if (!options.has("topic") && !options.has("all-topics") && !options.has("from-file")) {
    return "One of the reset scopes should be defined: --all-topics, --topic.";
  }
  return std::nullopt;
}

std::optional<std::string> delete_complaint(const Options& options) {
  if (auto complaint = needs_a_group(options, "delete")) {
    return complaint;
  }
  if (options.has("topic")) {
    return "The consumer does not support topic-specific offset deletion from a consumer group.";
  }
  return std::nullopt;
}

}  // namespace

const std::vector<std::string>& reset_scenarios() {
  static const std::vector<std::string> all = {"to-offset",   "to-datetime", "by-duration",
                                               "to-earliest", "to-latest",   "shift-by",
                                               "from-file",   "to-current"};
  return all;
}

OptionParser group_option_parser() {
  OptionParser parser(
      "Lists and describes consumer groups, deletes them, and moves their committed offsets.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .flag("list", "Print the groups.")
      .flag("describe", "Print offsets and lag (or --members, --state) of groups.")
      .flag("delete", "Delete groups without members, with their offsets.")
      .flag("reset-offsets",
            "Choose new offsets for a group without members: one of --to-earliest, --to-latest, "
            "--to-offset, --shift-by, --to-datetime, --by-duration, --to-current, --from-file.")
      .flag("delete-offsets", "Delete offsets of topics that the group does not read.")
      .value("validate-regex", "expression", "Say whether the expression is a valid one.")
      .repeated("group", "id", "The group; may be repeated.")
      .flag("all-groups", "All groups.")
      .repeated("topic", "topic[:partition,...]", "The topic or partitions; may be repeated.")
      .flag("all-topics", "All topics of which the group has offsets.")
      .flag("offsets", "With --describe: offsets and lag, as without it.")
      .flag("members", "With --describe: the members.")
      .flag("verbose", "With --describe: more columns.")
      .optional_value("state", "states",
                      "With --describe: the state of the group. With --list: print states, only "
                      "these if any are given.")
      .optional_value("type", "types",
                      "With --list: print the kind of group, only these if any are given.")
      .flag("dry-run", "With --reset-offsets: only print what would be done.")
      .flag("execute", "With --reset-offsets: do it.")
      .flag("export", "With --reset-offsets: print comma separated values.")
      .flag("to-earliest", "To the oldest record.")
      .flag("to-latest", "Behind the newest record.")
      .flag("to-current", "To where the group is.")
      .number("to-offset", "offset", "To this offset.", ValueType::Int64)
      .number("shift-by", "count", "So many records on, or back.", ValueType::Int64)
      .value("to-datetime", "time",
             "To the first record at or after a time: YYYY-MM-DDThh:mm:ss.sss, UTC.")
      .value("by-duration", "duration", "To that long ago: PnDTnHnMnS.")
      .value("from-file", "file", "To the offsets in a file that --export wrote.")
      .number("timeout", "ms", "How long to wait for the cluster (5000).", ValueType::Int64)
      .help_and_version();
  return parser;
}

std::optional<std::string> group_options_complaint(const Options& options) {
  if (count_given(options, actions) == 0) {
    return "Command must include exactly one action: --list, --describe, --delete, "
           "--reset-offsets, --delete-offsets, --validate-regex";
  }
  if (auto missing = missing_option(options, {"bootstrap-server"})) {
    return missing;
  }
  if (options.has("describe")) {
    if (auto complaint = describe_complaint(options)) {
      return complaint;
    }
  }
  if (options.has("delete")) {
    if (auto complaint = delete_complaint(options)) {
      return complaint;
    }
  }
  if (options.has("delete-offsets") && (!options.has("group") || !options.has("topic"))) {
    return "Option [delete-offsets] takes the following options: [topic], [group]";
  }
  if (options.has("reset-offsets")) {
    if (auto complaint = reset_complaint(options)) {
      return complaint;
    }
  }
  for (const char* action : {"list", "describe"}) {
    const std::string option = action == std::string_view("list") ? "group" : "topic";
    if (auto conflict = option_conflict(options, option, {action}); conflict) {
      return conflict;
    }
  }
  if (auto conflict = option_conflict(options, "group", {"all-groups"})) {
    return conflict;
  }
  if (count_given(options, actions) > 1) {
    return "Command must include exactly one action: --list, --describe, --delete, "
           "--reset-offsets, --delete-offsets, --validate-regex";
  }
  return std::nullopt;
}

std::optional<std::string> unavailable_options(const Options& options) {
  std::vector<std::string> names;
  for (const char* name : {"members", "offsets", "verbose"}) {
    if (options.has(name) && !options.has("describe")) {
      names.emplace_back(name);
    }
  }
  if (options.has("state") && !options.has("describe") && !options.has("list")) {
    names.emplace_back("state");
  }
  if (options.has("type") && !options.has("list")) {
    names.emplace_back("type");
  }
  if (names.empty()) {
    return std::nullopt;
  }
  return fmt::format("Option(s) [{}] are unavailable given other options on the command line",
                     fmt::join(names, ", "));
}

}  // namespace kafka
