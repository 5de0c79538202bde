#include "labs/common/catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include <toml++/toml.h>

namespace kraftlab {
namespace {

namespace fs = std::filesystem;

std::string text_of(const toml::table& table, const char* key) {
  return table[key].value_or(std::string{});
}

Result<LabFiles> load_lab(const fs::path& folder) {
  try {
    const toml::table table = toml::parse_file((folder / "lab.toml").string());
    LabFiles lab;
    lab.id = text_of(table, "id");
    lab.name = text_of(table, "name");
    lab.title = text_of(table, "title");
    lab.goal = text_of(table, "goal");
    lab.first_step = text_of(table, "first_step");
    lab.time_limit_s = table["time_limit_s"].value_or(lab.time_limit_s);
    lab.folder = folder;
    if (const toml::array* solutions = table["solutions"].as_array()) {
      for (const toml::node& node : *solutions) {
        const toml::table& row = *node.as_table();
        lab.solutions.push_back({folder / text_of(row, "path"), text_of(row, "expect"),
                                 text_of(row, "rule"), text_of(row, "needs")});
      }
    }
    if (lab.id.empty() || lab.name.empty() || lab.goal.empty()) {
      return kafka::fail(kafka::ErrorCode::InvalidConfig,
                         fmt::format("{}/lab.toml needs id, name and goal", folder.string()));
    }
    return lab;
  } catch (const toml::parse_error& problem) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       fmt::format("{}/lab.toml, line {}: {}", folder.string(),
                                   problem.source().begin.line, problem.description()));
  }
}

}  // namespace

Result<std::vector<LabFiles>> load_catalog(const fs::path& labs_folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(labs_folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("_") && fs::exists(entry.path() / "lab.toml")) {
      folders.push_back(entry.path());
    }
  }
  if (error) {
    return kafka::fail(kafka::ErrorCode::InvalidConfig,
                       fmt::format("cannot read {}: {}", labs_folder.string(), error.message()));
  }
  std::sort(folders.begin(), folders.end());
  std::vector<LabFiles> catalog;
  for (const fs::path& folder : folders) {
    auto lab = load_lab(folder);
    if (!lab) {
      return std::unexpected(lab.error());
    }
    catalog.push_back(std::move(*lab));
  }
  return catalog;
}

const LabFiles* find_by_name(const std::vector<LabFiles>& catalog, const std::string& wanted) {
  for (const LabFiles& lab : catalog) {
    const bool by_number = !wanted.empty() &&
                           wanted.find_first_not_of("0123456789") == std::string::npos &&
                           wanted.size() <= 3 && std::stoi(wanted) == std::stoi(lab.id);
    if (by_number || wanted == lab.name || wanted == lab.work_name()) {
      return &lab;
    }
  }
  return nullptr;
}

}  // namespace kraftlab
