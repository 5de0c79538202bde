// kafka-consumer-groups.sh: list, describe, delete groups; move or delete their offsets.
//
// As in Apache Kafka 4.3: a failure of the command is a line "Error: ..." on stdout and exit code
// 0; only a command line that makes no sense gives 1. Where Kafka prints partitions in the order of
// a hash map, they come sorted here.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "broker/tools/admin/offsets.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "broker/tools/groups/group_admin.h"
#include "broker/tools/groups/group_options.h"
#include "broker/tools/groups/group_report.h"
#include "broker/tools/groups/reset.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

constexpr int64_t timeout_ms = 5000;

void print_error(std::string_view sentence) {
  fmt::print("\nError: {}\n", sentence);
}

// --- list ----------------------------------------------------------------------------------------

// The words of --state or --type, in the spelling that Kafka has for them.
std::optional<std::vector<std::string>> known_words(const std::string& text,
                                                    const std::vector<std::string>& allowed) {
  std::vector<std::string> words;
  for (const std::string& item : split(text, ',')) {
    const std::string word = lower_case(trim(item));
    const auto found = std::ranges::find(
        allowed, word, [](const std::string& known) { return lower_case(known); });
    if (found == allowed.end()) {
      return std::nullopt;
    }
    words.push_back(*found);
  }
  return words;
}

const std::vector<std::string> group_states = {"Dead",        "CompletingRebalance", "Assigning",
                                               "Reconciling", "PreparingRebalance",  "Empty",
                                               "Stable"};
const std::vector<std::string> group_types = {"Consumer", "Classic"};

// The filter that an option gives; empty when it comes without a value.
ToolResult<std::vector<std::string>> filter_of(const Options& options, std::string_view option,
                                               const std::vector<std::string>& allowed) {
  const std::string text = options.text_or(option, "");
  if (text.empty()) {
    return std::vector<std::string>{};
  }
  const auto words = known_words(text, allowed);
  if (!words) {
    const std::string_view kind = option == "state" ? "state" : "types";
    return tool_failure(usage_complaint, fmt::format("Invalid {} list '{}'. Valid {} are: {}", kind,
                                                     text, option == "state" ? "states" : "types",
                                                     fmt::join(allowed, ", ")));
  }
  return *words;
}

ToolResult<> print_list(AdminClient& client, const Options& options) {
  auto states = filter_of(options, "state", group_states);
  if (!states) {
    return std::unexpected(std::move(states.error()));
  }
  auto types = filter_of(options, "type", group_types);
  if (!types) {
    return std::unexpected(std::move(types.error()));
  }
  auto groups = list_groups(client, *states, *types);
  if (!groups) {
    return std::unexpected(std::move(groups.error()));
  }
  if (options.has("state") || options.has("type")) {
    fmt::print("{}", list_table(*groups, options.has("state"), options.has("type")));
    return {};
  }
  for (const GroupListing& group : *groups) {
    fmt::print("{}\n", group.id);
  }
  return {};
}

// The groups named, or all of them; sorted.
ToolResult<std::vector<std::string>> chosen_groups(AdminClient& client, const Options& options) {
  std::vector<std::string> names = options.all("group");
  if (options.has("all-groups")) {
    auto groups = list_groups(client, {}, {});
    if (!groups) {
      return std::unexpected(std::move(groups.error()));
    }
    std::ranges::transform(*groups, std::back_inserter(names), &GroupListing::id);
  }
  std::ranges::sort(names);
  return names;
}

// --- describe ------------------------------------------------------------------------------------

// Says what there is to say about the state; false when there is no table to print.
bool has_table(const GroupDescription& group, bool has_rows) {
  if (group.state == "Dead") {
    print_error(fmt::format("Consumer group '{}' does not exist.", group.id));
    return false;
  }
  std::fflush(stdout);
  if (group.state == "Empty") {
    fmt::print(stderr, "\nConsumer group '{}' has no active members.\n", group.id);
  } else if (group.state != "Stable") {
    fmt::print(stderr, "\nWarning: Consumer group '{}' is rebalancing.\n", group.id);
  }
  return has_rows;
}

