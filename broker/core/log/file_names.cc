#include "broker/core/log/file_names.h"

#include <fmt/format.h>

#include "broker/core/log/checkpoint_text.h"

namespace kafka {

namespace {
constexpr size_t digits = 20;
}

std::string segment_file_name(int64_t offset, std::string_view suffix) {
  return fmt::format("{:020}{}", offset, suffix);
}

std::optional<SegmentFileName> parse_segment_file_name(std::string_view name) {
  if (name.size() < digits || name.find_first_not_of("0123456789") < digits) {
    return std::nullopt;
  }
  const auto offset = parse_number<int64_t>(name.substr(0, digits));
  const std::string_view suffix = name.substr(digits);
  if (!offset || (!suffix.empty() && suffix[0] != '.')) {
    return std::nullopt;  // "…-0000000005.checkpoint" is a KRaft snapshot, not ours
  }
  return SegmentFileName{*offset, suffix};
}

}  // namespace kafka
