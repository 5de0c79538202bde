// Small things with text that the tools share. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/text.h"  // trim

namespace kafka {

// A whole decimal number within the bounds, as Java's parseInt takes it; nullopt otherwise.
[[nodiscard]] std::optional<int64_t> parse_number(std::string_view text, int64_t low, int64_t high);

// "a,b,,c" -> a, b, "", c. An empty text is one empty item.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string lower_case(std::string_view text);
// "1,2,3"
[[nodiscard]] std::string join(const std::vector<int32_t>& numbers, std::string_view separator);

// Breaks at blanks; lines after the first are indented.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, size_t width, size_t indent);

// The word that `misspelt` was probably meant to be: nearest by edits, and near enough.
[[nodiscard]] std::optional<std::string> closest_word(std::string_view misspelt,
                                                      const std::vector<std::string>& words);

// JSON text of a string, quotes included.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace kafka
