// Fetch: batches from an offset on, for consumers and for followers, brokers and controllers
// alike; waits until min_bytes are there or max_wait_ms are over.
//   v5: log start offset (KIP-107)
//   v7: incremental sessions (KIP-227)
//   v9: leader epochs fence stale clients (KIP-320)
//   v10: zstd allowed (KIP-110)
//   v11: rack of the consumer, preferred replica (KIP-392)
//   v12: followers find where histories part (KIP-595)
//   v13: topic ids (KIP-516)
//   v15: replica epoch (KIP-903)
//   v16: endpoints of new leaders (KIP-951)
//   v17: directory ids (KIP-853)
//   v18: the follower's high watermark (KIP-1166)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct FetchRequest {
  static constexpr ApiKey key = ApiKey::Fetch;
  static constexpr int16_t min_version = 4;
  static constexpr int16_t max_version = 18;
  static constexpr int16_t flexible_since = 12;

  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;

    bool operator==(const ReplicaState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("replica_id", m.replica_id);
      w("replica_epoch", m.replica_epoch);
    }
  };

  struct FetchPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    int64_t high_watermark = INT64_MAX;

    bool operator==(const FetchPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("current_leader_epoch", m.current_leader_epoch, since(9), ignorable);
      w("fetch_offset", m.fetch_offset);
      w("last_fetched_epoch", m.last_fetched_epoch, since(12));
      w("log_start_offset", m.log_start_offset, since(5), ignorable);
      w("partition_max_bytes", m.partition_max_bytes);
      w.tagged(0, "replica_directory_id", m.replica_directory_id, since(17), ignorable);
      w.tagged(1, "high_watermark", m.high_watermark, INT64_MAX, since(18), ignorable);
    }
  };

  struct FetchTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<FetchPartition> partitions;

    bool operator==(const FetchTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic, until(12), ignorable);
      w("topic_id", m.topic_id, since(13), ignorable);
      w("partitions", m.partitions);
    }
  };

  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<int32_t> partitions;

    bool operator==(const ForgottenTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic, until(12), ignorable);
      w("topic_id", m.topic_id, since(13), ignorable);
      w("partitions", m.partitions);
    }
  };

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;
  ReplicaState replica_state;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  bool operator==(const FetchRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w.tagged(0, "cluster_id", m.cluster_id, since(12), nullable(12), ignorable);
    w("replica_id", m.replica_id, until(14));
    w.tagged(1, "replica_state", m.replica_state, since(15));
    w("max_wait_ms", m.max_wait_ms);
    w("min_bytes", m.min_bytes);
    w("max_bytes", m.max_bytes);
    w("isolation_level", m.isolation_level);
    w("session_id", m.session_id, since(7), ignorable);
    w("session_epoch", m.session_epoch, since(7), ignorable);
    w("topics", m.topics);
    w("forgotten_topics_data", m.forgotten_topics_data, since(7));
    w("rack_id", m.rack_id, since(11), ignorable);
  }
};

struct FetchResponse {
  static constexpr ApiKey key = ApiKey::Fetch;
  static constexpr int16_t min_version = 4;
  static constexpr int16_t max_version = 18;
  static constexpr int16_t flexible_since = 12;

  struct EpochEndOffset {
    int32_t epoch = -1;
    int64_t end_offset = -1;

    bool operator==(const EpochEndOffset&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("epoch", m.epoch);
      w("end_offset", m.end_offset);
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
    }
  };

  struct SnapshotId {
    int64_t end_offset = -1;
    int32_t epoch = -1;

    bool operator==(const SnapshotId&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("end_offset", m.end_offset);
      w("epoch", m.epoch);
    }
  };

  struct AbortedTransaction {
    int64_t producer_id = 0;
    int64_t first_offset = 0;

    bool operator==(const AbortedTransaction&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("producer_id", m.producer_id);
      w("first_offset", m.first_offset);
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t high_watermark = 0;
    int64_t last_stable_offset = -1;
    int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions{std::in_place};
    int32_t preferred_read_replica = -1;
    Records records;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("high_watermark", m.high_watermark);
      w("last_stable_offset", m.last_stable_offset);
      w("log_start_offset", m.log_start_offset, since(5), ignorable);
      w.tagged(0, "diverging_epoch", m.diverging_epoch, since(12));
      w.tagged(1, "current_leader", m.current_leader, since(12));
      w.tagged(2, "snapshot_id", m.snapshot_id, since(12));
      w("aborted_transactions", m.aborted_transactions, nullable(4));
      w("preferred_read_replica", m.preferred_read_replica, since(11));
      w("records", m.records, nullable(0));
    }
  };

  struct FetchableTopicResponse {
    std::string topic;
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const FetchableTopicResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic, until(12), ignorable);
      w("topic_id", m.topic_id, since(13), ignorable);
      w("partitions", m.partitions);
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const NodeEndpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("node_id", m.node_id);
      w("host", m.host);
      w("port", m.port);
      w("rack", m.rack, nullable(16));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t session_id = 0;
  std::vector<FetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const FetchResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code, since(7), ignorable);
    w("session_id", m.session_id, since(7));
    w("responses", m.responses);
    w.tagged(0, "node_endpoints", m.node_endpoints, since(16));
  }
};

}  // namespace kafka
