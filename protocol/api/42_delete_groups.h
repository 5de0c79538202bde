// DeleteGroups: deletes empty groups with their offsets (KIP-229).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DeleteGroupsRequest {
  static constexpr ApiKey key = ApiKey::DeleteGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  std::vector<std::string> groups_names;

  bool operator==(const DeleteGroupsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("groups_names", m.groups_names); }
};

struct DeleteGroupsResponse {
  static constexpr ApiKey key = ApiKey::DeleteGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct DeletableGroupResult {
    std::string group_id;
    int16_t error_code = 0;

    bool operator==(const DeletableGroupResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("error_code", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableGroupResult> results;

  bool operator==(const DeleteGroupsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
