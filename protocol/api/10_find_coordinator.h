// FindCoordinator: which broker coordinates a group (type 0), a transactional id (1), a share
// partition (2: "group:topic id:partition"). The field `key` is named coordinator_key here.
//   v1: type of the key (KIP-98)
//   v4: several keys at once (KIP-699)
//   v5: may answer TRANSACTION_ABORTABLE (KIP-890)
//   v6: share partitions (KIP-932)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct FindCoordinatorRequest {
  static constexpr ApiKey key = ApiKey::FindCoordinator;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 3;

  std::string coordinator_key;
  int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;

  bool operator==(const FindCoordinatorRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("key", m.coordinator_key, until(3));
    w("key_type", m.key_type, since(1));
    w("coordinator_keys", m.coordinator_keys, since(4));
  }
};

struct FindCoordinatorResponse {
  static constexpr ApiKey key = ApiKey::FindCoordinator;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 3;

  struct Coordinator {
    std::string key;
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const Coordinator&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("node_id", m.node_id);
      w("host", m.host);
      w("port", m.port);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(4));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::vector<Coordinator> coordinators;

  bool operator==(const FindCoordinatorResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
    w("error_code", m.error_code, until(3));
    w("error_message", m.error_message, since(1), until(3), nullable(1), ignorable);
    w("node_id", m.node_id, until(3));
    w("host", m.host, until(3));
    w("port", m.port, until(3));
    w("coordinators", m.coordinators, since(4));
  }
};

}  // namespace kafka
