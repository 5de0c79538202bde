// DescribeGroups: state and members of classic groups.
//   v3: authorized operations (KIP-430)
//   v4: static members (KIP-345)
//   v6: GROUP_ID_NOT_FOUND and a message instead of a Dead group (KIP-1043)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeGroupsRequest {
  static constexpr ApiKey key = ApiKey::DescribeGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 5;

  std::vector<std::string> groups;
  bool include_authorized_operations = false;

  bool operator==(const DescribeGroupsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("groups", m.groups);
    w("include_authorized_operations", m.include_authorized_operations, since(3));
  }
};

struct DescribeGroupsResponse {
  static constexpr ApiKey key = ApiKey::DescribeGroups;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 5;

  struct DescribedGroupMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    Bytes member_metadata;
    Bytes member_assignment;

    bool operator==(const DescribedGroupMember&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("group_instance_id", m.group_instance_id, since(4), nullable(4), ignorable);
      w("client_id", m.client_id);
      w("client_host", m.client_host);
      w("member_metadata", m.member_metadata);
      w("member_assignment", m.member_assignment);
    }
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<DescribedGroupMember> members;
    int32_t authorized_operations = INT32_MIN;

    bool operator==(const DescribedGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, since(6), nullable(6));
      w("group_id", m.group_id);
      w("group_state", m.group_state);
      w("protocol_type", m.protocol_type);
      w("protocol_data", m.protocol_data);
      w("members", m.members);
      w("authorized_operations", m.authorized_operations, since(3));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  bool operator==(const DescribeGroupsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("groups", m.groups);
  }
};

}  // namespace kafka
