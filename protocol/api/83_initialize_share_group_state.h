// InitializeShareGroupState: the state of share partitions begins (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct InitializeShareGroupStateRequest {
  static constexpr ApiKey key = ApiKey::InitializeShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int64_t start_offset = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("state_epoch", m.state_epoch);
      w("start_offset", m.start_offset);
    }
  };

  struct InitializeStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const InitializeStateData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<InitializeStateData> topics;

  bool operator==(const InitializeShareGroupStateRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct InitializeShareGroupStateResponse {
  static constexpr ApiKey key = ApiKey::InitializeShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
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

  struct InitializeStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    bool operator==(const InitializeStateResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<InitializeStateResult> results;

  bool operator==(const InitializeShareGroupStateResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("results", m.results); }
};

}  // namespace kafka
