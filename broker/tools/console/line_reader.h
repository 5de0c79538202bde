// LineReader: how the console producer makes a record out of a line. Pure.
//
//   parse.headers=true parse.key=true:   h1:v1,h2:v2 <tab> key <tab> value
//
// All separators can be changed (key.separator, headers.delimiter, headers.separator,
// headers.key.separator); a field equal to null.marker is null. A line that lacks a separator is
// an error, unless ignore.error=true: then it is the value as it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/tool_error.h"

namespace kafka {

struct LineRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  friend bool operator==(const LineRecord&, const LineRecord&) = default;
};

class LineReader {
 public:
  // Fails when two separators are equal.
  [[nodiscard]] static ToolResult<LineReader> make(const ClientProperties& properties);

  // Lines are counted from 1, for the error.
  [[nodiscard]] ToolResult<LineRecord> parse(std::string_view line);

 private:
  using Field = std::optional<std::string>;

  LineReader() = default;
  // What stands in front of the separator; `rest` moves behind it. nullopt: there is none, and
  // that is forgiven.
  [[nodiscard]] ToolResult<std::optional<std::string_view>> take(std::string_view& rest,
                                                                 std::string_view separator,
                                                                 std::string_view what) const;
  [[nodiscard]] ToolResult<> parse_headers(std::string_view text, LineRecord& record) const;
  [[nodiscard]] Field field(std::string_view text) const;

  bool parse_key_ = false;
  bool parse_headers_ = false;
  bool ignore_error_ = false;
  std::string key_separator_ = "\t";
  std::string headers_delimiter_ = "\t";
  std::string headers_separator_ = ",";
  std::string headers_key_separator_ = ":";
  std::optional<std::string> null_marker_;
  std::string_view line_;
  int64_t line_number_ = 0;
};

}  // namespace kafka
