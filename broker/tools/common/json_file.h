// A file of JSON that a tool is given.
#pragma once

#include <fmt/core.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "broker/tools/common/tool_error.h"

namespace kafka {

// `read(root)` takes the values out and may throw nlohmann's exceptions: then the file does not have
// the expected form, which is reported as `exception`. A file that is not JSON is a discarded root.
template <class T, class Read>
[[nodiscard]] ToolResult<T> read_json_file(const std::string& path, std::string_view exception,
                                           Read read) {
  std::ifstream file(path);
  if (!file) {
    return tool_failure("java.io.IOException", "Unable to read file " + path);
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto root = nlohmann::json::parse(text, nullptr, false);
  try {
    return read(root);
  } catch (const nlohmann::json::exception& error) {
    return tool_failure(exception,
                        fmt::format("{} does not have the expected form: {}", path, error.what()));
  }
}

}  // namespace kafka
