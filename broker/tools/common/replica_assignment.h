// --replica-assignment: brokers of a partition separated by ':', partitions separated by ','.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "broker/tools/common/tool_error.h"

namespace kafka {

// By partition, from 0. Fails on a broker id that is no number, a broker that stands twice, and
// partitions with different numbers of replicas.
[[nodiscard]] ToolResult<std::vector<std::vector<int32_t>>> parse_replica_assignment(
    std::string_view text);

}  // namespace kafka
