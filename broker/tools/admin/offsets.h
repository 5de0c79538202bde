// Offsets of partitions, asked of their leaders.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "broker/core/types.h"
#include "broker/tools/admin/admin_client.h"

namespace kafka {

// What ListOffsets takes for a timestamp.
inline constexpr int64_t latest_offset = -1;
inline constexpr int64_t earliest_offset = -2;
inline constexpr int64_t max_timestamp_offset = -3;

struct FoundOffset {
  int64_t offset = -1;  // -1: there is none (no record at or after that time)
  int64_t timestamp = -1;
  ErrorCode error = ErrorCode::None;
};
using FoundOffsets = std::map<TopicPartition, FoundOffset>;

// Asks each leader once, at the most recent version both sides know. A partition without a leader,
// or that does not exist, has an error of its own.
[[nodiscard]] ToolResult<FoundOffsets> list_offsets(AdminClient& client,
                                                    const std::vector<TopicPartition>& partitions,
                                                    int64_t timestamp);

// The leader of each partition; missing ones are left out.
[[nodiscard]] ToolResult<std::map<TopicPartition, int32_t>> find_leaders(
    AdminClient& client, const std::vector<TopicPartition>& partitions);

}  // namespace kafka
