// fuzz-seeds DIR: writes what the fuzzers start from, made of the golden bytes, into DIR/frame,
// DIR/message and DIR/batch.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/codecs/codecs.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

namespace fs = std::filesystem;

constexpr size_t every = 4;  // golden lines are many and alike

void write(const fs::path& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

void write_seeds(const fs::path& root) {
  std::map<std::string_view, size_t> index;
  for (size_t i = 0; i < all_codecs().size(); ++i) {
    index[all_codecs()[i].name] = i;
  }
  for (size_t i = 0; i < golden_lines().size(); i += every) {
    const GoldenLine& line = golden_lines()[i];
    const auto found = index.find(line.message);
    if (found == index.end()) {
      continue;
    }
    const std::string name = std::to_string(i);
    Bytes message = {static_cast<uint8_t>(found->second >> 8), static_cast<uint8_t>(found->second),
                     static_cast<uint8_t>(line.version)};
    message.insert(message.end(), line.body.begin(), line.body.end());
    write(root / "message" / name, message);
    if (line.message.ends_with("Request") && !line.header.empty()) {
      Bytes frame = line.header;
      frame.insert(frame.end(), line.body.begin(), line.body.end());
      write(root / "frame" / name, frame);
    }
  }
}

}  // namespace
}  // namespace kafka

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz-seeds DIR\n", stderr);
    return 2;
  }
  const std::filesystem::path root = argv[1];
  for (const char* name : {"frame", "message", "batch"}) {
    std::filesystem::create_directories(root / name);
  }
  kafka::write_seeds(root);
  const auto golden = std::filesystem::path(KRAFTLAB_SOURCE_DIR) / "tests/golden/record_batches";
  for (const auto& entry : std::filesystem::directory_iterator(golden)) {
    std::filesystem::copy_file(entry.path(), root / "batch" / entry.path().filename(),
                               std::filesystem::copy_options::overwrite_existing);
  }
}
