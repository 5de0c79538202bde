// Where to find a cluster: the value of --bootstrap-server, and the client properties that
// --command-config names. Pure but for reading the file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/listeners.h"
#include "broker/tools/common/tool_error.h"

namespace kafka {

// key=value of client.properties files; the last one of a key wins.
using ClientProperties = std::map<std::string, std::string, std::less<>>;

// "host:port,host2:port". The error is the ConfigException that Kafka's clients give.
[[nodiscard]] ToolResult<std::vector<HostPort>> parse_bootstrap(std::string_view text);

[[nodiscard]] ToolResult<ClientProperties> read_client_properties(const std::string& path);

}  // namespace kafka
