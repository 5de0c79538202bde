// OffsetDelete: deletes committed offsets of a group (KIP-496). Never flexible.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct OffsetDeleteRequest {
  static constexpr ApiKey key = ApiKey::OffsetDelete;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  struct OffsetDeleteRequestPartition {
    int32_t partition_index = 0;

    bool operator==(const OffsetDeleteRequestPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("partition_index", m.partition_index); }
  };

  struct OffsetDeleteRequestTopic {
    std::string name;
    std::vector<OffsetDeleteRequestPartition> partitions;

    bool operator==(const OffsetDeleteRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  std::vector<OffsetDeleteRequestTopic> topics;

  bool operator==(const OffsetDeleteRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct OffsetDeleteResponse {
  static constexpr ApiKey key = ApiKey::OffsetDelete;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  struct OffsetDeleteResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const OffsetDeleteResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct OffsetDeleteResponseTopic {
    std::string name;
    std::vector<OffsetDeleteResponsePartition> partitions;

    bool operator==(const OffsetDeleteResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int16_t error_code = 0;
  int32_t throttle_time_ms = 0;
  std::vector<OffsetDeleteResponseTopic> topics;

  bool operator==(const OffsetDeleteResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
  }
};

}  // namespace kafka
