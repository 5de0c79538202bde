// Produce: appends batches of records to partitions; acks says when to answer (0 never, 1 after
// the leader's append, -1 after all in-sync replicas).
//   v3: transactional ids, record format v2 only (KIP-98)
//   v7: zstd allowed (KIP-110)
//   v8: which record of a rejected batch was wrong, and why (KIP-467)
//   v10: leader hints when the leader moved (KIP-951)
//   v12: a transactional batch adds its partition to the transaction (KIP-890)
//   v13: topic ids instead of names (KIP-516)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ProduceRequest {
  static constexpr ApiKey key = ApiKey::Produce;
  static constexpr int16_t min_version = 3;
  static constexpr int16_t max_version = 13;
  static constexpr int16_t flexible_since = 9;

  struct PartitionProduceData {
    int32_t index = 0;
    Records records;

    bool operator==(const PartitionProduceData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("index", m.index);
      w("records", m.records, nullable(0));
    }
  };

  struct TopicProduceData {
    std::string name;
    Uuid topic_id;
    std::vector<PartitionProduceData> partition_data;

    bool operator==(const TopicProduceData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(12), ignorable);
      w("topic_id", m.topic_id, since(13), ignorable);
      w("partition_data", m.partition_data);
    }
  };

  std::optional<std::string> transactional_id;
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data;

  bool operator==(const ProduceRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactional_id", m.transactional_id, nullable(3));
    w("acks", m.acks);
    w("timeout_ms", m.timeout_ms);
    w("topic_data", m.topic_data);
  }
};

struct ProduceResponse {
  static constexpr ApiKey key = ApiKey::Produce;
  static constexpr int16_t min_version = 3;
  static constexpr int16_t max_version = 13;
  static constexpr int16_t flexible_since = 9;

  struct BatchIndexAndErrorMessage {
    int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;

    bool operator==(const BatchIndexAndErrorMessage&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("batch_index", m.batch_index);
      w("batch_index_error_message", m.batch_index_error_message, nullable(8));
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

  struct PartitionProduceResponse {
    int32_t index = 0;
    int16_t error_code = 0;
    int64_t base_offset = 0;
    int64_t log_append_time_ms = -1;
    int64_t log_start_offset = -1;
    std::vector<BatchIndexAndErrorMessage> record_errors;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    bool operator==(const PartitionProduceResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("index", m.index);
      w("error_code", m.error_code);
      w("base_offset", m.base_offset);
      w("log_append_time_ms", m.log_append_time_ms);
      w("log_start_offset", m.log_start_offset, since(5), ignorable);
      w("record_errors", m.record_errors, since(8), ignorable);
      w("error_message", m.error_message, since(8), nullable(8), ignorable);
      w.tagged(0, "current_leader", m.current_leader, since(10));
    }
  };

  struct TopicProduceResponse {
    std::string name;
    Uuid topic_id;
    std::vector<PartitionProduceResponse> partition_responses;

    bool operator==(const TopicProduceResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(12), ignorable);
      w("topic_id", m.topic_id, since(13), ignorable);
      w("partition_responses", m.partition_responses);
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
      w("rack", m.rack, nullable(10));
    }
  };

  std::vector<TopicProduceResponse> responses;
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const ProduceResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("responses", m.responses);
    w("throttle_time_ms", m.throttle_time_ms);
    w.tagged(0, "node_endpoints", m.node_endpoints, since(10));
  }
};

}  // namespace kafka
