// The golden messages: one sample a line, see tests/golden/README.md.
#pragma once

#include <string>
#include <vector>

#include "protocol/wire.h"

namespace kafka {

struct GoldenLine {
  std::string file;
  int line = 0;
  std::string message;
  int16_t version = 0;
  Bytes header;  // empty for records
  Bytes body;

  [[nodiscard]] std::string where() const {
    return file + ":" + std::to_string(line) + " " + message + " v" + std::to_string(version);
  }
};

// All lines of all files under tests/golden/messages, read once.
[[nodiscard]] const std::vector<GoldenLine>& golden_lines();

[[nodiscard]] std::string to_hex(const Bytes& bytes);
[[nodiscard]] Bytes from_hex(std::string_view text);

}  // namespace kafka
