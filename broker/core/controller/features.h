// Features: what this version of the broker can do, and what a cluster has agreed to use.
//
// A feature has levels. Each node registers the range it supports; the cluster's finalized level
// stands in the metadata log as FeatureLevel records. metadata.version is the one that decides
// which versions of the other metadata records are written; people write its levels as 4.3-IV0.
// kraft.version stands apart: it is a control record of the log itself.
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/controller/image.h"

namespace kafka {

struct FeatureRange {
  std::string_view name;
  int16_t min_level;
  int16_t max_level;
};

// All seven, ordered by name. Registrations and ApiVersions show this list.
std::span<const FeatureRange> supported_features();
const FeatureRange* find_feature(std::string_view name);

// For RegisterBroker and RegisterController records.
std::vector<SupportedFeature> registered_features();

inline constexpr std::string_view metadata_version_feature = "metadata.version";
inline constexpr std::string_view kraft_version_feature = "kraft.version";
inline constexpr std::string_view elr_feature = "eligible.leader.replicas.version";

// Levels of metadata.version from which on something is written.
namespace metadata_version {
inline constexpr int16_t oldest = 7;                   // 3.3-IV3
inline constexpr int16_t migration_flag = 8;           // 3.4-IV0: RegisterBroker v2
inline constexpr int16_t scram = 11;                   // 3.5-IV2: SCRAM credentials
inline constexpr int16_t isr_shrink_keeps_epoch = 12;  // 3.6-IV0
inline constexpr int16_t transactions = 13;            // 3.6-IV1: Begin- and EndTransaction
inline constexpr int16_t delegation_tokens = 14;       // 3.6-IV2
inline constexpr int16_t register_controller = 15;     // 3.7-IV0
inline constexpr int16_t directories = 17;             // 3.7-IV2: directory ids of replicas
inline constexpr int16_t elr = 23;                     // 4.0-IV1: eligible leader replicas
inline constexpr int16_t cordoned_dirs = 30;           // 4.3-IV0: RegisterBroker v4
inline constexpr int16_t latest = 30;
}  // namespace metadata_version

// 30 -> "4.3-IV0"; "" when the level is not known here.
std::string_view metadata_version_name(int16_t level);
// "4.3-IV0" -> 30. A release, "4.3", gives its last level. nullopt when it is not known here.
std::optional<int16_t> metadata_version_level(std::string_view name);
// "3.3-IV3, 3.4-IV0, ..." for messages.
std::string all_metadata_version_names();

// The level a feature gets by default in a cluster of this metadata.version.
int16_t default_feature_level(std::string_view feature, int16_t metadata_level);

}  // namespace kafka
