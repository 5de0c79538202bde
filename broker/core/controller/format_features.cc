// Which feature levels a newly formatted cluster begins with.
#include <fmt/format.h>

#include <map>

#include "broker/core/controller/features.h"
#include "broker/core/controller/format.h"

namespace kafka {
namespace {

std::string supported_names() {
  std::string names;
  for (const FeatureRange& feature : supported_features()) {
    if (feature.name != metadata_version_feature) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", feature.name);
    }
  }
  return names;
}

// --release-version, --feature metadata.version, or the newest.
Result<int16_t> chosen_metadata_version(const FormatOptions& options,
                                        const std::map<std::string, int16_t>& asked) {
  const auto by_feature = asked.find(std::string(metadata_version_feature));
  if (options.release_version) {
    if (by_feature != asked.end()) {
      return invalid_config(
          "Use --release-version instead of --feature metadata.version=X: together they "
          "are ambiguous.");
    }
    const auto level = metadata_version_level(*options.release_version);
    if (!level) {
      return invalid_config(
          fmt::format("Unknown metadata.version '{}'. Supported metadata.version are: {}",
                      *options.release_version, all_metadata_version_names()));
    }
    return *level;
  }
  if (by_feature == asked.end()) {
    return metadata_version::latest;
  }
  if (metadata_version_name(by_feature->second).empty()) {
    return invalid_config(
        fmt::format("metadata.version {} is not supported. Supported are {} to {}.",
                    by_feature->second, metadata_version::oldest, metadata_version::latest));
  }
  return by_feature->second;
}

Result<> check_kraft_version(int16_t level, VoterSource voters) {
  if (level == 0 && voters == VoterSource::Snapshot) {
    return invalid_config(
        "kraft.version cannot be 0 without controller.quorum.voters and with "
        "--standalone, --initial-controllers or --no-initial-controllers: dynamic "
        "voters need kraft.version 1.");
  }
  if (level > 0 && voters == VoterSource::Static) {
    return invalid_config(
        "kraft.version cannot be 1 with controller.quorum.voters: remove them and use "
        "--standalone, --initial-controllers or --no-initial-controllers for dynamic "
        "voters.");
  }
  return {};
}

Result<> check_level(const std::string& name, int16_t level, int16_t metadata_level) {
  const FeatureRange* range = find_feature(name);
  if (range == nullptr) {
    return invalid_config(fmt::format("Unsupported feature: {}. Supported features are: {}", name,
                                      supported_names()));
  }
  if (level < range->min_level || level > range->max_level) {
    return invalid_config(fmt::format("Feature {} has no level {}: levels are {} to {}.", name,
                                      level, range->min_level, range->max_level));
  }
  if (name == elr_feature && level > 0 && metadata_level < metadata_version::elr) {
    return invalid_config(fmt::format("{} at level {} needs metadata.version {} ({}) or later.",
                                      name, level, metadata_version::elr,
                                      metadata_version_name(metadata_version::elr)));
  }
  return {};
}

FeatureLevelRecord feature_record(std::string_view name, int16_t level) {
  FeatureLevelRecord record;
  record.name = name;
  record.feature_level = level;
  return record;
}

}  // namespace

Result<std::vector<MetadataRecord>> format_features(const FormatOptions& options,
                                                    VoterSource voters) {
  std::map<std::string, int16_t> asked;
  for (const auto& [name, level] : options.features) {
    asked[name] = level;
  }
  const auto metadata_level = chosen_metadata_version(options, asked);
  if (!metadata_level) {
    return std::unexpected(metadata_level.error());
  }
  for (const auto& [name, level] : asked) {
    if (auto valid = check_level(name, level, *metadata_level); !valid) {
      return std::unexpected(std::move(valid.error()));
    }
  }
  if (const auto kraft = asked.find(std::string(kraft_version_feature)); kraft != asked.end()) {
    if (auto valid = check_kraft_version(kraft->second, voters); !valid) {
      return std::unexpected(std::move(valid.error()));
    }
  }
  std::vector<MetadataRecord> records{feature_record(metadata_version_feature, *metadata_level)};
  for (const FeatureRange& feature : supported_features()) {
    if (feature.name == metadata_version_feature || feature.name == kraft_version_feature) {
      continue;
    }
    const auto chosen = asked.find(std::string(feature.name));
    const int16_t level = chosen != asked.end()
                              ? chosen->second
                              : default_feature_level(feature.name, *metadata_level);
    if (level > 0) {
      records.emplace_back(feature_record(feature.name, level));
    }
  }
  return records;
}

}  // namespace kafka
