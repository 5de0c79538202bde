// Metadata: brokers, the controller, topics with their partitions, leaders and replicas. In v0 no
// topics means all; later null means all and empty means none.
//   v1: racks, controller id, internal topics
//   v4: create missing topics or not (KIP-204)
//   v5: offline replicas (KIP-112)
//   v7: leader epochs (KIP-320)
//   v8: authorized operations (KIP-430)
//   v10: topic ids in answers (KIP-516)
//   v11: cluster operations moved to DescribeCluster (KIP-700)
//   v12: ask by topic id
//   v13: error for the whole answer (KIP-1102)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct MetadataRequest {
  static constexpr ApiKey key = ApiKey::Metadata;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 13;
  static constexpr int16_t flexible_since = 9;

  struct MetadataRequestTopic {
    Uuid topic_id;
    std::optional<std::string> name = "";

    bool operator==(const MetadataRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id, since(10), ignorable);
      w("name", m.name, nullable(10));
    }
  };

  std::optional<std::vector<MetadataRequestTopic>> topics{std::in_place};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  bool operator==(const MetadataRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics, nullable(1));
    w("allow_auto_topic_creation", m.allow_auto_topic_creation, since(4));
    w("include_cluster_authorized_operations", m.include_cluster_authorized_operations, since(8),
      until(10));
    w("include_topic_authorized_operations", m.include_topic_authorized_operations, since(8));
  }
};

struct MetadataResponse {
  static constexpr ApiKey key = ApiKey::Metadata;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 13;
  static constexpr int16_t flexible_since = 9;

  struct MetadataResponseBroker {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const MetadataResponseBroker&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("node_id", m.node_id);
      w("host", m.host);
      w("port", m.port);
      w("rack", m.rack, since(1), nullable(1), ignorable);
    }
  };

  struct MetadataResponsePartition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::vector<int32_t> offline_replicas;

    bool operator==(const MetadataResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("partition_index", m.partition_index);
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch, since(7), ignorable);
      w("replica_nodes", m.replica_nodes);
      w("isr_nodes", m.isr_nodes);
      w("offline_replicas", m.offline_replicas, since(5), ignorable);
    }
  };

  struct MetadataResponseTopic {
    int16_t error_code = 0;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<MetadataResponsePartition> partitions;
    int32_t topic_authorized_operations = INT32_MIN;

    bool operator==(const MetadataResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("name", m.name, nullable(12));
      w("topic_id", m.topic_id, since(10), ignorable);
      w("is_internal", m.is_internal, since(1), ignorable);
      w("partitions", m.partitions);
      w("topic_authorized_operations", m.topic_authorized_operations, since(8));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;
  std::vector<MetadataResponseTopic> topics;
  int32_t cluster_authorized_operations = INT32_MIN;
  int16_t error_code = 0;

  bool operator==(const MetadataResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(3), ignorable);
    w("brokers", m.brokers);
    w("cluster_id", m.cluster_id, since(2), nullable(2), ignorable);
    w("controller_id", m.controller_id, since(1), ignorable);
    w("topics", m.topics);
    w("cluster_authorized_operations", m.cluster_authorized_operations, since(8), until(10));
    w("error_code", m.error_code, since(13), ignorable);
  }
};

}  // namespace kafka
