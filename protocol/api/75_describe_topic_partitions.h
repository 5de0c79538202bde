// DescribeTopicPartitions: topics by pages, with eligible leader replicas (KIP-966).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeTopicPartitionsRequest {
  static constexpr ApiKey key = ApiKey::DescribeTopicPartitions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicRequest {
    std::string name;

    bool operator==(const TopicRequest&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("name", m.name); }
  };

  struct Cursor {
    std::string topic_name;
    int32_t partition_index = 0;

    bool operator==(const Cursor&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partition_index", m.partition_index);
    }
  };

  std::vector<TopicRequest> topics;
  int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;

  bool operator==(const DescribeTopicPartitionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics);
    w("response_partition_limit", m.response_partition_limit);
    w("cursor", m.cursor, nullable(0));
  }
};

struct DescribeTopicPartitionsResponse {
  static constexpr ApiKey key = ApiKey::DescribeTopicPartitions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct DescribeTopicPartitionsResponsePartition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::optional<std::vector<int32_t>> eligible_leader_replicas;
    std::optional<std::vector<int32_t>> last_known_elr;
    std::vector<int32_t> offline_replicas;

    bool operator==(const DescribeTopicPartitionsResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("partition_index", m.partition_index);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
      w("replica_nodes", m.replica_nodes);
      w("isr_nodes", m.isr_nodes);
      w("eligible_leader_replicas", m.eligible_leader_replicas, nullable(0));
      w("last_known_elr", m.last_known_elr, nullable(0));
      w("offline_replicas", m.offline_replicas);
    }
  };

  struct DescribeTopicPartitionsResponseTopic {
    int16_t error_code = 0;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<DescribeTopicPartitionsResponsePartition> partitions;
    int32_t topic_authorized_operations = INT32_MIN;

    bool operator==(const DescribeTopicPartitionsResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("name", m.name, nullable(0));
      w("topic_id", m.topic_id);
      w("is_internal", m.is_internal);
      w("partitions", m.partitions);
      w("topic_authorized_operations", m.topic_authorized_operations);
    }
  };

  struct Cursor {
    std::string topic_name;
    int32_t partition_index = 0;

    bool operator==(const Cursor&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partition_index", m.partition_index);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeTopicPartitionsResponseTopic> topics;
  std::optional<Cursor> next_cursor;

  bool operator==(const DescribeTopicPartitionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
    w("next_cursor", m.next_cursor, nullable(0));
  }
};

}  // namespace kafka
