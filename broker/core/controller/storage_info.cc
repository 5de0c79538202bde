// What stands in the log directories: kafka-storage.sh info, and the check at a node's start.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "broker/core/controller/format.h"

namespace kafka {
namespace {

std::vector<std::string> all_directories(const BrokerConfig& config) {
  std::set<std::string> paths(config.log_dirs.begin(), config.log_dirs.end());
  paths.insert(config.metadata_log_dir);
  return {paths.begin(), paths.end()};
}

std::string properties_path(const std::string& directory) {
  return directory + "/meta.properties";
}

struct Findings {
  std::vector<std::string> found;
  std::optional<MetaProperties> first;
  std::vector<std::string> problems;
};

Result<> look_at(Files& files, const std::string& directory, Findings& findings) {
  const auto status = files.status(directory);
  if (!status || !status->has_value()) {
    findings.problems.push_back(fmt::format("{} does not exist", directory));
    return {};
  }
  if (!(*status)->is_directory) {
    findings.problems.push_back(fmt::format("{} is not a directory", directory));
    return {};
  }
  findings.found.push_back(directory);
  const auto text = read_file(files, properties_path(directory), 1 << 20);
  if (!text) {
    return std::unexpected(text.error());
  }
  if (!text->has_value()) {
    findings.problems.push_back(fmt::format("{} is not formatted.", directory));
    return {};
  }
  auto properties = parse_meta_properties(**text);
  if (!properties) {
    findings.problems.push_back(fmt::format("Error loading {}: {}", properties_path(directory),
                                            properties.error().message));
  } else if (!findings.first) {
    findings.first = std::move(*properties);
  } else if (findings.first->cluster_id != properties->cluster_id ||
             findings.first->node_id != properties->node_id) {
    findings.problems.push_back(
        fmt::format("{} is of node {} in cluster {}, others are of node {} in cluster {}",
                    directory, properties->node_id, properties->cluster_id,
                    findings.first->node_id, findings.first->cluster_id));
  }
  return {};
}

void add_list(std::string_view one, std::string_view many, const std::vector<std::string>& items,
              std::vector<std::string>& lines) {
  if (items.empty()) {
    return;
  }
  lines.emplace_back(items.size() == 1 ? one : many);
  for (const std::string& item : items) {
    lines.push_back("  " + item);
  }
  lines.emplace_back();
}

}  // namespace

Result<StorageInfo> storage_info(Files& files, const BrokerConfig& config) {
  Findings findings;
  for (const std::string& directory : all_directories(config)) {
    if (auto looked = look_at(files, directory, findings); !looked) {
      return std::unexpected(std::move(looked.error()));
    }
  }
  StorageInfo info;
  info.has_problems = !findings.problems.empty();
  add_list("Found log directory:", "Found log directories:", findings.found, info.lines);
  if (findings.first) {
    info.lines.push_back(fmt::format(
        "Found metadata: {{cluster.id={}, directory.id={}, node.id={}, version=1}}",
        findings.first->cluster_id, findings.first->directory_id.to_string(),
        findings.first->node_id));
    info.lines.emplace_back();
  }
  add_list("Found problem:", "Found problems:", findings.problems, info.lines);
  return info;
}

Result<std::map<std::string, MetaProperties>> load_meta_properties(Files& files,
                                                                   const BrokerConfig& config) {
  std::map<std::string, MetaProperties> loaded;
  std::map<Uuid, std::string> by_directory_id;
  for (const std::string& directory : all_directories(config)) {
    const std::string path = properties_path(directory);
    const auto text = read_file(files, path, 1 << 20);
    if (!text) {
      return std::unexpected(text.error());
    }
    if (!text->has_value()) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("{} is missing: format the directory first, with kafka-storage.sh "
                              "format --cluster-id <id> --config <server.properties>",
                              path));
    }
    const auto properties = parse_meta_properties(**text);
    if (!properties) {
      return fail(properties.error().code,
                  fmt::format("{}: {}", path, properties.error().message));
    }
    if (properties->node_id != config.node_id) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("{} is of node {}, but node.id is {}", path, properties->node_id,
                              config.node_id));
    }
    if (!loaded.empty() && loaded.begin()->second.cluster_id != properties->cluster_id) {
      return fail(ErrorCode::InconsistentClusterId,
                  fmt::format("{} is of cluster {}, {} of cluster {}", directory,
                              properties->cluster_id, loaded.begin()->first,
                              loaded.begin()->second.cluster_id));
    }
    const auto [twin, is_new] = by_directory_id.emplace(properties->directory_id, directory);
    if (!is_new) {
      return fail(ErrorCode::InvalidConfig,
                  fmt::format("{} and {} have the same directory.id {}", twin->second, directory,
                              properties->directory_id.to_string()));
    }
    loaded.emplace(directory, *properties);
  }
  return loaded;
}

}  // namespace kafka
