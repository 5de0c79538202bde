#include "broker/tools/common/partition_filter.h"

#include <fmt/core.h>

#include <algorithm>

#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr std::string_view terse = "org.apache.kafka.tools.TerseException";

}  // namespace

ToolResult<PartitionFilter> PartitionFilter::parse(const std::optional<std::string>& topic,
                                                   const std::optional<std::string>& partitions) {
  Rule rule;
  if (topic) {
    auto filter = TopicFilter::parse(*topic);
    if (!filter) {
      return std::unexpected(std::move(filter.error()));
    }
    rule.topic = std::move(*filter);
  }
  for (const std::string& text : split(partitions.value_or(""), ',')) {
    const auto number = parse_number(trim(text), 0, INT32_MAX);
    if (!number && !trim(text).empty()) {
      return tool_failure(terse,
                          fmt::format("--partitions expects a comma separated list of numeric "
                                      "partition ids, but received: {}",
                                      *partitions));
    }
    if (number) {
      rule.only.push_back(static_cast<int32_t>(*number));
    }
  }
  PartitionFilter made;
  made.rules_.push_back(std::move(rule));
  return made;
}

ToolResult<PartitionFilter> PartitionFilter::parse_rules(std::string_view text) {
  PartitionFilter made;
  for (const std::string& item : split(text, ',')) {
    auto rule = parse_rule(trim(item));
    if (!rule) {
      return std::unexpected(std::move(rule.error()));
    }
    made.rules_.push_back(std::move(*rule));
  }
  return made;
}

ToolResult<PartitionFilter::Rule> PartitionFilter::parse_rule(std::string_view text) {
  const auto wrong = [&] {
    return tool_failure("java.lang.RuntimeException",
                        fmt::format("{}: Invalid rule specification: {}", terse, text));
  };
  Rule rule;
  const size_t colon = text.find(':');
  if (const std::string_view topic = text.substr(0, colon); !topic.empty()) {
    auto filter = TopicFilter::parse(topic);
    if (!filter) {
      return wrong();
    }
    rule.topic = std::move(*filter);
  }
  const std::string_view range = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (range.empty()) {
    return rule;
  }
  const size_t dash = range.find('-');
  const std::string_view low = range.substr(0, dash);
  const std::string_view high = dash == std::string_view::npos ? "" : range.substr(dash + 1);
  const auto from = parse_number(low, 0, INT32_MAX);
  const auto before = parse_number(high, 0, INT32_MAX);
  if ((!low.empty() && !from) || (!high.empty() && !before) || (low.empty() && high.empty())) {
    return wrong();
  }
  rule.from = static_cast<int32_t>(from.value_or(0));
  rule.before = dash == std::string_view::npos ? rule.from + 1
                                               : static_cast<int32_t>(before.value_or(INT32_MAX));
  return rule;
}

bool PartitionFilter::matches(const TopicPartition& partition) const {
  return std::ranges::any_of(rules_, [&](const Rule& rule) {
    if (rule.topic && !rule.topic->matches(partition.topic)) {
      return false;
    }
    const bool listed =
        rule.only.empty() || std::ranges::find(rule.only, partition.partition) != rule.only.end();
    return listed && partition.partition >= rule.from && partition.partition < rule.before;
  });
}

}  // namespace kafka
