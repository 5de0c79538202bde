// The client that a tool's --bootstrap-server, --bootstrap-controller and --command-config ask for.
#pragma once

#include "broker/tools/admin/admin_client.h"
#include "broker/tools/common/options.h"
#include "broker/tools/common/subcommands.h"

namespace kafka {

[[nodiscard]] ToolResult<AdminClient> open_client(const Options& options);
// The same of a tool with subcommands, which has read its own --command-config.
[[nodiscard]] ToolResult<AdminClient> open_client(const ParsedCommand& command,
                                                  const ClientProperties& properties);

}  // namespace kafka
