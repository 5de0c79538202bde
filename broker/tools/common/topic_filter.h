// TopicFilter: which topics a tool's --topic or --include means.
//
// Kafka takes a list of regular expressions: blanks go, a comma separates alternatives, quotes
// around the whole are dropped. A name must match as a whole.
#pragma once

#include <regex>
#include <string>
#include <string_view>

#include "broker/tools/common/tool_error.h"

namespace kafka {

class TopicFilter {
 public:
  // "<text> is an invalid regex."
  [[nodiscard]] static ToolResult<TopicFilter> parse(std::string_view text);

  [[nodiscard]] bool matches(const std::string& topic) const;
  // The expression as clients send it: alternatives joined by '|'.
  [[nodiscard]] const std::string& expression() const { return expression_; }

 private:
  TopicFilter() = default;
  std::string expression_;
  std::regex regex_;
};

}  // namespace kafka
