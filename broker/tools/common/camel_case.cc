#include "broker/tools/common/camel_case.h"

namespace kafka {

namespace {

std::string camel_case(std::string_view snake) {
  std::string out;
  bool upper = false;
  for (const char c : snake) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out;
}

// The end of the string that begins at `begin`, its closing quote included.
size_t string_end(std::string_view json, size_t begin) {
  size_t at = begin + 1;
  while (at < json.size() && json[at] != '"') {
    at += json[at] == '\\' ? 2 : 1;
  }
  return at < json.size() ? at + 1 : json.size();
}

}  // namespace

std::string camel_case_keys(std::string_view json) {
  std::string out;
  for (size_t at = 0; at < json.size();) {
    if (json[at] != '"') {
      out += json[at++];
      continue;
    }
    const size_t end = string_end(json, at);
    const std::string_view text = json.substr(at, end - at);
    const bool is_name = end < json.size() && json[end] == ':';
    out += is_name ? camel_case(text) : std::string(text);
    at = end;
  }
  return out;
}

}  // namespace kafka
