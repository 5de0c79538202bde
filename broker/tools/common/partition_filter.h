// PartitionFilter: the partitions that kafka-get-offsets.sh was asked about. Pure.
//
//   --topic 'or.*' --partitions 0,2      all topics that match, these partitions
//   --topic-partitions orders:0,pay.*:1-3,audit:-2,log:5-,:0
//                                        rules; an upper end is excluded, no topic is any topic
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/types.h"
#include "broker/tools/common/topic_filter.h"

namespace kafka {

class PartitionFilter {
 public:
  [[nodiscard]] static ToolResult<PartitionFilter> parse(
      const std::optional<std::string>& topic, const std::optional<std::string>& partitions);
  [[nodiscard]] static ToolResult<PartitionFilter> parse_rules(std::string_view text);

  [[nodiscard]] bool matches(const TopicPartition& partition) const;

 private:
  struct Rule {
    std::optional<TopicFilter> topic;  // any, if there is none
    std::vector<int32_t> only;         // these partitions; all, if empty
    int32_t from = 0;
    int32_t before = INT32_MAX;
  };
  [[nodiscard]] static ToolResult<Rule> parse_rule(std::string_view text);

  std::vector<Rule> rules_;
};

}  // namespace kafka
