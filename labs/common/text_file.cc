#include "labs/common/text_file.h"

#include <fstream>
#include <sstream>

namespace kraftlab {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace kraftlab
