// kafka-server: one node, in the foreground, until a signal.
//
//   kafka-server server.properties [--override key=value]... [--from-environment]
//
// Properties come from the file, then KAFKA_* variables if asked for (as the Docker image does),
// then --override; the last one wins. Exit code 1 and one sentence when it cannot start.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/config/properties.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"

extern char** environ;

namespace kafka {
namespace {

constexpr std::string_view usage =
    "USAGE: kafka-server [--from-environment] server.properties [--override property=value]*\n"
    "  server.properties    the configuration of this node, in Kafka's format\n"
    "  --override k=v       sets or replaces a property; may be repeated\n"
    "  --from-environment   reads KAFKA_* variables too: KAFKA_NUM_PARTITIONS is num.partitions\n"
    "  --version            prints the version\n"
    "  --help               prints this\n";

struct Arguments {
  std::string file;
  std::vector<std::string> overrides;
  bool from_environment = false;
};

int complain(std::string_view sentence) {
  fmt::print(stderr, "{}\n", sentence);
  return EXIT_FAILURE;
}

// Nothing when the program is to end with *exit_code.
std::optional<Arguments> parse_arguments(int count, char** values, int& exit_code) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = values[i];
    if (argument == "--help" || argument == "-h") {
      fmt::print("{}", usage);
      exit_code = EXIT_SUCCESS;
      return std::nullopt;
    }
    if (argument == "--version") {
      fmt::print("4.3.0 (kraftlab 0.1.0)\n");
      exit_code = EXIT_SUCCESS;
      return std::nullopt;
    }
    if (argument == "--from-environment") {
      arguments.from_environment = true;
    } else if (argument == "--override" && i + 1 < count) {
      arguments.overrides.emplace_back(values[++i]);
    } else if (argument.starts_with("--override=")) {
      arguments.overrides.emplace_back(argument.substr(std::string_view("--override=").size()));
    } else if (!argument.starts_with("-") && arguments.file.empty()) {
      arguments.file = argument;
    } else {
      exit_code = complain(fmt::format("Unknown argument {}\n{}", argument, usage));
      return std::nullopt;
    }
  }
  if (arguments.file.empty()) {
    exit_code = complain(usage);
    return std::nullopt;
  }
  return arguments;
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const size_t equals = text.find('='); equals != text.npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

Result<ConfigMap> read_properties(const Arguments& arguments) {
  std::ifstream file(arguments.file, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("Cannot read {}: give the path of a server.properties",
                            arguments.file));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Result<std::vector<Property>> parsed = parse_properties(text);
  if (!parsed) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("{}: {}", arguments.file, parsed.error().message));
  }
  ConfigMap properties = to_config_map(*parsed);
  if (arguments.from_environment) {
    for (auto& [key, value] : properties_from_environment(environment())) {
      properties.insert_or_assign(key, value);
    }
  }
  for (const std::string& text_of_override : arguments.overrides) {
    const Result<Property> property = parse_override(text_of_override);
    if (!property) {
      return std::unexpected(property.error());
    }
    properties.insert_or_assign(property->key, property->value);
  }
  return properties;
}

int serve(const Arguments& arguments) {
  const Result<ConfigMap> properties = read_properties(arguments);
  if (!properties) {
    return complain(properties.error().message);
  }
  Result<ParsedBrokerConfig> parsed = parse_broker_config(*properties);
  if (!parsed) {
    return complain(parsed.error().message);
  }
  for (const std::string& warning : parsed->warnings) {
    log_warn("org.apache.kafka.common.config.AbstractConfig", "{}", warning);
  }
  Result<std::unique_ptr<Node>> node = Node::start(std::move(parsed->config));
  if (!node) {
    log_fatal("kafka.Kafka$", "Exiting Kafka due to a failed start");
    return complain(node.error().message);
  }
  return (*node)->run();
}

}  // namespace
}  // namespace kafka

int main(int count, char** values) {
  int exit_code = EXIT_SUCCESS;
  const auto arguments = kafka::parse_arguments(count, values, exit_code);
  if (!arguments) {
    return exit_code;
  }
  try {
    return kafka::serve(*arguments);
  } catch (const std::exception& error) {  // libraries, and memory that ran out
    return kafka::complain(fmt::format("The node had to stop: {}", error.what()));
  }
}
