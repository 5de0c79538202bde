#include "broker/tools/common/feature_text.h"

#include <fmt/core.h>

namespace kafka {

void print_version_mapping(int16_t metadata_level, const std::string& release) {
  fmt::print("{}={} ({})\n", metadata_version_feature, metadata_level, release);
  for (const std::string_view feature : release_features) {
    fmt::print("{}={}\n", feature, default_feature_level(feature, metadata_level));
  }
}

// Of all levels of all features, one needs another: eligible leaders stand in records that
// metadata.version 23 brought.
void print_feature_dependencies(const std::string& feature, int16_t level) {
  const std::string shown =
      feature == metadata_version_feature
          ? fmt::format("{}={} ({})", feature, level, metadata_version_name(level))
          : fmt::format("{}={}", feature, level);
  if (feature == elr_feature && level > 0) {
    fmt::print("{} requires:\n    {}={} ({})\n", shown, metadata_version_feature,
               metadata_version::elr, metadata_version_name(metadata_version::elr));
  } else {
    fmt::print("{} has no dependencies.\n", shown);
  }
}

}  // namespace kafka
