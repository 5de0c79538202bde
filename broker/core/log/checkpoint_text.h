// The text form that all checkpoint files share: version, number of rows, rows.
//
//    0
//    2
//    orders 0 120
//    orders 1 98
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kafka {

using CheckpointRow = std::vector<std::string_view>;  // its words

// Rows of exactly `words` words each, at most as many as line 2 says and no fewer. An empty text
// (a file that was made and never written) has no rows. `what` names the file in errors.
Result<std::vector<CheckpointRow>> parse_checkpoint_text(std::string_view text, size_t words,
                                                         std::string_view what);

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace kafka
