// ReadShareGroupState: reads the delivery state of share partitions (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ReadShareGroupStateRequest {
  static constexpr ApiKey key = ApiKey::ReadShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition = 0;
    int32_t leader_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("leader_epoch", m.leader_epoch);
    }
  };

  struct ReadStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const ReadStateData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<ReadStateData> topics;

  bool operator==(const ReadShareGroupStateRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct ReadShareGroupStateResponse {
  static constexpr ApiKey key = ApiKey::ReadShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    bool operator==(const StateBatch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("first_offset", m.first_offset);
      w("last_offset", m.last_offset);
      w("delivery_state", m.delivery_state);
      w("delivery_count", m.delivery_count);
    }
  };

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int32_t state_epoch = 0;
    int64_t start_offset = 0;
    std::vector<StateBatch> state_batches;

    bool operator==(const PartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("state_epoch", m.state_epoch);
      w("start_offset", m.start_offset);
      w("state_batches", m.state_batches);
    }
  };

  struct ReadStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    bool operator==(const ReadStateResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<ReadStateResult> results;

  bool operator==(const ReadShareGroupStateResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("results", m.results); }
};

}  // namespace kafka
