// AlterConfigs: replaces the whole configuration of resources. IncrementalAlterConfigs is its
// successor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterConfigsRequest {
  static constexpr ApiKey key = ApiKey::AlterConfigs;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct AlterableConfig {
    std::string name;
    std::optional<std::string> value = "";

    bool operator==(const AlterableConfig&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("value", m.value, nullable(0));
    }
  };

  struct AlterConfigsResource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<AlterableConfig> configs;

    bool operator==(const AlterConfigsResource&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("configs", m.configs);
    }
  };

  std::vector<AlterConfigsResource> resources;
  bool validate_only = false;

  bool operator==(const AlterConfigsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("resources", m.resources);
    w("validate_only", m.validate_only);
  }
};

struct AlterConfigsResponse {
  static constexpr ApiKey key = ApiKey::AlterConfigs;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct AlterConfigsResourceResponse {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    int8_t resource_type = 0;
    std::string resource_name;

    bool operator==(const AlterConfigsResourceResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;

  bool operator==(const AlterConfigsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("responses", m.responses);
  }
};

}  // namespace kafka
