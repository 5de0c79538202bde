#include "broker/tools/console/line_reader.h"

#include <fmt/core.h>

#include "broker/tools/common/text.h"
#include "broker/tools/console/client_config.h"

namespace kafka {

namespace {

constexpr std::string_view kafka_exception = "org.apache.kafka.common.KafkaException";

bool is_true(const ClientProperties& properties, std::string_view name) {
  return lower_case(trim(text_of(properties, name, ""))) == "true";
}

std::optional<std::string> equal_pair(std::string_view name, std::string_view a,
                                      std::string_view other, std::string_view b) {
  if (a != b) {
    return std::nullopt;
  }
  return fmt::format("{} and {} may not be equal", name, other);
}

}  // namespace

ToolResult<LineReader> LineReader::make(const ClientProperties& properties) {
  LineReader made;
  made.parse_key_ = is_true(properties, "parse.key");
  made.parse_headers_ = is_true(properties, "parse.headers");
  made.ignore_error_ = is_true(properties, "ignore.error");
  made.key_separator_ = text_of(properties, "key.separator", made.key_separator_);
  made.headers_delimiter_ = text_of(properties, "headers.delimiter", made.headers_delimiter_);
  made.headers_separator_ = text_of(properties, "headers.separator", made.headers_separator_);
  made.headers_key_separator_ =
      text_of(properties, "headers.key.separator", made.headers_key_separator_);
  if (const auto found = properties.find("null.marker"); found != properties.end()) {
    made.null_marker_ = found->second;
  }

  std::optional<std::string> clash;
  const auto clash_of = [&](std::string_view name, std::string_view a, std::string_view other,
                            std::string_view b) {
    clash = clash ? clash : equal_pair(name, a, other, b);
  };
  clash_of("headers.delimiter", made.headers_delimiter_, "headers.separator",
           made.headers_separator_);
  clash_of("headers.delimiter", made.headers_delimiter_, "headers.key.separator",
           made.headers_key_separator_);
  clash_of("headers.separator", made.headers_separator_, "headers.key.separator",
           made.headers_key_separator_);
  if (made.null_marker_) {
    clash_of("null.marker", *made.null_marker_, "key.separator", made.key_separator_);
    clash_of("null.marker", *made.null_marker_, "headers.delimiter", made.headers_delimiter_);
    clash_of("null.marker", *made.null_marker_, "headers.separator", made.headers_separator_);
    clash_of("null.marker", *made.null_marker_, "headers.key.separator",
             made.headers_key_separator_);
  }
  if (clash) {
    return tool_failure(kafka_exception, *clash);
  }
  return made;
}

ToolResult<LineRecord> LineReader::parse(std::string_view line) {
  line_ = line;
  ++line_number_;
  LineRecord record;
  std::string_view rest = line;
  if (parse_headers_) {
    auto headers = take(rest, headers_delimiter_, "headers delimiter");
    if (!headers) {
      return std::unexpected(std::move(headers.error()));
    }
    if (*headers && field(**headers)) {
      if (auto parsed = parse_headers(**headers, record); !parsed) {
        return std::unexpected(std::move(parsed.error()));
      }
    }
  }
  if (parse_key_) {
    auto key = take(rest, key_separator_, "key separator");
    if (!key) {
      return std::unexpected(std::move(key.error()));
    }
    if (*key) {
      record.key = field(**key);
    }
  }
  record.value = field(rest);
  return record;
}

ToolResult<std::optional<std::string_view>> LineReader::take(std::string_view& rest,
                                                             std::string_view separator,
                                                             std::string_view what) const {
  const size_t at = rest.find(separator);
  if (at == std::string_view::npos) {
    if (ignore_error_) {
      return std::nullopt;
    }
    return tool_failure(kafka_exception, fmt::format("No {} found on line number {}: '{}'", what,
                                                     line_number_, line_));
  }
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + separator.size());
  return taken;
}

ToolResult<> LineReader::parse_headers(std::string_view text, LineRecord& record) const {
  while (true) {
    const size_t end =
        headers_separator_.empty() ? std::string_view::npos : text.find(headers_separator_);
    const std::string_view pair = text.substr(0, end);
    const size_t at = pair.find(headers_key_separator_);
    if (at != std::string_view::npos) {
      record.headers.emplace_back(pair.substr(0, at),
                                  field(pair.substr(at + headers_key_separator_.size())));
    } else if (ignore_error_) {
      record.headers.emplace_back(pair, std::nullopt);
    } else {
      return tool_failure(
          kafka_exception,
          fmt::format("No header key separator found in pair '{}' on line number {}", pair,
                      line_number_));
    }
    if (end == std::string_view::npos || end + headers_separator_.size() == text.size()) {
      return {};
    }
    text.remove_prefix(end + headers_separator_.size());
  }
}

LineReader::Field LineReader::field(std::string_view text) const {
  if (null_marker_ && text == *null_marker_) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace kafka
