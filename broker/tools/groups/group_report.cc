#include "broker/tools/groups/group_report.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker/tools/common/table.h"
#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr size_t name_width = 15;  // groups, topics, members, hosts
constexpr size_t number_width = 15;
constexpr size_t partition_width = 10;
constexpr size_t wide = 20;
constexpr size_t wider = 25;

std::string or_dash(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string or_dash(std::string_view text) {
  return text.empty() ? "-" : std::string(text);
}

// "orders:0,1;payments:2", or "-".
std::string assignment_text(const std::vector<TopicPartition>& partitions) {
  std::map<std::string, std::vector<int32_t>> topics;
  for (const TopicPartition& partition : partitions) {
    topics[partition.topic].push_back(partition.partition);
  }
  std::vector<std::string> parts;
  for (const auto& [topic, numbers] : topics) {
    parts.push_back(topic + ":" + join(numbers, ","));
  }
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ";"));
}

}  // namespace

std::string list_table(const std::vector<GroupListing>& groups, bool with_state, bool with_type) {
  constexpr size_t group_margin = 10;
  size_t longest = name_width;
  for (const GroupListing& group : groups) {
    longest = std::max(longest, group.id.size());
  }
  Rows rows = {{"GROUP"}};
  std::vector<size_t> widths = {longest + group_margin};
  const auto add_column = [&](std::string title) {
    rows.front().push_back(std::move(title));
    widths.push_back(wide);
  };
  if (with_type) {
    add_column("TYPE");
  }
  if (with_state) {
    add_column("STATE");
  }
  for (const GroupListing& group : groups) {
    auto& row = rows.emplace_back(std::vector{group.id});
    if (with_type) {
      row.push_back(group.type);
    }
    if (with_state) {
      row.push_back(group.state);
    }
  }
  return blank_table(rows, widths);
}

std::vector<OffsetRow> offset_rows(const GroupDescription& group, const CommittedOffsets& committed,
                                   const std::map<TopicPartition, int64_t>& ends) {
  std::vector<const GroupMember*> members;
  for (const GroupMember& member : group.members) {
    members.push_back(&member);
  }
  std::ranges::stable_sort(members, std::greater<>{},
                           [](const GroupMember* m) { return m->assignment.size(); });
  CommittedOffsets unread = committed;
  std::vector<OffsetRow> rows;
  const auto add = [&](const TopicPartition& partition, const GroupMember* member) {
    OffsetRow row{partition, {}, {}, member};
    if (const auto found = committed.find(partition); found != committed.end()) {
      row.committed = found->second;
    }
    if (const auto found = ends.find(partition); found != ends.end()) {
      row.log_end_offset = found->second;
    }
    rows.push_back(std::move(row));
  };
  for (const GroupMember* member : members) {
    for (const TopicPartition& partition : member->assignment) {
      add(partition, member);
      unread.erase(partition);
    }
  }
  for (const auto& [partition, offset] : unread) {
    add(partition, nullptr);
  }
  return rows;
}

std::string offsets_table(const std::string& group, const std::vector<OffsetRow>& rows,
                          bool verbose) {
  Rows table = {{"GROUP", "TOPIC", "PARTITION"}};
  std::vector<size_t> widths = {name_width, name_width, partition_width};
  const auto column = [&](std::string title, size_t width) {
    table.front().push_back(std::move(title));
    widths.push_back(width);
  };
  if (verbose) {
    column("LEADER-EPOCH", number_width);
  }
  column("CURRENT-OFFSET", number_width);
  column("LOG-END-OFFSET", number_width);
  column("LAG", number_width);
  column("CONSUMER-ID", name_width);
  column("HOST", name_width);
  for (const OffsetRow& row : rows) {
    auto& cells = table.emplace_back(
        std::vector{group, row.partition.topic, std::to_string(row.partition.partition)});
    if (verbose) {
      const bool known = row.committed && row.committed->leader_epoch >= 0;
      cells.push_back(known ? std::to_string(row.committed->leader_epoch) : "-");
    }
    const auto offset = row.committed ? std::optional(row.committed->offset) : std::nullopt;
    const auto lag =
        offset && row.log_end_offset ? std::optional(*row.log_end_offset - *offset) : std::nullopt;
    cells.push_back(or_dash(offset));
    cells.push_back(or_dash(row.log_end_offset));
    cells.push_back(or_dash(lag));
    cells.push_back(or_dash(row.member == nullptr ? "" : row.member->id));
    cells.push_back(or_dash(row.member == nullptr ? "" : row.member->host));
    cells.push_back(or_dash(row.member == nullptr ? "" : row.member->client_id));
  }
  table.front().emplace_back("CLIENT-ID");  // the last column is not padded
  return "\n" + ragged_table(table, widths);
}

