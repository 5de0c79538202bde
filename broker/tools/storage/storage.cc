// kafka-storage.sh: formats a node's directories, says what is in them, makes a random uuid.
//
//   random-uuid             22 characters for --cluster-id
//   format -t ID -c FILE    meta.properties and what the first start needs (controller/format.h)
//   info -c FILE            what stands in log.dirs; exit code 1 when there is a problem
//
// version-mapping and feature-dependencies are not there, and are refused by name.
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <random>

#include "broker/config/broker_config.h"
#include "broker/config/properties.h"
#include "broker/core/controller/format.h"
#include "broker/core/controller/uuids.h"
#include "broker/io/files.h"
#include "broker/tools/common/console.h"
#include "broker/tools/storage/storage_arguments.h"
#include "broker/tools/tools.h"

namespace kafka {
namespace {

constexpr size_t kDescriptorsMax = 64;

constexpr auto format_options = std::to_array<StorageOption>({
    {"--config", 'c', "CONFIG", true, false, 0, "The properties file of the node."},
    {"--cluster-id", 't', "CLUSTER_ID", true, false, 0,
     "The cluster's id, the same on every node: kafka-storage.sh random-uuid makes one."},
    {"--add-scram", 'S', "ADD_SCRAM", false, true, 0,
     "A SCRAM credential for the first start. Not supported here yet."},
    {"--ignore-formatted", 'g', "", false, false, 0,
     "Leaves directories alone that are formatted already, instead of failing."},
    {"--release-version", 'r', "RELEASE_VERSION", false, false, 0,
     "The release whose feature levels the cluster starts with, 3.3-IV3 to 4.3-IV0."},
    {"--feature", 'f', "FEATURE", false, true, 0,
     "A feature's level, as name=level: group.version=1. May be repeated."},
    {"--standalone", 's', "", false, false, 1,
     "This controller alone is the quorum at first, and others can join later. Needs "
     "controller.quorum.bootstrap.servers, and no controller.quorum.voters."},
    {"--no-initial-controllers", 'N', "", false, false, 1,
     "The node joins a quorum that exists elsewhere."},
    {"--initial-controllers", 'I', "INITIAL_CONTROLLERS", false, false, 1,
     "The first voters, as id@host:port:directory-id, with commas between them; the same list on "
     "every node."},
});
constexpr auto info_options = std::to_array<StorageOption>({
    {"--config", 'c', "CONFIG", true, false, 0, "The properties file of the node."},
});

constexpr auto commands = std::to_array<StorageCommand>({
    {"info", "Shows what stands in the node's log directories.", info_options},
    {"format", "Formats the node's log directories.", format_options},
    {"version-mapping", "Not supported here.", {}},
    {"feature-dependencies", "Not supported here.", {}},
    {"random-uuid", "Prints a random uuid.", {}},
});

constexpr std::string_view general_usage =
    "usage: kafka-storage [-h]\n"
    "                     {info,format,version-mapping,feature-dependencies,random-uuid}\n"
    "                     ...\n";

int complain(std::string_view usage, std::string_view sentence) {
  fmt::print(stderr, "{}kafka-storage: error: {}\n", usage, sentence);
  return 1;
}

int fail_with(std::string_view sentence) {
  fmt::print(stderr, "{}\n", sentence);
  return 1;
}

int print_general_help() {
  fmt::print("{}\nFormats and inspects the storage of a node.\n\npositional arguments:\n",
             general_usage);
  for (const StorageCommand& command : commands) {
    fmt::print("    {:<21}{}\n", command.name, command.doc);
  }
  fmt::print("\noptional arguments:\n  -h, --help             show this help message and exit\n");
  return 0;
}

std::expected<BrokerConfig, std::string> load_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::unexpected(fmt::format(
        "Cannot read {}: -c takes the path of a server.properties", path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto properties = parse_properties(text);
  if (!properties) {
    return std::unexpected(fmt::format("{}: {}", path, properties.error().message));
  }
  auto parsed = parse_broker_config(to_config_map(*properties));
  if (!parsed) {
    return std::unexpected(parsed.error().message);
  }
  return std::move(parsed->config);
}

// "group.version=1" -> {group.version, 1}
std::expected<std::pair<std::string, int16_t>, std::string> parse_feature(const std::string& text) {
  const size_t equals = text.find('=');
  int16_t level = 0;
  const char* begin = text.data() + std::min(equals, text.size() - 1) + 1;
  const char* end = text.data() + text.size();
  if (equals == std::string::npos || begin == end ||
      std::from_chars(begin, end, level).ptr != end) {
    return std::unexpected(fmt::format("--feature takes name=level, such as group.version=1, not {}",
                                       text));
  }
  return std::pair(text.substr(0, equals), level);
}

std::expected<FormatOptions, std::string> format_options_of(const StorageArguments& arguments) {
  FormatOptions options;
  options.cluster_id = arguments.value("--cluster-id").value_or("");
  options.ignore_formatted = arguments.has("--ignore-formatted");
  options.standalone = arguments.has("--standalone");
  options.no_initial_controllers = arguments.has("--no-initial-controllers");
  options.initial_controllers = arguments.value("--initial-controllers");
  options.release_version = arguments.value("--release-version");
  if (arguments.has("--add-scram")) {
    return std::unexpected("--add-scram: SCRAM is not supported here yet; format without it.");
  }
  for (const std::string& text : arguments.all("--feature")) {
    auto feature = parse_feature(text);
    if (!feature) {
      return std::unexpected(feature.error());
    }
    options.features.push_back(std::move(*feature));
  }
  return options;
}

uint64_t seed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

int format(const StorageArguments& arguments) {
  const auto config = load_config(*arguments.value("--config"));
  if (!config) {
    return fail_with(config.error());
  }
  const auto options = format_options_of(arguments);
  if (!options) {
    return fail_with(options.error());
  }
  PosixFiles files(kDescriptorsMax);
  SeededRandom random(seed());
  const auto report = format_storage(files, random, *config, *options, wall_clock_ms());
  if (!report) {
    return fail_with(report.error().message);
  }
  for (const std::string& line : report->lines) {
    fmt::print("{}\n", line);
  }
  return 0;
}

int info(const StorageArguments& arguments) {
  const auto config = load_config(*arguments.value("--config"));
  if (!config) {
    return fail_with(config.error());
  }
  PosixFiles files(kDescriptorsMax);
  const auto found = storage_info(files, *config);
  if (!found) {
    return fail_with(found.error().message);
  }
  for (const std::string& line : found->lines) {
    fmt::print("{}\n", line);
  }
  return found->has_problems ? 1 : 0;
}

int run_command(const StorageCommand& command, std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "-h" || word == "--help") {
      fmt::print("{}", storage_help(command));
      return 0;
    }
  }
  const auto arguments = parse_storage_arguments(command, words);
  if (!arguments) {
    return complain(storage_usage(command), arguments.error());
  }
  if (command.name == "format") {
    return format(*arguments);
  }
  if (command.name == "info") {
    return info(*arguments);
  }
  if (command.name == "random-uuid") {
    SeededRandom random(seed());
    fmt::print("{}\n", random_uuid(random).to_string());
    return 0;
  }
  return fail_with(fmt::format("kafka-storage.sh {} is not supported here; Apache Kafka's own tool "
                               "answers without a broker.", command.name));
}

}  // namespace

int run_storage(const Words& words) {
  if (words.empty()) {
    return complain(general_usage, "too few arguments");
  }
  if (words.front() == "-h" || words.front() == "--help") {
    return print_general_help();
  }
  if (words.front() == "--version") {
    return print_version();
  }
  for (const StorageCommand& command : commands) {
    if (command.name == words.front()) {
      return run_command(command, std::span(words).subspan(1));
    }
  }
  return complain(general_usage,
                  fmt::format("invalid choice: '{}' (choose from 'info', 'format', "
                              "'version-mapping', 'feature-dependencies', 'random-uuid')",
                              words.front()));
}

}  // namespace kafka
