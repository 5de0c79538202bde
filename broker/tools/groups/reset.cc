#include "broker/tools/groups/reset.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "broker/tools/admin/offsets.h"
#include "broker/tools/common/console.h"
#include "broker/tools/common/text.h"
#include "broker/tools/common/time_text.h"
#include "broker/tools/topics/topic_admin.h"

namespace kafka {

namespace {

constexpr std::string_view logger = "org.apache.kafka.tools.OffsetsUtils";

using Partitions = std::vector<TopicPartition>;

struct Bounds {
  std::map<TopicPartition, int64_t> earliest;
  std::map<TopicPartition, int64_t> latest;
};

ToolResult<std::map<TopicPartition, int64_t>> offsets_at(AdminClient& client,
                                                         const Partitions& partitions,
                                                         int64_t timestamp) {
  auto found = list_offsets(client, partitions, timestamp);
  if (!found) {
    return std::unexpected(std::move(found.error()));
  }
  std::map<TopicPartition, int64_t> offsets;
  std::vector<std::string> missing;
  for (const auto& [partition, entry] : *found) {
    if (entry.error == ErrorCode::UnknownTopicOrPartition) {
      missing.push_back(kafka::to_string(partition));
    } else if (entry.error != ErrorCode::None) {
      return std::unexpected(server_error(static_cast<int16_t>(entry.error)));
    }
    offsets[partition] = entry.offset;
  }
  if (!missing.empty()) {
    return tool_failure(
        exception_of(ErrorCode::UnknownTopicOrPartition),
        fmt::format("The partitions \"{}\" do not exist", fmt::join(missing, ", ")));
  }
  return offsets;
}

ToolResult<Bounds> bounds_of(AdminClient& client, const Partitions& partitions) {
  auto earliest = offsets_at(client, partitions, earliest_offset);
  if (!earliest) {
    return std::unexpected(std::move(earliest.error()));
  }
  auto latest = offsets_at(client, partitions, latest_offset);
  if (!latest) {
    return std::unexpected(std::move(latest.error()));
  }
  return Bounds{std::move(*earliest), std::move(*latest)};
}

// Brings wanted offsets into what the logs hold.
ToolResult<NewOffsets> in_range(AdminClient& client, const NewOffsets& wanted) {
  Partitions partitions;
  for (const auto& [partition, offset] : wanted) {
    partitions.push_back(partition);
  }
  const auto bounds = bounds_of(client, partitions);
  if (!bounds) {
    return std::unexpected(bounds.error());
  }
  NewOffsets offsets;
  for (const auto& [partition, offset] : wanted) {
    const int64_t low = bounds->earliest.at(partition);
    const int64_t high = bounds->latest.at(partition);
    if (offset > high || offset < low) {
      log_line(LogLevel::Warn,
               fmt::format("New offset ({}) is {} offset for topic partition {}. Value will be set "
                           "to {}",
                           offset, offset > high ? "higher than latest" : "lower than earliest",
                           kafka::to_string(partition), offset > high ? high : low),
               logger);
    }
    offsets[partition] = std::clamp(offset, low, std::max(low, high));
  }
  return offsets;
}

ToolResult<NewOffsets> by_time(AdminClient& client, const Partitions& partitions,
                               int64_t timestamp) {
  auto found = offsets_at(client, partitions, timestamp);
  if (!found) {
    return found;
  }
  auto latest = offsets_at(client, partitions, latest_offset);
  if (!latest) {
    return latest;
  }
  for (auto& [partition, offset] : *found) {
    if (offset < 0) {
      fmt::print(
          "\nWarn: Partition {} from topic {} is empty. Falling back to latest known "
          "offset.\n",
          partition.partition, partition.topic);
      offset = latest->at(partition);
    }
  }
  return found;
}

ToolResult<NewOffsets> shifted(AdminClient& client, const std::string& group,
                               const Partitions& partitions, int64_t by) {
  const auto committed = committed_offsets(client, group);
  if (!committed) {
    return std::unexpected(committed.error());
  }
  NewOffsets wanted;
  for (const TopicPartition& partition : partitions) {
    const auto found = committed->find(partition);
    if (found == committed->end()) {
      return tool_failure(
          usage_complaint,
          fmt::format("Cannot shift offset for partition {} since there is no current committed "
                      "offset",
                      kafka::to_string(partition)));
    }
    wanted[partition] = found->second.offset + by;
  }
  return in_range(client, wanted);
}

// Where the group is, and the end for partitions that it has no offset of.
ToolResult<NewOffsets> current(AdminClient& client, const std::string& group,
                               const Partitions& partitions) {
  const auto committed = committed_offsets(client, group);
  if (!committed) {
    return std::unexpected(committed.error());
  }
  auto offsets = offsets_at(client, partitions, latest_offset);
  if (offsets) {
    for (auto& [partition, offset] : *offsets) {
      if (const auto found = committed->find(partition); found != committed->end()) {
        offset = found->second.offset;
      }
    }
  }
  return offsets;
}

ToolResult<Partitions> partitions_to_reset(AdminClient& client, const std::string& group,
                                           const Options& options) {
  if (!options.has("all-topics")) {
    return named_partitions(client, options.all("topic"));
  }
  const auto committed = committed_offsets(client, group);
  if (!committed) {
    return std::unexpected(committed.error());
  }
  Partitions partitions;
  for (const auto& [partition, offset] : *committed) {
    partitions.push_back(partition);
  }
  return partitions;
}

}  // namespace

ToolResult<Partitions> named_partitions(AdminClient& client,
                                        const std::vector<std::string>& arguments) {
  Partitions partitions;
  std::vector<std::string> whole_topics;
  for (const std::string& argument : arguments) {
    const size_t colon = argument.find(':');
    if (colon == std::string::npos) {
      whole_topics.push_back(argument);
      continue;
    }
    for (const std::string& text : split(argument.substr(colon + 1), ',')) {
      const auto number = parse_number(trim(text), 0, INT32_MAX);
      if (!number) {
        return tool_failure(
            usage_complaint,
            fmt::format("Invalid partition '{}' specified in topic arg '{}''", text, argument));
      }
      partitions.push_back({argument.substr(0, colon), static_cast<int32_t>(*number)});
    }
  }
  if (!whole_topics.empty()) {
    auto topics = describe_topics(client, whole_topics);
    if (!topics) {
      return std::unexpected(std::move(topics.error()));
    }
    if (topics->size() < whole_topics.size()) {
      return std::unexpected(
          server_error(static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition)));
    }
    for (const TopicDescription& topic : *topics) {
      for (const auto& partition : topic.partitions) {
        partitions.push_back({topic.name.value_or(""), partition.partition_index});
      }
    }
  }
  return partitions;
}