std::string members_table(const GroupDescription& group, bool verbose) {
  const bool with_instances = std::ranges::any_of(
      group.members, [](const GroupMember& m) { return m.instance_id.has_value(); });
  Rows table = {{"GROUP", "CONSUMER-ID"}};
  std::vector<size_t> widths = {name_width, name_width};
  const auto column = [&](std::string title, size_t width) {
    table.front().push_back(std::move(title));
    widths.push_back(width);
  };
  if (with_instances) {
    column("GROUP-INSTANCE-ID", 17);
  }
  column("HOST", name_width);
  column("CLIENT-ID", name_width);
  column("#PARTITIONS", number_width);
  if (verbose) {
    column("CURRENT-EPOCH", number_width);
    column("CURRENT-ASSIGNMENT", wide);
    column("TARGET-EPOCH", number_width);
    column("TARGET-ASSIGNMENT", wide);
  }
  for (const GroupMember& member : group.members) {
    auto& cells = table.emplace_back(std::vector{group.id, member.id});
    if (with_instances) {
      cells.push_back(member.instance_id.value_or(""));
    }
    cells.push_back(member.host);
    cells.push_back(member.client_id);
    cells.push_back(std::to_string(member.assignment.size()));
    if (verbose) {
      cells.push_back(or_dash(member.epoch));
      cells.push_back(assignment_text(member.assignment));
      cells.push_back(or_dash(member.target_epoch));
      cells.push_back(assignment_text(member.target_assignment));
    }
  }
  if (!verbose) {
    table.front().emplace_back();  // a blank stands behind the last column
    for (size_t i = 1; i < table.size(); ++i) {
      table[i].emplace_back();
    }
  }
  return "\n" + ragged_table(table, widths);
}

std::string state_table(const GroupDescription& group, bool verbose) {
  const auto& address = group.coordinator.address;
  Rows table = {
      {"GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE"},
      {group.id, fmt::format("{}:{}  ({})", address.host, address.port, group.coordinator.id),
       or_dash(group.assignor), group.state}};
  std::vector<size_t> widths = {name_width, wider, wide, wide};
  if (verbose) {
    table[0].insert(table[0].end(), {"GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH"});
    table[1].insert(table[1].end(), {or_dash(group.epoch), or_dash(group.target_epoch)});
    widths.insert(widths.end(), {number_width, wider});
  }
  table[0].emplace_back("#MEMBERS");
  table[1].push_back(std::to_string(group.members.size()));
  return "\n" + ragged_table(table, widths);
}

std::string reset_table(const std::map<std::string, NewOffsets>& groups) {
  Rows table = {{"GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"}};
  for (const auto& [group, offsets] : groups) {
    for (const auto& [partition, offset] : offsets) {
      table.push_back(
          {group, partition.topic, std::to_string(partition.partition), std::to_string(offset)});
    }
  }
  return "\n" + ragged_table(table, {name_width, name_width, partition_width});
}

std::string reset_csv(const std::map<std::string, NewOffsets>& groups, bool with_group) {
  std::string out;
  for (const auto& [group, offsets] : groups) {
    for (const auto& [partition, offset] : offsets) {
      out += with_group ? group + "," : "";
      out += fmt::format("{},{},{}\n", partition.topic, partition.partition, offset);
    }
  }
  return out + "\n";
}

}  // namespace kafka
