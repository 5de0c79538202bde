#include "broker/node/log_format.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace kafka {

namespace {

LogLevel lowest = LogLevel::Info;
LogSink log_sink = nullptr;

spdlog::logger& output() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = spdlog::stdout_logger_mt("kafka");
    made->set_pattern("[%Y-%m-%d %H:%M:%S,%e] %v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);  // whoever waits for a line must see it
    return made;
  }();
  return *logger;
}

}  // namespace

void set_log_level(LogLevel level) {
  lowest = level;
}

LogLevel log_level() {
  return lowest;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "DEBUG";
    case LogLevel::Info:
      return "INFO";
    case LogLevel::Warn:
      return "WARN";
    case LogLevel::Error:
      return "ERROR";
    case LogLevel::Fatal:
      return "FATAL";
  }
  return "INFO";
}

bool logs(LogLevel level) {
  return level >= lowest;
}

void set_log_sink(LogSink sink) {
  log_sink = sink;
}

void log_line(LogLevel level, std::string_view logger, std::string_view message) {
  if (log_sink != nullptr) {
    log_sink(level, logger, message);
  } else if (logs(level)) {
    output().info("{} {} ({})", level_name(level), message, logger);
  }
}

}  // namespace kafka
