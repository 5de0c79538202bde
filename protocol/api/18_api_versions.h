// ApiVersions: which APIs in which versions, and which features, this node has. The first request
// of a connection. A version that the broker does not know is answered in v0 with error 35.
//   v1: throttle time
//   v3: name and version of the client (KIP-511); features as tags (KIP-584)
//   v4: a feature's minimum may be 0 (KIP-1022)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ApiVersionsRequest {
  static constexpr ApiKey key = ApiKey::ApiVersions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 3;

  std::string client_software_name;
  std::string client_software_version;

  bool operator==(const ApiVersionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("client_software_name", m.client_software_name, since(3), ignorable);
    w("client_software_version", m.client_software_version, since(3), ignorable);
  }
};

struct ApiVersionsResponse {
  static constexpr ApiKey key = ApiKey::ApiVersions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 3;

  struct ApiVersion {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    bool operator==(const ApiVersion&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("api_key", m.api_key);
      w("min_version", m.min_version);
      w("max_version", m.max_version);
    }
  };

  struct SupportedFeatureKey {
    std::string name;
    int16_t min_version = 0;
    int16_t max_version = 0;

    bool operator==(const SupportedFeatureKey&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("min_version", m.min_version);
      w("max_version", m.max_version);
    }
  };

  struct FinalizedFeatureKey {
    std::string name;
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;

    bool operator==(const FinalizedFeatureKey&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("max_version_level", m.max_version_level);
      w("min_version_level", m.min_version_level);
    }
  };

  int16_t error_code = 0;
  std::vector<ApiVersion> api_keys;
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features;
  int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;

  bool operator==(const ApiVersionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("api_keys", m.api_keys);
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w.tagged(0, "supported_features", m.supported_features, since(3), ignorable);
    w.tagged(1, "finalized_features_epoch", m.finalized_features_epoch, -1, since(3), ignorable);
    w.tagged(2, "finalized_features", m.finalized_features, since(3), ignorable);
    w.tagged(3, "zk_migration_ready", m.zk_migration_ready, since(3), ignorable);
  }
};

}  // namespace kafka
