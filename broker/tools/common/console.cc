#include "broker/tools/common/console.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <ctime>

#include "broker/core/versions.h"

namespace kafka {

namespace {

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::Info:
      return "INFO";
    case LogLevel::Warn:
      return "WARN";
    case LogLevel::Error:
      return "ERROR";
  }
  return "ERROR";
}

}  // namespace

void log_line(LogLevel level, std::string_view text, std::string_view logger) {
  const int64_t now = wall_clock_ms();
  const std::time_t seconds = now / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::fflush(stdout);
  fmt::print(stderr, "[{:%Y-%m-%d %H:%M:%S},{:03}] {} {} ({})\n", local, now % 1000, name(level),
             text, logger);
}

std::string version_line() {
  return fmt::format("{} (kraftlab {})", kafka_level, kraftlab_version);
}

int print_version() {
  fmt::print("{}\n", version_line());
  return 0;
}

int print_uncaught(const ToolError& error) {
  std::fflush(stdout);
  fmt::print(stderr, "Exception in thread \"main\" {}\n", error.to_string());
  return 1;
}

int print_failure(const ToolError& error) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n{}\n", error.message, error.to_string());
  return 1;
}

int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

int64_t steady_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace kafka
