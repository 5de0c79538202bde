// The tables of kafka-consumer-groups.sh. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/tools/groups/group_admin.h"

namespace kafka {

// --list --state --type: the columns asked for, groups one a line.
[[nodiscard]] std::string list_table(const std::vector<GroupListing>& groups, bool with_state,
                                     bool with_type);

// A row of --describe --offsets: what a member reads, or what only has a committed offset.
struct OffsetRow {
  TopicPartition partition;
  std::optional<CommittedOffset> committed;
  std::optional<int64_t> log_end_offset;
  const GroupMember* member = nullptr;
};

// Members with the most partitions first, then what nobody reads.
[[nodiscard]] std::vector<OffsetRow> offset_rows(const GroupDescription& group,
                                                 const CommittedOffsets& committed,
                                                 const std::map<TopicPartition, int64_t>& ends);

[[nodiscard]] std::string offsets_table(const std::string& group,
                                        const std::vector<OffsetRow>& rows, bool verbose);
[[nodiscard]] std::string members_table(const GroupDescription& group, bool verbose);
[[nodiscard]] std::string state_table(const GroupDescription& group, bool verbose);

using NewOffsets = std::map<TopicPartition, int64_t>;
// --reset-offsets, by group. As a table, or as comma separated values (--export).
[[nodiscard]] std::string reset_table(const std::map<std::string, NewOffsets>& groups);
[[nodiscard]] std::string reset_csv(const std::map<std::string, NewOffsets>& groups,
                                    bool with_group);

}  // namespace kafka
