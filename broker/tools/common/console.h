// What every tool prints alike: log lines on stderr, its version, the way out.
#pragma once

#include <string>
#include <string_view>

#include "broker/tools/common/tool_error.h"

namespace kafka {

enum class LogLevel { Info, Warn, Error };

// One line on stderr: [2026-11-21 12:00:00,000] WARN <text> (<logger>)
void log_line(LogLevel level, std::string_view text, std::string_view logger);

// "4.3.0 (kraftlab 0.1.0)": the level of Kafka that the tools speak, then who they are.
std::string version_line();
int print_version();

// What a tool prints when nothing better is known: Exception in thread "main" <exception>.
int print_uncaught(const ToolError& error);

// <message>, then the whole exception, as Kafka's tools without a better idea do.
int print_failure(const ToolError& error);

int64_t wall_clock_ms();
int64_t steady_clock_ms();

}  // namespace kafka
