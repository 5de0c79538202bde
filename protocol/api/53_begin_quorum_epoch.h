// BeginQuorumEpoch: the leader of the metadata quorum tells the voters that it was elected
// (KIP-595).
//   v1: directory ids and the leader's endpoints (KIP-853)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct BeginQuorumEpochRequest {
  static constexpr ApiKey key = ApiKey::BeginQuorumEpoch;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 1;

  struct PartitionData {
    int32_t partition_index = 0;
    Uuid voter_directory_id;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("voter_directory_id", m.voter_directory_id, since(1), ignorable);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
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

  struct LeaderEndpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;

    bool operator==(const LeaderEndpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
    }
  };

  std::optional<std::string> cluster_id;
  int32_t voter_id = -1;
  std::vector<TopicData> topics;
  std::vector<LeaderEndpoint> leader_endpoints;

  bool operator==(const BeginQuorumEpochRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("cluster_id", m.cluster_id, nullable(0));
    w("voter_id", m.voter_id, since(1), ignorable);
    w("topics", m.topics);
    w("leader_endpoints", m.leader_endpoints, since(1), ignorable);
  }
};

struct BeginQuorumEpochResponse {
  static constexpr ApiKey key = ApiKey::BeginQuorumEpoch;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 1;

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
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

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    uint16_t port = 0;

    bool operator==(const NodeEndpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("node_id", m.node_id);
      w("host", m.host);
      w("port", m.port);
    }
  };

  int16_t error_code = 0;
  std::vector<TopicData> topics;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const BeginQuorumEpochResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("topics", m.topics);
    w.tagged(0, "node_endpoints", m.node_endpoints, since(1));
  }
};

}  // namespace kafka
