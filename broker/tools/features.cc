// kafka-features.sh: which features the cluster has agreed to use, at which levels; and changes of
// them. What a release stands for, and which features need others, is answered without a cluster.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "broker/core/versions.h"
#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/feature_text.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/57_update_features.h"

namespace kafka {

namespace {

enum class UpgradeType : int8_t { Upgrade = 1, SafeDowngrade = 2, UnsafeDowngrade = 3 };

using FeatureLevels = std::map<std::string, int16_t>;

ArgumentSpec features_option(std::string name, std::string doc, bool takes_value = true) {
  return {
      .name = std::move(name), .short_name = {}, .takes_value = takes_value, .doc = std::move(doc)};
}

CommandParser features_parser() {
  auto levels = features_option("--feature", "feature=level; may be repeated.");
  levels.repeatable = true;
  auto needed_levels = levels;
  needed_levels.required = true;
  auto names = features_option("--feature", "A feature; may be repeated.");
  names.repeatable = true;
  const auto release =
      features_option("--release-version", "The levels that a release of Kafka has, as in 4.3.");
  const auto metadata = features_option("--metadata", "Deprecated: metadata.version alone.");
  const auto dry_run =
      features_option("--dry-run", "Only say what would be done.", /*takes_value=*/false);
  const auto unsafe =
      features_option("--unsafe", "Even if metadata is lost by it.", /*takes_value=*/false);
  auto brokers = features_option("--bootstrap-server", "host:port,... of brokers.");
  auto controllers = features_option("--bootstrap-controller", "host:port,... of controllers.");
  brokers.group = controllers.group = "bootstrap";
  return CommandParser(
      "kafka-features", "Describes and changes the levels of the cluster's features.",
      {brokers, controllers, features_option("--command-config", "Properties for the connection.")},
      {{"describe", "Describes the features and their levels.", {}},
       {"upgrade", "Raises levels.", {release, levels, metadata, dry_run}},
       {"downgrade", "Lowers levels.", {release, levels, metadata, unsafe, dry_run}},
       {"disable", "Lowers levels to 0.", {names, unsafe, dry_run}},
       {"version-mapping", "The levels that a release of Kafka has.", {release}},
       {"feature-dependencies", "What a level needs of other features.", {needed_levels}}});
}

std::unexpected<ToolError> features_failure(std::string sentence) {
  return tool_failure("", std::move(sentence));
}

// ---- Levels and releases ----

ToolResult<std::pair<std::string, int16_t>> parse_level(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return features_failure(
        fmt::format("Can't parse feature=level string {}: equals sign not found.", text));
  }
  const auto name = trim(std::string_view(text).substr(0, equals));
  const auto level = trim(std::string_view(text).substr(equals + 1));
  const auto number = parse_number(level, INT16_MIN, INT16_MAX);
  if (!number) {
    return features_failure(fmt::format(
        "Can't parse feature=level string {}: unable to parse {} as a short.", text, level));
  }
  return std::pair{std::string(name), static_cast<int16_t>(*number)};
}

ToolResult<int16_t> release_level(const std::string& release) {
  if (const auto level = metadata_version_level(release)) {
    return *level;
  }
  return features_failure(
      fmt::format("Unknown metadata.version '{}'. Supported metadata.version "
                  "are: {}",
                  release, all_metadata_version_names()));
}

std::string level_name(std::string_view feature, int16_t level) {
  const auto name =
      feature == metadata_version_feature ? metadata_version_name(level) : std::string_view();
  return name.empty() ? std::to_string(level) : std::string(name);
}

ToolResult<> print_mapping(const ParsedCommand& command) {
  const auto release = command.text("--release-version")
                           .value_or(std::string(metadata_version_name(metadata_version::latest)));
  const auto level = release_level(release);
  if (!level) {
    return std::unexpected(level.error());
  }
  print_version_mapping(*level, release);
  return {};
}

ToolResult<> print_dependencies(const std::string& feature, int16_t level) {
  if (feature == metadata_version_feature) {
    if (metadata_version_name(level).empty()) {
      return features_failure(fmt::format("Unknown metadata.version {}", level));
    }
  } else {
    const FeatureRange* known = find_feature(feature);
    if (known == nullptr) {
      return features_failure("Unknown feature: " + feature);
    }
    if (level < known->min_level || level > known->max_level) {
      return features_failure(fmt::format("No feature:{} with feature level {}", feature, level));
    }
  }
  print_feature_dependencies(feature, level);
  return {};
}

ToolResult<> print_all_dependencies(const ParsedCommand& command) {
  for (const std::string& text : command.all("--feature")) {
    const auto level = parse_level(text);
    if (!level) {
      return std::unexpected(level.error());
    }
    if (auto printed = print_dependencies(level->first, level->second); !printed) {
      return printed;
    }
  }
  return {};
}

// ---- Describing ----

ToolResult<> print_features(AdminClient& client) {
  const ApiVersionsRequest request{"kraftlab-tools", std::string(kraftlab_version)};
  const auto response = client.ask<ApiVersionsResponse>(any_node, request);
  if (!response) {
    return std::unexpected(response.error());
  }
  if (response->error_code != 0) {
    return std::unexpected(server_error(response->error_code));
  }
  std::map<std::string, int16_t> finalized;
  for (const auto& feature : response->finalized_features) {
    finalized[feature.name] = feature.max_version_level;
  }
  auto supported = response->supported_features;
  std::ranges::sort(supported, {}, &ApiVersionsResponse::SupportedFeatureKey::name);
  for (const auto& [name, min, max] : supported) {
    const int16_t level = finalized[name];
    fmt::print(
        "Feature: {:<42}SupportedMinVersion: {:<17}SupportedMaxVersion: {:<17}"
        "FinalizedVersionLevel: {:<17}Epoch: {}\n",
        name, level_name(name, min), level_name(name, max), level_name(name, level),
        response->finalized_features_epoch < 0
            ? "-"
            : std::to_string(response->finalized_features_epoch));
  }
  return {};
}

// ---- Changing ----

struct FeatureChange {
  std::string verb;  // "upgrade"
  std::string done;  // "upgraded"
  UpgradeType type = UpgradeType::Upgrade;
  FeatureLevels levels;
  bool dry_run = false;

