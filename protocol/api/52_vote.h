// Vote: a candidate of the metadata quorum asks for a vote (KIP-595).
//   v1: directory ids of voters (KIP-853)
//   v2: pre-vote (KIP-996)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct VoteRequest {
  static constexpr ApiKey key = ApiKey::Vote;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t replica_epoch = 0;
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    Uuid voter_directory_id;
    int32_t last_offset_epoch = 0;
    int64_t last_offset = 0;
    bool pre_vote = false;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("replica_epoch", m.replica_epoch);
      w("replica_id", m.replica_id);
      w("replica_directory_id", m.replica_directory_id, since(1), ignorable);
      w("voter_directory_id", m.voter_directory_id, since(1), ignorable);
      w("last_offset_epoch", m.last_offset_epoch);
      w("last_offset", m.last_offset);
      w("pre_vote", m.pre_vote, since(2));
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

  std::optional<std::string> cluster_id;
  int32_t voter_id = -1;
  std::vector<TopicData> topics;

  bool operator==(const VoteRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("cluster_id", m.cluster_id, nullable(0));
    w("voter_id", m.voter_id, since(1), ignorable);
    w("topics", m.topics);
  }
};

struct VoteResponse {
  static constexpr ApiKey key = ApiKey::Vote;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    bool vote_granted = false;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
      w("vote_granted", m.vote_granted);
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

  bool operator==(const VoteResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("topics", m.topics);
    w.tagged(0, "node_endpoints", m.node_endpoints, since(1));
  }
};

}  // namespace kafka
