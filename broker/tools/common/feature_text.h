// What kafka-storage.sh and kafka-features.sh print alike about the levels of features.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "broker/core/controller/features.h"

namespace kafka {

// Besides metadata.version, in the order in which Kafka's tools name them.
inline constexpr auto release_features =
    std::to_array<std::string_view>({kraft_version_feature, "transaction.version", "group.version",
                                     elr_feature, "share.version", "streams.version"});

// "metadata.version=30 (4.3-IV0)", then the level that each other feature has with it.
void print_version_mapping(int16_t metadata_level, const std::string& release);

// What a level, which must exist, needs of other features.
void print_feature_dependencies(const std::string& feature, int16_t level);

}  // namespace kafka
