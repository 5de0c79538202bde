#include "broker/core/controller/features.h"

#include <algorithm>
#include <array>

namespace kafka {
namespace {

constexpr std::array<FeatureRange, 7> features = {{
    {elr_feature, 0, 1},
    {"group.version", 0, 1},
    {kraft_version_feature, 0, 1},
    {metadata_version_feature, metadata_version::oldest, metadata_version::latest},
    {"share.version", 0, 1},
    {"streams.version", 0, 1},
    {"transaction.version", 0, 2},
}};

// By level, from metadata_version::oldest on.
constexpr std::array<std::string_view, 24> version_names = {
    "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2",
    "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0",
    "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
};
static_assert(version_names.size() ==
              metadata_version::latest - metadata_version::oldest + 1);

// From which metadata.version on a new cluster has a feature at a level.
struct DefaultLevel {
  std::string_view feature;
  int16_t since_metadata_level;
  int16_t level;
};
constexpr std::array<DefaultLevel, 6> default_levels = {{
    {kraft_version_feature, 21, 1},
    {"group.version", 22, 1},
    {"transaction.version", 24, 2},
    {elr_feature, 26, 1},
    {"share.version", 28, 1},
    {"streams.version", 29, 1},
}};

}  // namespace

std::span<const FeatureRange> supported_features() {
  return features;
}

const FeatureRange* find_feature(std::string_view name) {
  const auto found = std::ranges::find(features, name, &FeatureRange::name);
  return found == features.end() ? nullptr : &*found;
}

std::vector<SupportedFeature> registered_features() {
  std::vector<SupportedFeature> registered;
  for (const FeatureRange& feature : features) {
    registered.push_back({std::string(feature.name), feature.min_level, feature.max_level});
  }
  return registered;
}

std::string_view metadata_version_name(int16_t level) {
  const bool known = level >= metadata_version::oldest && level <= metadata_version::latest;
  return known ? version_names[static_cast<size_t>(level - metadata_version::oldest)]
               : std::string_view{};
}

std::optional<int16_t> metadata_version_level(std::string_view name) {
  for (size_t i = version_names.size(); i-- > 0;) {
    const std::string_view known = version_names[i];
    const std::string_view release = known.substr(0, known.find('-'));
    if (name == known || name == release) {
      return static_cast<int16_t>(metadata_version::oldest + static_cast<int16_t>(i));
    }
  }
  return std::nullopt;
}

std::string all_metadata_version_names() {
  std::string all;
  for (const std::string_view name : version_names) {
    all += all.empty() ? "" : ", ";
    all += name;
  }
  return all;
}

int16_t default_feature_level(std::string_view feature, int16_t metadata_level) {
  const auto found = std::ranges::find(default_levels, feature, &DefaultLevel::feature);
  const bool has = found != default_levels.end() && metadata_level >= found->since_metadata_level;
  return has ? found->level : int16_t{0};
}

}  // namespace kafka
