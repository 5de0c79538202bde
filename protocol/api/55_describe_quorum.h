// DescribeQuorum: leader, voters and observers of the metadata quorum, and how far each has come
// (KIP-595, KIP-642).
//   v1: times of the last fetch (KIP-836)
//   v2: directory ids, listeners, error messages (KIP-853)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeQuorumRequest {
  static constexpr ApiKey key = ApiKey::DescribeQuorum;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("partition_index", m.partition_index); }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  std::vector<TopicData> topics;

  bool operator==(const DescribeQuorumRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topics", m.topics); }
};

struct DescribeQuorumResponse {
  static constexpr ApiKey key = ApiKey::DescribeQuorum;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct ReplicaState {
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    int64_t log_end_offset = 0;
    int64_t last_fetch_timestamp = -1;
    int64_t last_caught_up_timestamp = -1;

    bool operator==(const ReplicaState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("replica_id", m.replica_id);
      w("replica_directory_id", m.replica_directory_id, since(2));
      w("log_end_offset", m.log_end_offset);
      w("last_fetch_timestamp", m.last_fetch_timestamp, since(1), ignorable);
      w("last_caught_up_timestamp", m.last_caught_up_timestamp, since(1), ignorable);
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    int64_t high_watermark = 0;
    std::vector<ReplicaState> current_voters;
    std::vector<ReplicaState> observers;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, since(2), nullable(2), ignorable);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
      w("high_watermark", m.high_watermark);
      w("current_voters", m.current_voters);
      w("observers", m.observers);
    }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;

    bool operator==(const Listener&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
    }
  };

  struct Node {
    int32_t node_id = 0;
    std::vector<Listener> listeners;

    bool operator==(const Node&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("node_id", m.node_id);
      w("listeners", m.listeners);
    }
  };

  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<TopicData> topics;
  std::vector<Node> nodes;

  bool operator==(const DescribeQuorumResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("error_message", m.error_message, since(2), nullable(2), ignorable);
    w("topics", m.topics);
    w("nodes", m.nodes, since(2));
  }
};

}  // namespace kafka
