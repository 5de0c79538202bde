// UpdateRaftVoter: a voter tells the leader its endpoints and kraft.version range (KIP-853).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct UpdateRaftVoterRequest {
  static constexpr ApiKey key = ApiKey::UpdateRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
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

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    bool operator==(const KRaftVersionFeature&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("min_supported_version", m.min_supported_version);
      w("max_supported_version", m.max_supported_version);
    }
  };

  std::optional<std::string> cluster_id = "";
  int32_t current_leader_epoch = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::vector<Listener> listeners;
  KRaftVersionFeature k_raft_version_feature;

  bool operator==(const UpdateRaftVoterRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("cluster_id", m.cluster_id, nullable(0));
    w("current_leader_epoch", m.current_leader_epoch);
    w("voter_id", m.voter_id);
    w("voter_directory_id", m.voter_directory_id);
    w("listeners", m.listeners);
    w("k_raft_version_feature", m.k_raft_version_feature);
  }
};

struct UpdateRaftVoterResponse {
  static constexpr ApiKey key = ApiKey::UpdateRaftVoter;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct CurrentLeader {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;
    std::string host;
    int32_t port = 0;

    bool operator==(const CurrentLeader&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
      w("host", m.host);
      w("port", m.port);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  CurrentLeader current_leader;

  bool operator==(const UpdateRaftVoterResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w.tagged(0, "current_leader", m.current_leader);
  }
};

}  // namespace kafka
