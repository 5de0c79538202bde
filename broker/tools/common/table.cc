#include "broker/tools/common/table.h"

#include <fmt/core.h>

#include <algorithm>

namespace kafka {

namespace {

std::vector<size_t> widths_of(const Rows& rows, std::vector<size_t> widths) {
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  return widths;
}

}  // namespace

std::string tab_table(const Rows& rows) {
  const std::vector<size_t> widths = widths_of(rows, {});
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += fmt::format("{:<{}}\t", row[i], widths[i]);
    }
    out += '\n';
  }
  return out;
}

namespace {

std::string with_blanks(const Rows& rows, const std::vector<size_t>& widths) {
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += fmt::format("{}{:<{}}", i == 0 ? "" : " ", row[i], i < widths.size() ? widths[i] : 0);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string blank_table(const Rows& rows, const std::vector<size_t>& least_widths) {
  return with_blanks(rows, widths_of(rows, least_widths));
}

std::string ragged_table(const Rows& rows, const std::vector<size_t>& least_widths) {
  std::vector<size_t> widths = widths_of(rows, least_widths);
  widths.resize(least_widths.size());
  return with_blanks(rows, widths);
}

}  // namespace kafka
