// AddRaftVoter: a node becomes a voter of the metadata quorum (KIP-853).
//   v1: answer when written or when committed (KIP-1186)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AddRaftVoterRequest {
  static constexpr ApiKey key = ApiKey::AddRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;

    bool operator==(const Listener&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
    }
  };

  std::optional<std::string> cluster_id = "";
  int32_t timeout_ms = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::vector<Listener> listeners;
  bool ack_when_committed = true;

  bool operator==(const AddRaftVoterRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("cluster_id", m.cluster_id, nullable(0));
    w("timeout_ms", m.timeout_ms);
    w("voter_id", m.voter_id);
    w("voter_directory_id", m.voter_directory_id);
    w("listeners", m.listeners);
    w("ack_when_committed", m.ack_when_committed, since(1));
  }
};

struct AddRaftVoterResponse {
  static constexpr ApiKey key = ApiKey::AddRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";

  bool operator==(const AddRaftVoterResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
  }
};

}  // namespace kafka
