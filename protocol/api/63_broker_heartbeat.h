// BrokerHeartbeat: keeps a broker's registration alive; asks to be unfenced, or to shut down
// (KIP-631).
//   v1: offline directories (KIP-858)
//   v2: cordoned directories (KIP-1066)
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct BrokerHeartbeatRequest {
  static constexpr ApiKey key = ApiKey::BrokerHeartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t current_metadata_offset = 0;
  bool want_fence = false;
  bool want_shut_down = false;
  std::vector<Uuid> offline_log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  bool operator==(const BrokerHeartbeatRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
    w("current_metadata_offset", m.current_metadata_offset);
    w("want_fence", m.want_fence);
    w("want_shut_down", m.want_shut_down);
    w.tagged(0, "offline_log_dirs", m.offline_log_dirs, since(1));
    w.tagged(1, "cordoned_log_dirs", m.cordoned_log_dirs, since(2), nullable(2));
  }
};

struct BrokerHeartbeatResponse {
  static constexpr ApiKey key = ApiKey::BrokerHeartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  bool is_caught_up = false;
  bool is_fenced = true;
  bool should_shut_down = false;

  bool operator==(const BrokerHeartbeatResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("is_caught_up", m.is_caught_up);
    w("is_fenced", m.is_fenced);
    w("should_shut_down", m.should_shut_down);
  }
};

}  // namespace kafka
