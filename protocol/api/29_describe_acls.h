// DescribeAcls: the ACLs that match a filter.
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

struct DescribeAclsRequest {
  static constexpr ApiKey key = ApiKey::DescribeAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  int8_t resource_type_filter = 0;
  std::optional<std::string> resource_name_filter = "";
  int8_t pattern_type_filter = 3;
  std::optional<std::string> principal_filter = "";
  std::optional<std::string> host_filter = "";
  int8_t operation = 0;
  int8_t permission_type = 0;

  bool operator==(const DescribeAclsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("resource_type_filter", m.resource_type_filter);
    w("resource_name_filter", m.resource_name_filter, nullable(0));
    w("pattern_type_filter", m.pattern_type_filter);
    w("principal_filter", m.principal_filter, nullable(0));
    w("host_filter", m.host_filter, nullable(0));
    w("operation", m.operation);
    w("permission_type", m.permission_type);
  }
};

struct DescribeAclsResponse {
  static constexpr ApiKey key = ApiKey::DescribeAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct AclDescription {
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    bool operator==(const AclDescription&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("principal", m.principal);
      w("host", m.host);
      w("operation", m.operation);
      w("permission_type", m.permission_type);
    }
  };

  struct DescribeAclsResource {
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::vector<AclDescription> acls;

    bool operator==(const DescribeAclsResource&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("pattern_type", m.pattern_type);
      w("acls", m.acls);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<DescribeAclsResource> resources;

  bool operator==(const DescribeAclsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("resources", m.resources);
  }
};

}  // namespace kafka