ToolResult<> print_offsets(AdminClient& client, const GroupDescription& group, bool verbose) {
  auto committed = committed_offsets(client, group.id);
  if (!committed) {
    return std::unexpected(std::move(committed.error()));
  }
  std::vector<TopicPartition> partitions;
  for (const OffsetRow& row : offset_rows(group, *committed, {})) {
    partitions.push_back(row.partition);
  }
  auto ends = list_offsets(client, partitions, latest_offset);
  if (!ends) {
    return std::unexpected(std::move(ends.error()));
  }
  std::map<TopicPartition, int64_t> known;
  for (const auto& [partition, end] : *ends) {
    if (end.error == ErrorCode::None) {
      known[partition] = end.offset;
    }
  }
  const auto rows = offset_rows(group, *committed, known);
  if (has_table(group, !rows.empty())) {
    fmt::print("{}", offsets_table(group.id, rows, verbose));
  }
  return {};
}

ToolResult<> describe(AdminClient& client, const Options& options) {
  auto names = chosen_groups(client, options);
  if (!names) {
    return std::unexpected(std::move(names.error()));
  }
  std::vector<GroupDescription> groups;
  for (const std::string& name : *names) {
    auto group = describe_group(client, name);
    if (!group) {
      return tool_failure("java.util.concurrent.ExecutionException", group.error().to_string());
    }
    groups.push_back(std::move(*group));
  }
  const bool verbose = options.has("verbose");
  for (const GroupDescription& group : groups) {
    if (options.has("state")) {
      fmt::print("{}", has_table(group, true) ? state_table(group, verbose) : "");
    } else if (options.has("members")) {
      fmt::print("{}", has_table(group, true) ? members_table(group, verbose) : "");
    } else if (auto printed = print_offsets(client, group, verbose); !printed) {
      return printed;
    }
  }
  return {};
}

// --- delete --------------------------------------------------------------------------------------

std::string quoted(const std::vector<std::string>& names) {
  return fmt::format("'{}'", fmt::join(names, "', '"));
}

ToolResult<> delete_groups(AdminClient& client, const Options& options) {
  auto names = chosen_groups(client, options);
  if (!names) {
    return std::unexpected(std::move(names.error()));
  }
  std::vector<std::string> deleted;
  std::vector<std::string> failures;
  for (const std::string& name : *names) {
    auto error = delete_group(client, name);
    if (error && *error == ErrorCode::None) {
      deleted.push_back(name);
      continue;
    }
    const ToolError why =
        error ? server_error(static_cast<int16_t>(*error)) : std::move(error.error());
    failures.push_back(
        fmt::format("* Group '{}' could not be deleted due to: {}", name, why.to_string()));
  }
  if (failures.empty()) {
    fmt::print("Deletion of requested consumer groups ({}) was successful.\n", quoted(deleted));
    return {};
  }
  print_error("Deletion of some consumer groups failed:");
  fmt::print("{}\n", fmt::join(failures, "\n"));
  if (!deleted.empty()) {
    fmt::print("\nThese consumer groups were deleted successfully: {}\n", quoted(deleted));
  }
  return {};
}

// What --delete-offsets says of a partition.
std::string status_text(ErrorCode error) {
  return error == ErrorCode::None
             ? "Successful"
             : "Error: " + server_error(static_cast<int16_t>(error)).to_string();
}

ToolResult<> delete_group_offsets(AdminClient& client, const Options& options) {
  const std::string group = options.all("group").front();
  std::vector<TopicPartition> partitions;
  std::vector<std::string> missing;
  for (const std::string& argument : options.all("topic")) {
    auto named = named_partitions(client, {argument});
    if (!named && named.error().code == ErrorCode::UnknownTopicOrPartition) {
      missing.push_back(argument);
    } else if (!named) {
      return std::unexpected(std::move(named.error()));
    } else {
      partitions.insert(partitions.end(), named->begin(), named->end());
    }
  }
  std::ranges::sort(partitions);
  auto deleted = delete_offsets(client, group, partitions);
  if (!deleted) {
    return std::unexpected(std::move(deleted.error()));
  }
  const bool all_well = std::ranges::all_of(
      deleted->partitions, [](const auto& entry) { return entry.second == ErrorCode::None; });
  if (deleted->error != ErrorCode::None) {
    print_error(server_error(static_cast<int16_t>(deleted->error)).message);
  } else if (all_well) {
    fmt::print("Request succeeded for deleting offsets from group {}.\n", group);
  } else {
    print_error("Encountered some partition-level error, see the follow-up details.");
  }
  fmt::print("\n{:<15} {:<10} {:<15}\n", "TOPIC", "PARTITION", "STATUS");
  for (const TopicPartition& partition : partitions) {
    const auto found = deleted->partitions.find(partition);
    const ErrorCode error = found == deleted->partitions.end() ? deleted->error : found->second;
    fmt::print("{:<15} {:<10} {:<15}\n", partition.topic, partition.partition, status_text(error));
  }
  for (const std::string& topic : missing) {
    fmt::print("{:<15} {:<10} {:<15}\n", topic, "-",
               status_text(ErrorCode::UnknownTopicOrPartition));
  }
  return {};
}

