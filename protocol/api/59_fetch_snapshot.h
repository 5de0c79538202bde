// FetchSnapshot: a slice of a snapshot of the metadata log (KIP-630).
//   v1: directory id of the replica, endpoints of the leader (KIP-853)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct FetchSnapshotRequest {
  static constexpr ApiKey key = ApiKey::FetchSnapshot;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct SnapshotId {
    int64_t end_offset = 0;
    int32_t epoch = 0;

    bool operator==(const SnapshotId&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("end_offset", m.end_offset);
      w("epoch", m.epoch);
    }
  };

  struct PartitionSnapshot {
    int32_t partition = 0;
    int32_t current_leader_epoch = 0;
    SnapshotId snapshot_id;
    int64_t position = 0;
    Uuid replica_directory_id;

    bool operator==(const PartitionSnapshot&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("current_leader_epoch", m.current_leader_epoch);
      w("snapshot_id", m.snapshot_id);
      w("position", m.position);
      w.tagged(0, "replica_directory_id", m.replica_directory_id, since(1), ignorable);
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    bool operator==(const TopicSnapshot&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;
  int32_t max_bytes = INT32_MAX;
  std::vector<TopicSnapshot> topics;

  bool operator==(const FetchSnapshotRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w.tagged(0, "cluster_id", m.cluster_id, nullable(0));
    w("replica_id", m.replica_id);
    w("max_bytes", m.max_bytes);
    w("topics", m.topics);
  }
};

struct FetchSnapshotResponse {
  static constexpr ApiKey key = ApiKey::FetchSnapshot;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct SnapshotId {
    int64_t end_offset = 0;
    int32_t epoch = 0;

    bool operator==(const SnapshotId&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("end_offset", m.end_offset);
      w("epoch", m.epoch);
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
    }
  };

  struct PartitionSnapshot {
    int32_t index = 0;
    int16_t error_code = 0;
    SnapshotId snapshot_id;
    LeaderIdAndEpoch current_leader;
    int64_t size = 0;
    int64_t position = 0;
    Records unaligned_records;

    bool operator==(const PartitionSnapshot&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("index", m.index);
      w("error_code", m.error_code);
      w("snapshot_id", m.snapshot_id);
      w.tagged(0, "current_leader", m.current_leader);
      w("size", m.size);
      w("position", m.position);
      w("unaligned_records", m.unaligned_records);
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    bool operator==(const TopicSnapshot&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
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

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<TopicSnapshot> topics;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const FetchSnapshotResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("topics", m.topics);
    w.tagged(0, "node_endpoints", m.node_endpoints, since(1));
  }
};

}  // namespace kafka
