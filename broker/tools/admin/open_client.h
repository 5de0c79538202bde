// The client that a tool's --bootstrap-server, --bootstrap-controller and --command-config ask for.
#pragma once

#include "broker/tools/admin/admin_client.h"
#include "broker/tools/common/options.h"

namespace kafka {

[[nodiscard]] ToolResult<AdminClient> open_client(const Options& options);

}  // namespace kafka
