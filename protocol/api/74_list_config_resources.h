// ListConfigResources: the resources that have a configuration (KIP-1142).
//   v0: client metrics only (KIP-714)
//   v1: types to list
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ListConfigResourcesRequest {
  static constexpr ApiKey key = ApiKey::ListConfigResources;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  std::vector<int8_t> resource_types;

  bool operator==(const ListConfigResourcesRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("resource_types", m.resource_types, since(1)); }
};

struct ListConfigResourcesResponse {
  static constexpr ApiKey key = ApiKey::ListConfigResources;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct ConfigResource {
    std::string resource_name;
    int8_t resource_type = 16;

    bool operator==(const ConfigResource&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("resource_name", m.resource_name);
      w("resource_type", m.resource_type, since(1), ignorable);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ConfigResource> config_resources;

  bool operator==(const ListConfigResourcesResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("config_resources", m.config_resources);
  }
};

}  // namespace kafka
