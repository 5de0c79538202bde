// AlterShareGroupOffsets: moves the start offsets of an empty share group (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterShareGroupOffsetsRequest {
  static constexpr ApiKey key = ApiKey::AlterShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct AlterShareGroupOffsetsRequestPartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;

    bool operator==(const AlterShareGroupOffsetsRequestPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("start_offset", m.start_offset);
    }
  };

  struct AlterShareGroupOffsetsRequestTopic {
    std::string topic_name;
    std::vector<AlterShareGroupOffsetsRequestPartition> partitions;

    bool operator==(const AlterShareGroupOffsetsRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<AlterShareGroupOffsetsRequestTopic> topics;

  bool operator==(const AlterShareGroupOffsetsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct AlterShareGroupOffsetsResponse {
  static constexpr ApiKey key = ApiKey::AlterShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct AlterShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const AlterShareGroupOffsetsResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  struct AlterShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<AlterShareGroupOffsetsResponsePartition> partitions;

    bool operator==(const AlterShareGroupOffsetsResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<AlterShareGroupOffsetsResponseTopic> responses;

  bool operator==(const AlterShareGroupOffsetsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("responses", m.responses);
  }
};

}  // namespace kafka
