// kafka-broker-api-versions.sh: which requests each broker takes, in which versions.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "broker/tools/admin/open_client.h"
#include "broker/tools/common/console.h"
#include "broker/tools/tools.h"
#include "protocol/api_keys.h"

namespace kafka {

namespace {

std::string range_text(VersionRange range) {
  return range.min == range.max ? std::to_string(range.min)
                                : fmt::format("{} to {}", range.min, range.max);
}

// What a client of Kafka 4.3 knows how to send to a broker. Telemetry is among it although a
// broker offers it only with a plugin.
VersionRange client_versions(const ApiInfo& api) {
  const bool telemetry =
      api.key == ApiKey::GetTelemetrySubscriptions || api.key == ApiKey::PushTelemetry;
  return telemetry ? api.described : api.on_broker;
}

std::string usable_text(VersionRange offered, VersionRange known) {
  const int16_t newest = std::min(offered.max, known.max);
  return newest < std::max(offered.min, known.min)
             ? fmt::format("[unusable: client supports {}]", range_text(known))
             : fmt::format("[usable: {}]", newest);
}

void print_node(const ClusterNode& node, const std::map<int16_t, VersionRange>& offered) {
  fmt::print("{}:{} (id: {} rack: {} isFenced: {}) -> (\n", node.address.host, node.address.port,
             node.id, node.rack.value_or("null"), node.is_fenced);
  std::map<int16_t, std::string> lines;
  for (const ApiInfo& api : api_table) {
    const VersionRange known = client_versions(api);
    const auto key = static_cast<int16_t>(api.key);
    if (!known.empty()) {
      lines[key] = fmt::format("{}({}): UNSUPPORTED", api.name, key);
    }
  }
  for (const auto& [key, range] : offered) {
    const ApiInfo* api = find_api(key);
    lines[key] = api == nullptr ? fmt::format("UNKNOWN({}): {}", key, range_text(range))
                                : fmt::format("{}({}): {} {}", api->name, key, range_text(range),
                                              usable_text(range, client_versions(*api)));
  }
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    fmt::print("\t{}{}\n", line->second, std::next(line) == lines.end() ? "" : ",");
  }
  fmt::print(")\n");
}

ToolResult<> list_versions(AdminClient& client) {
  auto nodes = client.nodes();
  if (!nodes) {
    return std::unexpected(std::move(nodes.error()));
  }
  for (const ClusterNode& node : *nodes) {
    auto versions = client.versions_of(node.id);
    if (versions) {
      print_node(node, *versions);
    } else {
      fmt::print("{}:{} (id: {} rack: {} isFenced: {}) -> ERROR: {}\n", node.address.host,
                 node.address.port, node.id, node.rack.value_or("null"), node.is_fenced,
                 versions.error().to_string());
    }
  }
  return {};
}

}  // namespace

int run_broker_api_versions(const Words& words) {
  OptionParser parser("Prints the requests and versions that each broker takes.");
  parser.value("bootstrap-server", "host:port,...", "Brokers to ask first. Required.")
      .value("command-config", "file", "Properties for the connection.")
      .help_and_version();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"bootstrap-server"})) {
    return print_usage(parser, *missing);
  }
  auto client = open_client(*options);
  if (!client) {
    return print_failure(client.error());
  }
  const auto done = list_versions(*client);
  return done ? 0 : print_failure(done.error());
}

}  // namespace kafka
