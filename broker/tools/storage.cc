// kafka-storage.sh: prepares a node's directories and looks at them. What is written, and the
// rules about it, stand in broker/core/controller/format.h.
#include <fmt/core.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "broker/config/broker_config.h"
#include "broker/config/properties.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/format.h"
#include "broker/core/controller/uuids.h"
#include "broker/io/files.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/feature_text.h"
#include "broker/tools/common/subcommands.h"
#include "broker/tools/common/text.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

constexpr size_t descriptors_max = 64;

// Every number from the system: ids of directories must differ between nodes.
class SystemRandom final : public Random {
 public:
  uint64_t next() override { return static_cast<uint64_t>(device_()) << 32 | device_(); }

 private:
  std::random_device device_;
};

CommandParser storage_parser() {
  const ArgumentSpec config{.name = "--config",
                            .short_name = "-c",
                            .required = true,
                            .doc = "The node's server.properties."};
  return CommandParser(
      "kafka-storage", "Prepares the directories of a node for its first start.", {},
      {{"info", "Says what stands in the directories.", {config}},
       {"format",
        "Prepares the directories.",
        {config,
         {.name = "--cluster-id",
          .short_name = "-t",
          .required = true,
          .doc = "The id of the cluster, the same for all of its nodes; random-uuid makes one."},
         {.name = "--ignore-formatted",
          .short_name = "-g",
          .takes_value = false,
          .doc = "Leave directories alone that are formatted, instead of failing."},
         {.name = "--release-version",
          .short_name = "-r",
          .doc = "The release whose feature levels the cluster begins with, such as 4.3-IV0."},
         {.name = "--feature",
          .short_name = "-f",
          .repeatable = true,
          .doc = "A level of one feature, name=level."},
         {.name = "--standalone",
          .short_name = "-s",
          .takes_value = false,
          .doc = "This controller is the only voter to begin with.",
          .group = "voters"},
         {.name = "--no-initial-controllers",
          .short_name = "-N",
          .takes_value = false,
          .doc = "The voters are not written here: this node will learn them.",
          .group = "voters"},
         {.name = "--initial-controllers",
          .short_name = "-I",
          .doc = "The voters to begin with, id@host:port:directoryId,..., the same on all of them.",
          .group = "voters"},
         {.name = "--add-scram",
          .short_name = "-S",
          .repeatable = true,
          .doc = "Not supported: this broker has no SCRAM users."}}},
       {"version-mapping",
        "Lists the feature levels that belong to a release.",
        {{.name = "--release-version",
          .short_name = "-r",
          .doc = "The release; the newest if left out."}}},
       {"feature-dependencies",
        "Says which other levels a feature level needs.",
        {{.name = "--feature",
          .short_name = "-f",
          .required = true,
          .repeatable = true,
          .doc = "name=level"}}},
       {"random-uuid", "Makes an id for a cluster.", {}}});
}

int complain(std::string_view sentence) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", sentence);
  return 1;
}

// The node's configuration, or a sentence about it on stderr.
std::optional<BrokerConfig> read_config(const ParsedCommand& command) {
  const std::string path = command.text("--config").value_or("");
  std::ifstream file(path);
  if (!file) {
    print_uncaught({"java.nio.file.NoSuchFileException", path, {}});
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto properties = parse_properties(text);
  if (!properties) {
    complain(path + ": " + properties.error().message);
    return std::nullopt;
  }
  auto parsed = parse_broker_config(to_config_map(*properties));
  if (!parsed) {
    complain(parsed.error().message);
    return std::nullopt;
  }
  return std::move(parsed->config);
}

ToolResult<std::pair<std::string, int16_t>> parse_feature(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return tool_failure(
        "java.lang.RuntimeException",
        fmt::format("Can't parse feature=level string {}: equals sign not found.", text));
  }
  const auto level = parse_number(trim(text.substr(equals + 1)), INT16_MIN, INT16_MAX);
  if (!level) {
    return tool_failure(
        "java.lang.RuntimeException",
        fmt::format("Can't parse feature=level string {}: unable to parse {} as a short.", text,
                    text.substr(equals + 1)));
  }
  return std::pair(std::string(trim(text.substr(0, equals))), static_cast<int16_t>(*level));
}

int format(const ParsedCommand& command) {
  if (command.has("--add-scram")) {
    return complain(
        "--add-scram: this broker has no SCRAM users, so none can be added; leave it "
        "out.");
  }
  const auto config = read_config(command);
  if (!config) {
    return 1;
  }
  FormatOptions options;
  options.cluster_id = command.text("--cluster-id").value_or("");
  options.ignore_formatted = command.has("--ignore-formatted");
  options.standalone = command.has("--standalone");
  options.no_initial_controllers = command.has("--no-initial-controllers");
  options.initial_controllers = command.text("--initial-controllers");
  options.release_version = command.text("--release-version");
  for (const std::string& text : command.all("--feature")) {
    auto feature = parse_feature(text);
    if (!feature) {
      return print_uncaught(feature.error());
    }
    options.features.push_back(std::move(*feature));
  }
  PosixFiles files(descriptors_max);
  SystemRandom random;
  const auto report = format_storage(files, random, *config, options, wall_clock_ms());
  if (!report) {
    return complain(report.error().message);
  }
  for (const std::string& line : report->lines) {
    fmt::print("{}\n", line);
  }
  return 0;
}

int info(const ParsedCommand& command) {
  const auto config = read_config(command);
  if (!config) {
    return 1;
  }
  PosixFiles files(descriptors_max);
  const auto found = storage_info(files, *config);
  if (!found) {
    return complain(found.error().message);
  }
  for (const std::string& line : found->lines) {
    fmt::print("{}\n", line);
  }
  return found->has_problems ? 1 : 0;
}

int version_mapping(const ParsedCommand& command) {
  int16_t level = metadata_version::latest;
  const auto release = command.text("--release-version");
  if (release) {
    const auto known = metadata_version_level(*release);
    if (!known) {
      return complain(
          fmt::format("Unknown metadata.version '{}'. Supported metadata.version are: {}", *release,
                      all_metadata_version_names()));
    }
    level = *known;
  }
  print_version_mapping(level, release.value_or(std::string(metadata_version_name(level))));
  return 0;
}

int feature_dependencies(const ParsedCommand& command) {
  for (const std::string& text : command.all("--feature")) {
    const auto feature = parse_feature(text);
    if (!feature) {
      return print_uncaught(feature.error());
    }
    const auto& [name, level] = *feature;
    const FeatureRange* known = find_feature(name);
    if (known == nullptr) {
      return complain("Unknown feature: " + name);
    }
    if (level < 0 || level > known->max_level) {
      return complain(fmt::format("Feature level {} is not supported for feature {}", level, name));
    }
    print_feature_dependencies(name, level);
  }
  return 0;
}

}  // namespace

int run_storage(const Words& words) {
  int exit_code = 0;
  const auto command = storage_parser().parse(words, exit_code);
  if (!command) {
    return exit_code;
  }
  if (command->command == "format") {
    return format(*command);
  }
  if (command->command == "info") {
    return info(*command);
  }
  if (command->command == "version-mapping") {
    return version_mapping(*command);
  }
  if (command->command == "feature-dependencies") {
    return feature_dependencies(*command);
  }
  SystemRandom random;
  fmt::print("{}\n", random_uuid(random).to_string());
  return 0;
}

}  // namespace kafka
