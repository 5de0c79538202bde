// ListOffsets: the offset for a timestamp, or a special one: -1 latest, -2 earliest, -3 with the
// largest timestamp, -4 earliest on local disk, -5 last in tiered storage.
//   v2: isolation level (KIP-98)
//   v4: leader epochs (KIP-320)
//   v7: largest timestamp (KIP-734)
//   v8: earliest local (KIP-405)
//   v9: last tiered (KIP-1005)
//   v10: timeout for tiered storage (KIP-1075)
//   v11: earliest not yet uploaded, -6 (KIP-1023)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ListOffsetsRequest {
  static constexpr ApiKey key = ApiKey::ListOffsets;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 11;
  static constexpr int16_t flexible_since = 6;

  struct ListOffsetsPartition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;

    bool operator==(const ListOffsetsPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("current_leader_epoch", m.current_leader_epoch, since(4), ignorable);
      w("timestamp", m.timestamp);
    }
  };

  struct ListOffsetsTopic {
    std::string name;
    std::vector<ListOffsetsPartition> partitions;

    bool operator==(const ListOffsetsTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics;
  int32_t timeout_ms = 0;

  bool operator==(const ListOffsetsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("replica_id", m.replica_id);
    w("isolation_level", m.isolation_level, since(2));
    w("topics", m.topics);
    w("timeout_ms", m.timeout_ms, since(10), ignorable);
  }
};

struct ListOffsetsResponse {
  static constexpr ApiKey key = ApiKey::ListOffsets;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 11;
  static constexpr int16_t flexible_since = 6;

  struct ListOffsetsPartitionResponse {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    bool operator==(const ListOffsetsPartitionResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("timestamp", m.timestamp);
      w("offset", m.offset);
      w("leader_epoch", m.leader_epoch, since(4));
    }
  };

  struct ListOffsetsTopicResponse {
    std::string name;
    std::vector<ListOffsetsPartitionResponse> partitions;

    bool operator==(const ListOffsetsTopicResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics;

  bool operator==(const ListOffsetsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(2), ignorable);
    w("topics", m.topics);
  }
};

}  // namespace kafka
