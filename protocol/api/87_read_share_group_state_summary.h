// ReadShareGroupStateSummary: start offset and epoch of share partitions, without the batches
// (KIP-932).
//   v1: count of completed deliveries (KIP-1226)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ReadShareGroupStateSummaryRequest {
  static constexpr ApiKey key = ApiKey::ReadShareGroupStateSummary;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
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

  struct ReadStateSummaryData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const ReadStateSummaryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<ReadStateSummaryData> topics;

  bool operator==(const ReadShareGroupStateSummaryRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct ReadShareGroupStateSummaryResponse {
  static constexpr ApiKey key = ApiKey::ReadShareGroupStateSummary;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct PartitionResult {
    int32_t partition = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;

    bool operator==(const PartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("state_epoch", m.state_epoch);
      w("leader_epoch", m.leader_epoch);
      w("start_offset", m.start_offset);
      w("delivery_complete_count", m.delivery_complete_count, since(1), ignorable);
    }
  };

  struct ReadStateSummaryResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    bool operator==(const ReadStateSummaryResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<ReadStateSummaryResult> results;

  bool operator==(const ReadShareGroupStateSummaryResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("results", m.results); }
};

}  // namespace kafka
