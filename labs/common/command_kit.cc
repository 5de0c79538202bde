#include "labs/common/command_kit.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "labs/common/run.h"
#include "labs/common/text_file.h"

namespace kraftlab {

namespace fs = std::filesystem;

int refuse(const std::string& message, bool json) {
  fmt::print(stderr, "lab: {}\n", message);
  if (json) {
    fmt::print("{}\n", nlohmann::json{{"version", 1}, {"error", message}}.dump(
                           2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return 1;
}

Style style_of_output() {
  const auto value = [](const char* name) {
    const char* said = std::getenv(name);
    return std::string(said != nullptr ? said : "");
  };
  const std::string terminal = value("TERM");
  return {isatty(STDOUT_FILENO) == 1 && value("NO_COLOR").empty() && !terminal.empty() &&
          terminal != "dumb"};
}

size_t columns_of_output() {
  constexpr size_t kUsual = 80;
  const char* said = std::getenv("COLUMNS");
  if (const size_t columns = said != nullptr ? std::strtoul(said, nullptr, 10) : 0; columns > 0) {
    return columns;
  }
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

std::string wrapped(const std::string& text, size_t columns, size_t indent) {
  const auto width = [](const std::string& word) {  // characters, not bytes
    return static_cast<size_t>(
        std::ranges::count_if(word, [](char c) { return (c & 0xc0) != 0x80; }));
  };
  constexpr size_t kNarrowest = 20;
  const size_t room = columns > indent + kNarrowest ? columns - indent : kNarrowest;
  std::string out;
  size_t used = 0;
  std::istringstream words(text);
  for (std::string word; words >> word; used += width(word)) {
    if (used > 0 && used + 1 + width(word) > room) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
  }
  return out;
}

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((fs::path(folder) / program).c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

Translation translation_of(const Places& places, const LabFiles* lab) {
  Translation translation;
  if (places.language == "en") {
    return translation;
  }
  std::vector<fs::path> files = {places.labs() / "common" / ("words." + places.language + ".toml")};
  if (lab != nullptr) {
    files.push_back(lab->folder / ("lab." + places.language + ".toml"));
  }
  for (const fs::path& file : files) {
    if (auto added = translation.add(file); !added) {
      fmt::print(stderr, "lab: {}\n", added.error().message);
    }
  }
  return translation;
}

Result<LabFiles> find(const Places& places, const std::string& wanted) {
  auto catalog = load_catalog(places.labs());
  if (!catalog) {
    return std::unexpected(catalog.error());
  }
  const LabFiles* lab = find_by_name(*catalog, wanted);
  if (lab == nullptr) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("there is no lab '{}'; ./lab list shows them", wanted));
  }
  return *lab;
}

Progress progress_of(const Places& places) {
  return Progress(places.state / "progress.tsv");
}

Result<fs::path> find_evidence(const Places& places, const std::string& run) {
  std::error_code error;  // what cannot be looked at, as a name that is too long, is not there
  if (fs::is_regular_file(run, error)) {
    return fs::path(run);
  }
  const fs::path exact = evidence_path(places.runs(), run);
  if (!run.empty() && fs::is_regular_file(exact, error)) {
    return exact;
  }
  fs::path newest;  // ids hold the time, so that the greatest of a seed is the last
  for (const auto& entry : fs::directory_iterator(places.runs(), error)) {
    const std::string id = entry.path().filename().string();
    if (id.size() > 3 && id.ends_with("-" + run) &&
        fs::is_regular_file(entry.path() / "evidence") &&
        id.substr(3) > newest.parent_path().filename().string().substr(newest.empty() ? 0 : 3)) {
      newest = entry.path() / "evidence";
    }
  }
  if (newest.empty()) {
    return kafka::fail(kafka::ErrorCode::InvalidRequest,
                       fmt::format("there is no run '{}'; they are the folders of {}", run,
                                   places.runs().string()));
  }
  return newest;
}

Result<History> load_run(const Places& places, const std::string& run) {
  auto file = find_evidence(places, run);
  if (!file) {
    return std::unexpected(file.error());
  }
  return read_history(read_file(*file));
}

std::string short_path(const Places& places, const fs::path& path) {
  const fs::path relative = fs::absolute(path).lexically_relative(fs::absolute(places.root));
  return relative.empty() || relative.string().starts_with("..") ? path.string()
                                                                 : relative.string();
}

}  // namespace kraftlab
