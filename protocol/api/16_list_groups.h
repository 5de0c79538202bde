// ListGroups: the groups this broker coordinates.
//   v4: filter by state (KIP-518)
//   v5: filter by type (KIP-848)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ListGroupsRequest {
  static constexpr ApiKey key = ApiKey::ListGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;

  bool operator==(const ListGroupsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("states_filter", m.states_filter, since(4));
    w("types_filter", m.types_filter, since(5));
  }
};

struct ListGroupsResponse {
  static constexpr ApiKey key = ApiKey::ListGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  struct ListedGroup {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;

    bool operator==(const ListedGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("protocol_type", m.protocol_type);
      w("group_state", m.group_state, since(4), ignorable);
      w("group_type", m.group_type, since(5), ignorable);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ListedGroup> groups;

  bool operator==(const ListGroupsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("error_code", m.error_code);
    w("groups", m.groups);
  }
};

}  // namespace kafka
