// AlterPartitionReassignments: starts and cancels moves of partitions (KIP-455).
//   v1: allow a change of the replication factor or not (KIP-860)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterPartitionReassignmentsRequest {
  static constexpr ApiKey key = ApiKey::AlterPartitionReassignments;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct ReassignablePartition {
    int32_t partition_index = 0;
    std::optional<std::vector<int32_t>> replicas;

    bool operator==(const ReassignablePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("replicas", m.replicas, nullable(0));
    }
  };

  struct ReassignableTopic {
    std::string name;
    std::vector<ReassignablePartition> partitions;

    bool operator==(const ReassignableTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::vector<ReassignableTopic> topics;

  bool operator==(const AlterPartitionReassignmentsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("timeout_ms", m.timeout_ms);
    w("allow_replication_factor_change", m.allow_replication_factor_change, since(1));
    w("topics", m.topics);
  }
};

struct AlterPartitionReassignmentsResponse {
  static constexpr ApiKey key = ApiKey::AlterPartitionReassignments;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct ReassignablePartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const ReassignablePartitionResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  struct ReassignableTopicResponse {
    std::string name;
    std::vector<ReassignablePartitionResponse> partitions;

    bool operator==(const ReassignableTopicResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<ReassignableTopicResponse> responses;

  bool operator==(const AlterPartitionReassignmentsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("allow_replication_factor_change", m.allow_replication_factor_change, since(1), ignorable);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("responses", m.responses);
  }
};

}  // namespace kafka