ToolResult<std::map<std::string, NewOffsets>> read_offsets_file(
    const std::string& path, const std::vector<std::string>& groups) {
  std::ifstream file(path);
  if (!file) {
    return tool_failure("java.lang.RuntimeException",
                        "java.io.IOException: Unable to read file " + path);
  }
  std::map<std::string, NewOffsets> all;
  std::string line;
  while (std::getline(file, line)) {
    if (trim(line).empty()) {
      continue;
    }
    std::vector<std::string> cells = split(trim(line), ',');
    if (cells.size() == 3 && groups.size() == 1) {
      cells.insert(cells.begin(), groups.front());
    }
    const auto partition =
        cells.size() == 4 ? parse_number(trim(cells[2]), 0, INT32_MAX) : std::nullopt;
    const auto offset =
        cells.size() == 4 ? parse_number(trim(cells[3]), 0, INT64_MAX) : std::nullopt;
    if (!partition || !offset) {
      return tool_failure(
          illegal_argument,
          fmt::format("{}: \"{}\" is not [group,]topic,partition,offset", path, trim(line)));
    }
    all[cells[0]][{cells[1], static_cast<int32_t>(*partition)}] = *offset;
  }
  return all;
}

ToolResult<NewOffsets> plan_reset(AdminClient& client, const std::string& group,
                                  const Options& options, int64_t now_ms) {
  if (const auto path = options.text("from-file")) {
    auto all = read_offsets_file(*path, options.all("group"));
    if (!all) {
      return std::unexpected(std::move(all.error()));
    }
    return in_range(client, (*all)[group]);
  }
  const auto partitions = partitions_to_reset(client, group, options);
  if (!partitions) {
    return std::unexpected(partitions.error());
  }
  if (options.has("to-earliest")) {
    return offsets_at(client, *partitions, earliest_offset);
  }
  if (options.has("to-latest")) {
    return offsets_at(client, *partitions, latest_offset);
  }
  if (options.has("to-current")) {
    return current(client, group, *partitions);
  }
  if (const auto by = options.number("shift-by")) {
    return shifted(client, group, *partitions, *by);
  }
  if (const auto offset = options.number("to-offset")) {
    NewOffsets wanted;
    for (const TopicPartition& partition : *partitions) {
      wanted[partition] = *offset;
    }
    return in_range(client, wanted);
  }
  auto time = options.has("to-datetime") ? parse_date_time(options.text_or("to-datetime", ""))
                                         : parse_duration(options.text_or("by-duration", ""));
  if (!time) {
    const bool wrapped = options.has("to-datetime");  // in a RuntimeException, where it is Java
    return tool_failure("java.lang.RuntimeException",
                        wrapped ? time.error().to_string() : time.error().message);
  }
  return by_time(client, *partitions, options.has("to-datetime") ? *time : now_ms - *time);
}

}  // namespace kafka
