#include "broker/tools/common/topic_filter.h"

namespace kafka {

ToolResult<TopicFilter> TopicFilter::parse(std::string_view text) {
  TopicFilter filter;
  for (const char c : text) {
    if (c == ' ') {
      continue;
    }
    filter.expression_ += c == ',' ? '|' : c;
  }
  const auto is_quote = [](char c) { return c == '"' || c == '\''; };
  std::string& expression = filter.expression_;
  while (!expression.empty() && is_quote(expression.front())) {
    expression.erase(0, 1);
  }
  while (!expression.empty() && is_quote(expression.back())) {
    expression.pop_back();
  }
  try {
    filter.regex_ = std::regex(expression, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    return tool_failure("java.lang.RuntimeException", std::string(text) + " is an invalid regex.");
  }
  return filter;
}

bool TopicFilter::matches(const std::string& topic) const {
  return std::regex_match(topic, regex_);
}

}  // namespace kafka
