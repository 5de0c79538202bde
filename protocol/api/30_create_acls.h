// CreateAcls: adds ACLs.
//   v1: patterns (KIP-290)
//   v3: user resources (KIP-373)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct CreateAclsRequest {
  static constexpr ApiKey key = ApiKey::CreateAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct AclCreation {
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t resource_pattern_type = 3;
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    bool operator==(const AclCreation&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("resource_pattern_type", m.resource_pattern_type);
      w("principal", m.principal);
      w("host", m.host);
      w("operation", m.operation);
      w("permission_type", m.permission_type);
    }
  };

  std::vector<AclCreation> creations;

  bool operator==(const CreateAclsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("creations", m.creations); }
};

struct CreateAclsResponse {
  static constexpr ApiKey key = ApiKey::CreateAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct AclCreationResult {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const AclCreationResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AclCreationResult> results;

  bool operator==(const CreateAclsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
