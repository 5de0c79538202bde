// ElectLeaders: has the controller elect the preferred replica, or an unclean leader (KIP-183).
//   v1: type of the election (KIP-460)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ElectLeadersRequest {
  static constexpr ApiKey key = ApiKey::ElectLeaders;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct TopicPartitions {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  int8_t election_type = 0;
  std::optional<std::vector<TopicPartitions>> topic_partitions{std::in_place};
  int32_t timeout_ms = 60000;

  bool operator==(const ElectLeadersRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("election_type", m.election_type, since(1));
    w("topic_partitions", m.topic_partitions, nullable(0));
    w("timeout_ms", m.timeout_ms);
  }
};

struct ElectLeadersResponse {
  static constexpr ApiKey key = ApiKey::ElectLeaders;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct PartitionResult {
    int32_t partition_id = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const PartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_id", m.partition_id);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  struct ReplicaElectionResult {
    std::string topic;
    std::vector<PartitionResult> partition_result;

    bool operator==(const ReplicaElectionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partition_result", m.partition_result);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<ReplicaElectionResult> replica_election_results;

  bool operator==(const ElectLeadersResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code, since(1));
    w("replica_election_results", m.replica_election_results);
  }
};

}  // namespace kafka
