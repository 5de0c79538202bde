#include "labs/common/mistake.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "labs/common/process.h"

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds patching_may_take{30};

// The folder that the patch's first old file stands in.
std::optional<std::string> reference_of(const fs::path& patch) {
  constexpr std::string_view before_a_file = "--- ";
  std::ifstream in(patch);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(before_a_file)) {
      const std::string file = line.substr(before_a_file.size());
      return file.substr(0, file.find('/'));
    }
  }
  return std::nullopt;
}

std::unexpected<kafka::Error> spoilt(const fs::path& patch, std::string_view why) {
  return kafka::fail(kafka::ErrorCode::InvalidRequest,
                     fmt::format("{} is no mistake to try: {}", patch.string(), why));
}

}  // namespace

bool is_mistake(const fs::path& solution) {
  return solution.extension() == ".patch";
}

Result<fs::path> make_mistake(const fs::path& patch, const fs::path& workshop) {
  const auto reference = reference_of(patch);
  if (!reference) {
    return spoilt(patch, "it names no file to change");
  }
  const fs::path from = patch.parent_path() / *reference;
  fs::path made = workshop / patch.stem();
  std::error_code failed;
  fs::remove_all(made, failed);
  fs::create_directories(workshop, failed);
  fs::copy(from, made, fs::copy_options::recursive, failed);
  if (failed) {
    return spoilt(patch, fmt::format("{} cannot be copied to {}: {}", from.string(), made.string(),
                                     failed.message()));
  }
  const fs::path said = workshop / (patch.stem().string() + ".log");
  fs::remove(said, failed);
  auto patching = Process::start(
      {.arguments = {"/usr/bin/env", "patch", "--strip=1", "--force", "--no-backup-if-mismatch",
                     "--input", fs::absolute(patch).string()},
       .environment = {},
       .folder = made,
       .output = said});
  if (!patching) {
    return std::unexpected(patching.error());
  }
  if (!patching->wait_until(std::chrono::steady_clock::now() + patching_may_take) ||
      patching->exit_code() != 0) {
    return spoilt(patch, fmt::format("patch said: {}", last_lines(said)));
  }
  return made;
}

}  // namespace kraftlab
