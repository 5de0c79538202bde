// SyncGroup: the leader hands in the assignment of a classic group; every member takes its part.
//   v3: static members (KIP-345)
//   v5: protocol type and name are checked (KIP-559)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct SyncGroupRequest {
  static constexpr ApiKey key = ApiKey::SyncGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 4;

  struct SyncGroupRequestAssignment {
    std::string member_id;
    Bytes assignment;

    bool operator==(const SyncGroupRequestAssignment&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("assignment", m.assignment);
    }
  };

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<SyncGroupRequestAssignment> assignments;

  bool operator==(const SyncGroupRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("generation_id", m.generation_id);
    w("member_id", m.member_id);
    w("group_instance_id", m.group_instance_id, since(3), nullable(3));
    w("protocol_type", m.protocol_type, since(5), nullable(5), ignorable);
    w("protocol_name", m.protocol_name, since(5), nullable(5), ignorable);
    w("assignments", m.assignments);
  }
};

struct SyncGroupResponse {
  static constexpr ApiKey key = ApiKey::SyncGroup;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 4;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Bytes assignment;

  bool operator==(const SyncGroupResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("error_code", m.error_code);
    w("protocol_type", m.protocol_type, since(5), nullable(5), ignorable);
    w("protocol_name", m.protocol_name, since(5), nullable(5), ignorable);
    w("assignment", m.assignment);
  }
};

}  // namespace kafka
