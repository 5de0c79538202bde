// OffsetForLeaderEpoch: where a leader epoch ends, for those who look for the point at which two
// histories part (KIP-101, KIP-320).
//   v3: the replica says who it is (KIP-392)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct OffsetForLeaderEpochRequest {
  static constexpr ApiKey key = ApiKey::OffsetForLeaderEpoch;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  struct OffsetForLeaderPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    bool operator==(const OffsetForLeaderPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("current_leader_epoch", m.current_leader_epoch);
      w("leader_epoch", m.leader_epoch);
    }
  };

  struct OffsetForLeaderTopic {
    std::string topic;
    std::vector<OffsetForLeaderPartition> partitions;

    bool operator==(const OffsetForLeaderTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics;

  bool operator==(const OffsetForLeaderEpochRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("replica_id", m.replica_id, since(3), ignorable);
    w("topics", m.topics);
  }
};

struct OffsetForLeaderEpochResponse {
  static constexpr ApiKey key = ApiKey::OffsetForLeaderEpoch;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  struct EpochEndOffset {
    int16_t error_code = 0;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    bool operator==(const EpochEndOffset&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("partition", m.partition);
      w("leader_epoch", m.leader_epoch);
      w("end_offset", m.end_offset);
    }
  };

  struct OffsetForLeaderTopicResult {
    std::string topic;
    std::vector<EpochEndOffset> partitions;

    bool operator==(const OffsetForLeaderTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics;

  bool operator==(const OffsetForLeaderEpochResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
  }
};

}  // namespace kafka
