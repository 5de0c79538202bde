// Heartbeat: keeps a member of a classic group alive and tells it of a rebalance.
//   v3: static members (KIP-345)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct HeartbeatRequest {
  static constexpr ApiKey key = ApiKey::Heartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;

  bool operator==(const HeartbeatRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("generation_id", m.generation_id);
    w("member_id", m.member_id);
    w("group_instance_id", m.group_instance_id, since(3), nullable(3));
  }
};

struct HeartbeatResponse {
  static constexpr ApiKey key = ApiKey::Heartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  bool operator==(const HeartbeatResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("error_code", m.error_code);
  }
};

}  // namespace kafka
