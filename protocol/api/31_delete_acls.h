// DeleteAcls: removes the ACLs that match filters and returns them.
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

struct DeleteAclsRequest {
  static constexpr ApiKey key = ApiKey::DeleteAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct DeleteAclsFilter {
    int8_t resource_type_filter = 0;
    std::optional<std::string> resource_name_filter = "";
    int8_t pattern_type_filter = 3;
    std::optional<std::string> principal_filter = "";
    std::optional<std::string> host_filter = "";
    int8_t operation = 0;
    int8_t permission_type = 0;

    bool operator==(const DeleteAclsFilter&) const = default;
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

  std::vector<DeleteAclsFilter> filters;

  bool operator==(const DeleteAclsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("filters", m.filters); }
};

struct DeleteAclsResponse {
  static constexpr ApiKey key = ApiKey::DeleteAcls;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct DeleteAclsMatchingAcl {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    bool operator==(const DeleteAclsMatchingAcl&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("resource_type", m.resource_type);
      w("resource_name", m.resource_name);
      w("pattern_type", m.pattern_type);
      w("principal", m.principal);
      w("host", m.host);
      w("operation", m.operation);
      w("permission_type", m.permission_type);
    }
  };

  struct DeleteAclsFilterResult {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::vector<DeleteAclsMatchingAcl> matching_acls;

    bool operator==(const DeleteAclsFilterResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("matching_acls", m.matching_acls);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeleteAclsFilterResult> filter_results;

  bool operator==(const DeleteAclsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("filter_results", m.filter_results);
  }
};

}  // namespace kafka
