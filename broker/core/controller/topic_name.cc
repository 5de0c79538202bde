#include "broker/core/controller/topic_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace kafka {
namespace {

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::unexpected<Error> invalid(std::string_view why) {
  return fail(ErrorCode::InvalidTopicException, fmt::format("Topic name is invalid: {}", why));
}

}  // namespace

Result<> check_topic_name(std::string_view name) {
  if (name.empty()) {
    return invalid("it is empty");
  }
  if (name == "." || name == "..") {
    return invalid(fmt::format("'{}' is not allowed", name));
  }
  if (name.size() > topic_name_bytes_max) {
    return invalid(fmt::format("'{}' has {} characters, the longest allowed name has {}", name,
                               name.size(), topic_name_bytes_max));
  }
  if (!std::ranges::all_of(name, is_allowed)) {
    return invalid(
        fmt::format("'{}' has other characters than ASCII letters, digits, '.', '_' and '-'",
                    name));
  }
  return {};
}

bool names_collide(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return x == y || ((x == '.' || x == '_') && (y == '.' || y == '_'));
  });
}

}  // namespace kafka
