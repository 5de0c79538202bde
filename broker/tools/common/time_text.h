// Points and spans of time as the tools take them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/tools/common/tool_error.h"

namespace kafka {

// "2026-11-21T12:00:00.000", with Z, +02:00, +0200 or +02 behind it; UTC without. Milliseconds
// since 1970. A java.text.ParseException otherwise.
[[nodiscard]] ToolResult<int64_t> parse_date_time(std::string_view text);

// "P1DT2H3M4.5S" in milliseconds.
[[nodiscard]] ToolResult<int64_t> parse_duration(std::string_view text);

}  // namespace kafka
