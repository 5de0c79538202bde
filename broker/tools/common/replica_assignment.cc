#include "broker/tools/common/replica_assignment.h"

#include <fmt/core.h>

#include <algorithm>

#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr std::string_view command_failed = "org.apache.kafka.tools.AdminCommandFailedException";
constexpr std::string_view operation_failed = "org.apache.kafka.tools.AdminOperationException";
constexpr std::string_view no_number = "java.lang.NumberFormatException";

std::vector<int32_t> repeated(std::vector<int32_t> brokers) {
  std::vector<int32_t> twice;
  for (const int32_t broker : brokers) {
    if (std::ranges::count(brokers, broker) > 1 &&
        std::ranges::find(twice, broker) == twice.end()) {
      twice.push_back(broker);
    }
  }
  return twice;
}

}  // namespace

ToolResult<std::vector<std::vector<int32_t>>> parse_replica_assignment(std::string_view text) {
  std::vector<std::vector<int32_t>> partitions;
  for (const std::string& item : split(text, ',')) {
    std::vector<int32_t> brokers;
    for (const std::string& word : split(item, ':')) {
      const auto broker = parse_number(trim(word), INT32_MIN, INT32_MAX);
      if (!broker) {
        return tool_failure(no_number, fmt::format("For input string: \"{}\"", trim(word)));
      }
      brokers.push_back(static_cast<int32_t>(*broker));
    }
    if (const auto twice = repeated(brokers); !twice.empty()) {
      return tool_failure(
          command_failed,
          "Partition replica lists may not contain duplicate entries: " + join(twice, ","));
    }
    if (!partitions.empty() && partitions.front().size() != brokers.size()) {
      return tool_failure(operation_failed,
                          fmt::format("Partition {} has different replication factor: [{}]",
                                      partitions.size(), join(brokers, ", ")));
    }
    partitions.push_back(std::move(brokers));
  }
  return partitions;
}

}  // namespace kafka
