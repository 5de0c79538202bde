// RemoveRaftVoter: a voter leaves the metadata quorum (KIP-853).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct RemoveRaftVoterRequest {
  static constexpr ApiKey key = ApiKey::RemoveRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::optional<std::string> cluster_id = "";
  int32_t voter_id = 0;
  Uuid voter_directory_id;

  bool operator==(const RemoveRaftVoterRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("cluster_id", m.cluster_id, nullable(0));
    w("voter_id", m.voter_id);
    w("voter_directory_id", m.voter_directory_id);
  }
};

struct RemoveRaftVoterResponse {
  static constexpr ApiKey key = ApiKey::RemoveRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";

  bool operator==(const RemoveRaftVoterResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
  }
};

}  // namespace kafka
