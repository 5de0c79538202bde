// DescribeProducers: the producers that a partition remembers (KIP-664).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeProducersRequest {
  static constexpr ApiKey key = ApiKey::DescribeProducers;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicRequest {
    std::string name;
    std::vector<int32_t> partition_indexes;

    bool operator==(const TopicRequest&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partition_indexes", m.partition_indexes);
    }
  };

  std::vector<TopicRequest> topics;

  bool operator==(const DescribeProducersRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topics", m.topics); }
};

struct DescribeProducersResponse {
  static constexpr ApiKey key = ApiKey::DescribeProducers;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct ProducerState {
    int64_t producer_id = 0;
    int32_t producer_epoch = 0;
    int32_t last_sequence = -1;
    int64_t last_timestamp = -1;
    int32_t coordinator_epoch = 0;
    int64_t current_txn_start_offset = -1;

    bool operator==(const ProducerState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("producer_id", m.producer_id);
      w("producer_epoch", m.producer_epoch);
      w("last_sequence", m.last_sequence);
      w("last_timestamp", m.last_timestamp);
      w("coordinator_epoch", m.coordinator_epoch);
      w("current_txn_start_offset", m.current_txn_start_offset);
    }
  };

  struct PartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<ProducerState> active_producers;

    bool operator==(const PartitionResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("active_producers", m.active_producers);
    }
  };

  struct TopicResponse {
    std::string name;
    std::vector<PartitionResponse> partitions;

    bool operator==(const TopicResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TopicResponse> topics;

  bool operator==(const DescribeProducersResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
  }
};

}  // namespace kafka