// --- reset ---------------------------------------------------------------------------------------

// Only a group without members can be moved. A group that is not there yet will be made.
ToolResult<bool> may_reset(AdminClient& client, const std::string& group) {
  const auto described = describe_group(client, group);
  if (!described && described.error().code == ErrorCode::GroupIdNotFound) {
    return true;
  }
  if (!described) {
    return std::unexpected(described.error());
  }
  if (described->state == "Empty" || described->state == "Dead") {
    return true;
  }
  print_error(fmt::format(
      "Assignments can only be reset if the group '{}' is inactive, but the current state is {}.",
      group, described->state));
  return false;
}

ToolResult<> reset_offsets(AdminClient& client, const Options& options) {
  auto names = chosen_groups(client, options);
  if (!names) {
    return std::unexpected(std::move(names.error()));
  }
  std::map<std::string, NewOffsets> planned;
  for (const std::string& group : *names) {
    auto allowed = may_reset(client, group);
    if (!allowed) {
      return std::unexpected(std::move(allowed.error()));
    }
    if (!*allowed) {
      continue;
    }
    auto offsets = plan_reset(client, group, options, wall_clock_ms());
    if (!offsets) {
      return std::unexpected(std::move(offsets.error()));
    }
    if (options.has("execute") && !offsets->empty()) {
      if (auto done = commit_offsets(client, group, *offsets); !done) {
        return done;
      }
    }
    planned[group] = std::move(*offsets);
  }
  fmt::print("{}",
             options.has("export") ? reset_csv(planned, names->size() > 1) : reset_table(planned));
  return {};
}

// -------------------------------------------------------------------------------------------------

int validate_regex(const std::string& expression) {
  try {
    const std::regex check(expression);
    fmt::print("The regular expression `{}` is valid.\n", expression);
  } catch (const std::regex_error& error) {
    fmt::print("The regular expression `{}` is invalid: {}.\n", expression, error.what());
  }
  return 0;
}

ToolResult<> run(AdminClient& client, const Options& options) {
  if (auto checked = options.check_values(); !checked) {
    return checked;
  }
  client.limit_api_time(options.number_or("timeout", timeout_ms));
  if (options.has("list")) {
    return print_list(client, options);
  }
  if (options.has("describe")) {
    return describe(client, options);
  }
  if (options.has("delete")) {
    return delete_groups(client, options);
  }
  return options.has("reset-offsets") ? reset_offsets(client, options)
                                      : delete_group_offsets(client, options);
}

int run_command(const OptionParser& parser, const Options& options) {
  if (options.has("reset-offsets") && !options.has("execute") && !options.has("dry-run")) {
    fmt::print(stderr,
               "WARN: Nothing is changed without --execute. Kafka 5.0 will want either "
               "--dry-run or --execute.\n");
  }
  auto client = open_client(options);
  if (!client) {
    return print_failure(client.error());
  }
  const auto done = run(*client, options);
  if (!done && done.error().exception == usage_complaint) {
    return print_usage(parser, done.error().message);
  }
  if (!done) {
    print_error("Executing consumer group command failed due to " + done.error().message);
  }
  return 0;
}

}  // namespace

int run_consumer_groups(const Words& words) {
  const OptionParser parser = group_option_parser();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto sentence = unavailable_options(*options)) {
    return print_uncaught({"joptsimple.UnavailableOptionException", *sentence, {}});
  }
  if (const auto complaint = group_options_complaint(*options)) {
    return print_usage(parser, *complaint);
  }
  if (const auto expression = options->text("validate-regex")) {
    return validate_regex(*expression);
  }
  return run_command(parser, *options);
}

}  // namespace kafka
