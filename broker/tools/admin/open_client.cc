#include "broker/tools/admin/open_client.h"

namespace kafka {

ToolResult<AdminClient> open_client(const Options& options) {
  ClientProperties properties;
  const bool old_name = !options.has("command-config");  // what some tools called it
  if (const auto path = options.text(old_name ? "admin.config" : "command-config")) {
    auto read = read_client_properties(*path);
    if (!read) {
      return std::unexpected(std::move(read.error()));
    }
    properties = std::move(*read);
  }
  if (const auto controllers = options.text("bootstrap-controller")) {
    return AdminClient::make(*controllers, properties, EndpointKind::Controller);
  }
  return AdminClient::make(options.text_or("bootstrap-server", ""), properties);
}

ToolResult<AdminClient> open_client(const ParsedCommand& command,
                                    const ClientProperties& properties) {
  if (const auto controllers = command.text("--bootstrap-controller")) {
    return AdminClient::make(*controllers, properties, EndpointKind::Controller);
  }
  return AdminClient::make(command.text("--bootstrap-server").value_or(""), properties);
}

}  // namespace kafka
