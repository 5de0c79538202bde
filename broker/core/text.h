// Text as files, configurations and command lines hold it. Pure.
#pragma once

#include <string_view>

namespace kafka {

// Without the blanks (space, tab, line end, form feed, vertical tab) at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace kafka
