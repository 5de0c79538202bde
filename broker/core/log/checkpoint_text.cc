#include "broker/core/log/checkpoint_text.h"

#include <fmt/format.h>

namespace kafka {

namespace {

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

CheckpointRow split_words(std::string_view line) {
  CheckpointRow words;
  while (true) {
    const size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) {
      return words;
    }
    line.remove_prefix(start);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace

Result<std::vector<CheckpointRow>> parse_checkpoint_text(std::string_view text, size_t words,
                                                         std::string_view what) {
  std::vector<CheckpointRow> rows;
  if (text.empty()) {
    return rows;
  }
  const std::string_view version = take_line(text);
  if (version != "0") {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("{}: version '{}' is not 0", what, version));
  }
  const auto count = parse_number<int64_t>(take_line(text));
  if (!count || *count < 0) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("{}: the second line is not a number of rows", what));
  }
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    CheckpointRow row = split_words(line);
    if (row.size() != words) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("{}: row '{}' does not have {} words", what, line, words));
    }
    rows.push_back(std::move(row));
  }
  if (static_cast<int64_t>(rows.size()) != *count) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("{}: {} rows where {} are announced", what, rows.size(), *count));
  }
  return rows;
}

}  // namespace kafka
