#include "broker/tools/admin/addresses.h"

#include <fmt/core.h>

#include <fstream>
#include <iterator>

#include "broker/config/properties.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

std::optional<HostPort> parse_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  if (const size_t scheme = host.find("://"); scheme != std::string_view::npos) {
    host.remove_prefix(scheme + 3);  // PLAINTEXT://host:port is taken too
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  const auto port = parse_number(text.substr(colon + 1), 0, 65535);
  if (host.empty() || !port) {
    return std::nullopt;
  }
  return HostPort{std::string(host), static_cast<int32_t>(*port)};
}

}  // namespace

ToolResult<std::vector<HostPort>> parse_bootstrap(std::string_view text) {
  std::vector<HostPort> addresses;
  for (const std::string& item : split(text, ',')) {
    const std::string_view trimmed = trim(item);
    if (trimmed.empty()) {
      continue;
    }
    const auto address = parse_address(trimmed);
    if (!address) {
      return tool_failure(config_exception,
                          fmt::format("Invalid url in bootstrap.servers: {}", trimmed));
    }
    addresses.push_back(*address);
  }
  if (addresses.empty()) {
    return tool_failure(config_exception,
                        "No resolvable bootstrap urls given in bootstrap.servers");
  }
  return addresses;
}

ToolResult<ClientProperties> read_client_properties(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return tool_failure("java.nio.file.NoSuchFileException", path);
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto parsed = parse_properties(text);
  if (!parsed) {
    return tool_failure(illegal_argument, path + ": " + parsed.error().message);
  }
  ClientProperties properties;
  for (Property& property : *parsed) {
    properties[property.key] = std::move(property.value);
  }
  return properties;
}

}  // namespace kafka
