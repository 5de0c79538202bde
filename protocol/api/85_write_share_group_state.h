// WriteShareGroupState: writes changes of the delivery state of share partitions (KIP-932).
//   v1: count of completed deliveries (KIP-1226)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct WriteShareGroupStateRequest {
  static constexpr ApiKey key = ApiKey::WriteShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
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

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;
    std::vector<StateBatch> state_batches;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("state_epoch", m.state_epoch);
      w("leader_epoch", m.leader_epoch);
      w("start_offset", m.start_offset);
      w("delivery_complete_count", m.delivery_complete_count, since(1), ignorable);
      w("state_batches", m.state_batches);
    }
  };

  struct WriteStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const WriteStateData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<WriteStateData> topics;

  bool operator==(const WriteShareGroupStateRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct WriteShareGroupStateResponse {
  static constexpr ApiKey key = ApiKey::WriteShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const PartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  struct WriteStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    bool operator==(const WriteStateResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<WriteStateResult> results;

  bool operator==(const WriteShareGroupStateResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("results", m.results); }
};

}  // namespace kafka
