// AlterReplicaLogDirs: moves replicas to other log directories of the same broker (KIP-113).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterReplicaLogDirsRequest {
  static constexpr ApiKey key = ApiKey::AlterReplicaLogDirs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct AlterReplicaLogDirTopic {
    std::string name;
    std::vector<int32_t> partitions;

    bool operator==(const AlterReplicaLogDirTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  struct AlterReplicaLogDir {
    std::string path;
    std::vector<AlterReplicaLogDirTopic> topics;

    bool operator==(const AlterReplicaLogDir&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("path", m.path);
      w("topics", m.topics);
    }
  };

  std::vector<AlterReplicaLogDir> dirs;

  bool operator==(const AlterReplicaLogDirsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("dirs", m.dirs); }
};

struct AlterReplicaLogDirsResponse {
  static constexpr ApiKey key = ApiKey::AlterReplicaLogDirs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  struct AlterReplicaLogDirPartitionResult {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const AlterReplicaLogDirPartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct AlterReplicaLogDirTopicResult {
    std::string topic_name;
    std::vector<AlterReplicaLogDirPartitionResult> partitions;

    bool operator==(const AlterReplicaLogDirTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterReplicaLogDirTopicResult> results;

  bool operator==(const AlterReplicaLogDirsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