  // "group.version to 1"; what is disabled has no level.
  std::string object(const std::string& feature, int16_t level) const {
    return verb == "disable" ? feature : fmt::format("{} to {}", feature, level);
  }
};

ToolResult<FeatureLevels> levels_of_release(const ParsedCommand& command, bool also_zero) {
  const auto level = release_level(*command.text("--release-version"));
  if (!level) {
    return std::unexpected(level.error());
  }
  FeatureLevels levels{{std::string(metadata_version_feature), *level}};
  for (const std::string_view feature : release_features) {
    const int16_t of_release = default_feature_level(feature, *level);
    if (of_release > 0 || also_zero) {
      levels[std::string(feature)] = of_release;
    }
  }
  return levels;
}

ToolResult<FeatureLevels> wanted_levels(const ParsedCommand& command) {
  FeatureLevels levels;
  if (command.has("--release-version")) {
    if (command.has("--feature") || command.has("--metadata")) {
      return features_failure("Can not specify `release-version` with other feature flags.");
    }
    return levels_of_release(command, command.command == "downgrade");
  }
  if (const auto metadata = command.text("--metadata")) {
    fmt::print(" `metadata` flag is deprecated and may be removed in a future release.\n");
    const auto level = release_level(*metadata);
    if (!level) {
      return std::unexpected(level.error());
    }
    levels[std::string(metadata_version_feature)] = *level;
  }
  for (const std::string& text : command.all("--feature")) {
    auto level = command.command == "disable" ? std::pair{text, int16_t{0}} : parse_level(text);
    if (!level) {
      return std::unexpected(level.error());
    }
    if (!levels.insert(*level).second) {
      return features_failure(
          fmt::format("Feature {} was specified more than once.", level->first));
    }
  }
  if (levels.empty()) {
    return features_failure("You must specify at least one feature to " + command.command);
  }
  return levels;
}

ToolResult<FeatureChange> wanted_change(const ParsedCommand& command) {
  auto levels = wanted_levels(command);
  if (!levels) {
    return std::unexpected(levels.error());
  }
  FeatureChange change;
  change.verb = command.command;
  change.done = command.command + "d";
  change.type = command.command == "upgrade" ? UpgradeType::Upgrade
                : command.has("--unsafe")    ? UpgradeType::UnsafeDowngrade
                                             : UpgradeType::SafeDowngrade;
  change.levels = std::move(*levels);
  change.dry_run = command.has("--dry-run");
  return change;
}

ToolResult<UpdateFeaturesResponse> update_features(AdminClient& client,
                                                   const FeatureChange& change) {
  UpdateFeaturesRequest request;
  request.timeout_ms = client.request_timeout_ms();
  request.validate_only = change.dry_run;
  for (const auto& [feature, level] : change.levels) {
    auto& update = request.feature_updates.emplace_back();
    update.feature = feature;
    update.max_version_level = level;
    update.upgrade_type = static_cast<int8_t>(change.type);
  }
  return client.ask<UpdateFeaturesResponse>(controller_node, request);
}

// One answer for all of them, or, before version 2, one for each.
std::optional<std::string> refusal_of(const UpdateFeaturesResponse& response,
                                      const std::string& feature) {
  if (response.error_code != 0) {
    return server_error(response.error_code, response.error_message).message;
  }
  const auto found = std::ranges::find(response.results, feature,
                                       &UpdateFeaturesResponse::UpdatableFeatureResult::feature);
  if (found == response.results.end() || found->error_code == 0) {
    return std::nullopt;
  }
  return server_error(found->error_code, found->error_message).message;
}

ToolResult<> change_features(AdminClient& client, const FeatureChange& change) {
  const auto response = update_features(client, change);
  if (!response) {
    return std::unexpected(response.error());
  }
  size_t failed = 0;
  for (const auto& [feature, level] : change.levels) {
    if (const auto refusal = refusal_of(*response, feature)) {
      ++failed;
      fmt::print("{} not {} {}. {}\n", change.dry_run ? "Can" : "Could", change.verb,
                 change.object(feature, level), *refusal);
      continue;
    }
    const std::string object = change.verb == "disable" ? "" : fmt::format(" to {}", level);
    fmt::print("{} {} {}{}.\n", feature, change.dry_run ? "can be" : "was", change.done, object);
  }
  if (failed > 0) {
    return features_failure(
        fmt::format("{} out of {} operation(s) failed.", failed, change.levels.size()));
  }
  return {};
}

// ---- Running ----

ToolResult<AdminClient> open_features_client(const ParsedCommand& command) {
  ClientProperties properties;
  if (const auto path = command.text("--command-config")) {
    auto read = read_client_properties(*path);
    if (!read) {
      return features_failure(*path);
    }
    properties = std::move(*read);
  }
  if (!command.has("--bootstrap-controller") && !command.has("--bootstrap-server")) {
    return features_failure(
        "Command line error: You must specify either --bootstrap-controller or "
        "--bootstrap-server..");
  }
  return open_client(command, properties);
}

ToolResult<> run_features_command(const ParsedCommand& command) {
  if (command.command == "version-mapping") {
    return print_mapping(command);
  }
  if (command.command == "feature-dependencies") {
    return print_all_dependencies(command);
  }
  auto client = open_features_client(command);
  if (!client) {
    return std::unexpected(client.error());
  }
  if (command.command == "describe") {
    return print_features(*client);
  }
  const auto change = wanted_change(command);
  return change ? change_features(*client, *change) : std::unexpected(change.error());
}

}  // namespace

int run_features(const Words& words) {
  int exit_code = 0;
  const auto command = features_parser().parse(words, exit_code);
  if (!command) {
    return exit_code;
  }
  if (const auto done = run_features_command(*command); !done) {
    std::fflush(stdout);
    fmt::print(stderr, "{}\n", done.error().message);
    return 1;
  }
  return 0;
}

}  // namespace kafka
