// DescribeShareGroupOffsets: start offsets of share groups (KIP-932).
//   v1: lag (KIP-1226)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeShareGroupOffsetsRequest {
  static constexpr ApiKey key = ApiKey::DescribeShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct DescribeShareGroupOffsetsRequestTopic {
    std::string topic_name;
    std::vector<int32_t> partitions;

    bool operator==(const DescribeShareGroupOffsetsRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  struct DescribeShareGroupOffsetsRequestGroup {
    std::string group_id;
    std::optional<std::vector<DescribeShareGroupOffsetsRequestTopic>> topics{std::in_place};

    bool operator==(const DescribeShareGroupOffsetsRequestGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("topics", m.topics, nullable(0));
    }
  };

  std::vector<DescribeShareGroupOffsetsRequestGroup> groups;

  bool operator==(const DescribeShareGroupOffsetsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("groups", m.groups); }
};

struct DescribeShareGroupOffsetsResponse {
  static constexpr ApiKey key = ApiKey::DescribeShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct DescribeShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;
    int32_t leader_epoch = 0;
    int64_t lag = -1;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const DescribeShareGroupOffsetsResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("start_offset", m.start_offset);
      w("leader_epoch", m.leader_epoch);
      w("lag", m.lag, since(1), ignorable);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  struct DescribeShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<DescribeShareGroupOffsetsResponsePartition> partitions;

    bool operator==(const DescribeShareGroupOffsetsResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  struct DescribeShareGroupOffsetsResponseGroup {
    std::string group_id;
    std::vector<DescribeShareGroupOffsetsResponseTopic> topics;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const DescribeShareGroupOffsetsResponseGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("topics", m.topics);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeShareGroupOffsetsResponseGroup> groups;

  bool operator==(const DescribeShareGroupOffsetsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("groups", m.groups);
  }
};

}  // namespace kafka
