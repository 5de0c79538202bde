// The broker's own log, on stdout, in the form of Kafka's log4j layout, which people's tools parse:
//
//   [2026-11-21 12:00:00,123] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.X)
//    ^ local time             ^ level ^ message, often with a [context] first       ^ logger
//
// spdlog writes it; this header keeps spdlog out of everybody's compile time. Loggers have the
// names of Kafka's classes where a line means the same as Kafka's.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace kafka {

enum class LogLevel { Debug, Info, Warn, Error, Fatal };

// Lines below this level are dropped; Info at first.
void set_log_level(LogLevel level);
LogLevel log_level();
std::string_view level_name(LogLevel level);  // as Kafka prints it: INFO
bool logs(LogLevel level);

// Lines go there and not to stdout: a simulation puts them into its trace.
using LogSink = void (*)(LogLevel level, std::string_view logger, std::string_view message);
void set_log_sink(LogSink sink);

void log_line(LogLevel level, std::string_view logger, std::string_view message);

template <class... Args>
void log_debug(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (logs(LogLevel::Debug)) {
    log_line(LogLevel::Debug, logger, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <class... Args>
void log_info(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (logs(LogLevel::Info)) {
    log_line(LogLevel::Info, logger, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <class... Args>
void log_warn(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::Warn, logger, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::Error, logger, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_fatal(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::Fatal, logger, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace kafka
