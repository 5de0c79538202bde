// --reset-offsets: which partitions of a group get which new offsets.
#pragma once

#include <string>
#include <vector>

#include "broker/tools/common/options.h"
#include "broker/tools/groups/group_admin.h"
#include "broker/tools/groups/group_report.h"

namespace kafka {

// A usage complaint rather than a failure of the command.
inline constexpr std::string_view usage_complaint = "usage";

// --topic t:0,1 names partitions, --topic t all of the topic's.
[[nodiscard]] ToolResult<std::vector<TopicPartition>> named_partitions(
    AdminClient& client, const std::vector<std::string>& arguments);

// The offsets that --from-file gives, by group: group,topic,partition,offset lines when several
// groups are asked for, else topic,partition,offset.
[[nodiscard]] ToolResult<std::map<std::string, NewOffsets>> read_offsets_file(
    const std::string& path, const std::vector<std::string>& groups);

// New offsets of one group, by the scenario in the options. Prints warnings where an offset had to
// be brought into the log's range.
[[nodiscard]] ToolResult<NewOffsets> plan_reset(AdminClient& client, const std::string& group,
                                                const Options& options, int64_t now_ms);

}  // namespace kafka
