// UpdateFeatures: sets levels of features (KIP-584).
//   v1: types of upgrade, dry run (KIP-778)
//   v2: one answer for all features (KIP-1022)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct UpdateFeaturesRequest {
  static constexpr ApiKey key = ApiKey::UpdateFeatures;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct FeatureUpdateKey {
    std::string feature;
    int16_t max_version_level = 0;
    bool allow_downgrade = false;
    int8_t upgrade_type = 1;

    bool operator==(const FeatureUpdateKey&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("feature", m.feature);
      w("max_version_level", m.max_version_level);
      w("allow_downgrade", m.allow_downgrade, until(0));
      w("upgrade_type", m.upgrade_type, since(1));
    }
  };

  int32_t timeout_ms = 60000;
  std::vector<FeatureUpdateKey> feature_updates;
  bool validate_only = false;

  bool operator==(const UpdateFeaturesRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("timeout_ms", m.timeout_ms);
    w("feature_updates", m.feature_updates);
    w("validate_only", m.validate_only, since(1));
  }
};

struct UpdateFeaturesResponse {
  static constexpr ApiKey key = ApiKey::UpdateFeatures;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct UpdatableFeatureResult {
    std::string feature;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const UpdatableFeatureResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("feature", m.feature);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<UpdatableFeatureResult> results;

  bool operator==(const UpdateFeaturesResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("results", m.results, until(1), ignorable);
  }
};

}  // namespace kafka
