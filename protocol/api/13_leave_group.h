// LeaveGroup: members leave a classic group.
//   v3: several members, static ones too (KIP-345)
//   v5: reason (KIP-800)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct LeaveGroupRequest {
  static constexpr ApiKey key = ApiKey::LeaveGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 4;

  struct MemberIdentity {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;

    bool operator==(const MemberIdentity&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("group_instance_id", m.group_instance_id, nullable(3));
      w("reason", m.reason, since(5), nullable(5), ignorable);
    }
  };

  std::string group_id;
  std::string member_id;
  std::vector<MemberIdentity> members;

  bool operator==(const LeaveGroupRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id, until(2));
    w("members", m.members, since(3));
  }
};

struct LeaveGroupResponse {
  static constexpr ApiKey key = ApiKey::LeaveGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 4;

  struct MemberResponse {
    std::string member_id;
    std::optional<std::string> group_instance_id = "";
    int16_t error_code = 0;

    bool operator==(const MemberResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("group_instance_id", m.group_instance_id, nullable(3));
      w("error_code", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<MemberResponse> members;

  bool operator==(const LeaveGroupResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("error_code", m.error_code);
    w("members", m.members, since(3));
  }
};

}  // namespace kafka
