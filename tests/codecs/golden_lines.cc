#include "tests/codecs/golden_lines.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kafka {
namespace {

int nibble(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  throw std::runtime_error("not a hex digit");
}

void read_file(const std::filesystem::path& path, std::vector<GoldenLine>& lines) {
  std::ifstream in(path);
  int number = 0;
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string header;
    std::string body;
    GoldenLine line{.file = path.filename(), .line = ++number};
    words >> line.message >> line.version >> header >> body;
    line.header = from_hex(header);
    line.body = from_hex(body);
    lines.push_back(std::move(line));
  }
}

}  // namespace

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  if (text == "-") {
    return bytes;
  }
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(nibble(text[i]) << 4 | nibble(text[i + 1])));
  }
  return bytes;
}

std::string to_hex(const Bytes& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

const std::vector<GoldenLine>& golden_lines() {
  static const std::vector<GoldenLine> lines = [] {
    std::vector<std::filesystem::path> paths;
    const auto folder = std::filesystem::path(KRAFTLAB_SOURCE_DIR) / "tests/golden/messages";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    std::vector<GoldenLine> all;
    for (const auto& path : paths) {
      read_file(path, all);
    }
    return all;
  }();
  return lines;
}

}  // namespace kafka
