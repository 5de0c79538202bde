// AssignReplicasToDirs: a broker tells in which directories its replicas live (KIP-858).
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AssignReplicasToDirsRequest {
  static constexpr ApiKey key = ApiKey::AssignReplicasToDirs;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("partition_index", m.partition_index); }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  struct DirectoryData {
    Uuid id;
    std::vector<TopicData> topics;

    bool operator==(const DirectoryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("id", m.id);
      w("topics", m.topics);
    }
  };

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  std::vector<DirectoryData> directories;

  bool operator==(const AssignReplicasToDirsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
    w("directories", m.directories);
  }
};

struct AssignReplicasToDirsResponse {
  static constexpr ApiKey key = ApiKey::AssignReplicasToDirs;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  struct DirectoryData {
    Uuid id;
    std::vector<TopicData> topics;

    bool operator==(const DirectoryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("id", m.id);
      w("topics", m.topics);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<DirectoryData> directories;

  bool operator==(const AssignReplicasToDirsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("directories", m.directories);
  }
};

}  // namespace kafka
