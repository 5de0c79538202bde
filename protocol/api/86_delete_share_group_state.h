// DeleteShareGroupState: the state of share partitions ends (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DeleteShareGroupStateRequest {
  static constexpr ApiKey key = ApiKey::DeleteShareGroupState;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("partition", m.partition); }
  };

  struct DeleteStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const DeleteStateData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<DeleteStateData> topics;

  bool operator==(const DeleteShareGroupStateRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct DeleteShareGroupStateResponse {
  static constexpr ApiKey key = ApiKey::DeleteShareGroupState;
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

  struct DeleteStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    bool operator==(const DeleteStateResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<DeleteStateResult> results;

  bool operator==(const DeleteShareGroupStateResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("results", m.results); }
};

}  // namespace kafka
