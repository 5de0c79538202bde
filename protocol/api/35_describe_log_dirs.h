// DescribeLogDirs: log directories of a broker, with the size of the replicas in them (KIP-113).
//   v3: error for the whole answer (KIP-784)
//   v4: size of the disks (KIP-827)
//   v5: cordoned directories (KIP-1066)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeLogDirsRequest {
  static constexpr ApiKey key = ApiKey::DescribeLogDirs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 2;

  struct DescribableLogDirTopic {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const DescribableLogDirTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  std::optional<std::vector<DescribableLogDirTopic>> topics{std::in_place};

  bool operator==(const DescribeLogDirsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topics", m.topics, nullable(0)); }
};

struct DescribeLogDirsResponse {
  static constexpr ApiKey key = ApiKey::DescribeLogDirs;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 2;

  struct DescribeLogDirsPartition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;
    int64_t offset_lag = 0;
    bool is_future_key = false;

    bool operator==(const DescribeLogDirsPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("partition_size", m.partition_size);
      w("offset_lag", m.offset_lag);
      w("is_future_key", m.is_future_key);
    }
  };

  struct DescribeLogDirsTopic {
    std::string name;
    std::vector<DescribeLogDirsPartition> partitions;

    bool operator==(const DescribeLogDirsTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  struct DescribeLogDirsResult {
    int16_t error_code = 0;
    std::string log_dir;
    std::vector<DescribeLogDirsTopic> topics;
    int64_t total_bytes = -1;
    int64_t usable_bytes = -1;
    bool is_cordoned = false;

    bool operator==(const DescribeLogDirsResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("log_dir", m.log_dir);
      w("topics", m.topics);
      w("total_bytes", m.total_bytes, since(4), ignorable);
      w("usable_bytes", m.usable_bytes, since(4), ignorable);
      w("is_cordoned", m.is_cordoned, since(5), ignorable);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<DescribeLogDirsResult> results;

  bool operator==(const DescribeLogDirsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code, since(3), ignorable);
    w("results", m.results);
  }
};

}  // namespace kafka
