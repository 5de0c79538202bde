// ToolError: why a tool could not do what it was asked, as the tools of Apache Kafka say it.
//
// They print an exception: its class and its sentence. Scripts look for both, so an error here
// carries both. A server's error code knows its class (exception_of); what a tool finds wrong by
// itself names one. What the server wrote about the error wins over the default sentence.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/error.h"

namespace kafka {

struct ToolError {
  std::string exception;  // "org.apache.kafka.common.errors.TopicExistsException"
  std::string message;
  std::optional<ErrorCode> code;  // set when a broker answered with it

  // "<exception>: <message>", the way a Java exception prints itself.
  [[nodiscard]] std::string to_string() const;
};

template <class T = void>
using ToolResult = std::expected<T, ToolError>;

inline constexpr std::string_view illegal_argument = "java.lang.IllegalArgumentException";
inline constexpr std::string_view config_exception =
    "org.apache.kafka.common.config.ConfigException";

[[nodiscard]] inline std::unexpected<ToolError> tool_failure(std::string_view exception,
                                                             std::string message) {
  return std::unexpected(ToolError{std::string(exception), std::move(message), std::nullopt});
}

// The error that a response carries: without a message of the server's, the default sentence.
[[nodiscard]] ToolError server_error(int16_t code, const std::optional<std::string>& message = {});

// "org.apache.kafka.common.errors.TimeoutException" for RequestTimedOut, and so on.
[[nodiscard]] std::string exception_of(ErrorCode code);
// The sentence Kafka's clients use when a broker sent none.
[[nodiscard]] std::string default_sentence(ErrorCode code);

}  // namespace kafka
