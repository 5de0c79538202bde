#include "labs/common/startable.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace kraftlab {
namespace {

constexpr size_t kFirstLineMax = 256;

Result<> refuse(const std::filesystem::path& run, std::string_view why) {
  return kafka::fail(kafka::ErrorCode::InvalidRequest, fmt::format("{} {}", run.string(), why));
}

std::string beginning(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kFirstLineMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace

Result<> is_startable(const std::filesystem::path& run) {
  if (std::filesystem::is_directory(run)) {
    return refuse(run, "is a folder, where a program belongs");
  }
  if (access(run.c_str(), X_OK) != 0) {
    return refuse(run, "is not there or not executable (chmod +x run)");
  }
  const std::string text = beginning(run);
  if (text.starts_with("\x7f"
                       "ELF")) {
    return {};
  }
  if (!text.starts_with("#!")) {
    return refuse(run, "has no first line that says which program reads it: #!/bin/sh");
  }
  const std::string line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) {
    return refuse(run, "has the line ends of Windows: sed -i 's/\\r$//' run");
  }
  const size_t begin = std::min(line.find_first_not_of(" \t", 2), line.size());
  const std::string reader = line.substr(begin, line.find_first_of(" \t", begin) - begin);
  if (access(reader.c_str(), X_OK) != 0) {
    return refuse(run, fmt::format("begins with {}, and there is no such program here", line));
  }
  return {};
}

}  // namespace kraftlab
