// OffsetCommit: stores how far a group has read each partition.
//   v5: no retention time any more (KIP-211)
//   v6: leader epochs (KIP-320)
//   v7: static members (KIP-345)
//   v9: member epochs of the new protocol (KIP-848)
//   v10: topic ids instead of names (KIP-848)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct OffsetCommitRequest {
  static constexpr ApiKey key = ApiKey::OffsetCommit;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 10;
  static constexpr int16_t flexible_since = 8;

  struct OffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata = "";

    bool operator==(const OffsetCommitRequestPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("committed_offset", m.committed_offset);
      w("committed_leader_epoch", m.committed_leader_epoch, since(6), ignorable);
      w("committed_metadata", m.committed_metadata, nullable(0));
    }
  };

  struct OffsetCommitRequestTopic {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetCommitRequestPartition> partitions;

    bool operator==(const OffsetCommitRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(9), ignorable);
      w("topic_id", m.topic_id, since(10), ignorable);
      w("partitions", m.partitions);
    }
  };

  std::string group_id;
  int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  int64_t retention_time_ms = -1;
  std::vector<OffsetCommitRequestTopic> topics;

  bool operator==(const OffsetCommitRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("generation_id_or_member_epoch", m.generation_id_or_member_epoch);
    w("member_id", m.member_id);
    w("group_instance_id", m.group_instance_id, since(7), nullable(7));
    w("retention_time_ms", m.retention_time_ms, until(4), ignorable);
    w("topics", m.topics);
  }
};

struct OffsetCommitResponse {
  static constexpr ApiKey key = ApiKey::OffsetCommit;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 10;
  static constexpr int16_t flexible_since = 8;

  struct OffsetCommitResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const OffsetCommitResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct OffsetCommitResponseTopic {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetCommitResponsePartition> partitions;

    bool operator==(const OffsetCommitResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(9), ignorable);
      w("topic_id", m.topic_id, since(10), ignorable);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitResponseTopic> topics;

  bool operator==(const OffsetCommitResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(3), ignorable);
    w("topics", m.topics);
  }
};

}  // namespace kafka
