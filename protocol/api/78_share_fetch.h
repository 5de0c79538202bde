// ShareFetch: acquires records of a share group for delivery, and acknowledges earlier ones
// (KIP-932).
//   v2: renewal of locks (KIP-1222), acquire mode (KIP-1206)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ShareFetchRequest {
  static constexpr ApiKey key = ApiKey::ShareFetch;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct AcknowledgementBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    std::vector<int8_t> acknowledge_types;

    bool operator==(const AcknowledgementBatch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("first_offset", m.first_offset);
      w("last_offset", m.last_offset);
      w("acknowledge_types", m.acknowledge_types);
    }
  };

  struct FetchPartition {
    int32_t partition_index = 0;
    int32_t partition_max_bytes = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches;

    bool operator==(const FetchPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("partition_max_bytes", m.partition_max_bytes, until(0));
      w("acknowledgement_batches", m.acknowledgement_batches);
    }
  };

  struct FetchTopic {
    Uuid topic_id;
    std::vector<FetchPartition> partitions;

    bool operator==(const FetchTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  struct ForgottenTopic {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    bool operator==(const ForgottenTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::optional<std::string> group_id;
  std::optional<std::string> member_id = "";
  int32_t share_session_epoch = 0;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int32_t max_records = 0;
  int32_t batch_size = 0;
  int8_t share_acquire_mode = 0;
  bool is_renew_ack = false;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;

  bool operator==(const ShareFetchRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id, nullable(0));
    w("member_id", m.member_id, nullable(0));
    w("share_session_epoch", m.share_session_epoch);
    w("max_wait_ms", m.max_wait_ms);
    w("min_bytes", m.min_bytes);
    w("max_bytes", m.max_bytes);
    w("max_records", m.max_records);
    w("batch_size", m.batch_size);
    w("share_acquire_mode", m.share_acquire_mode, since(2), ignorable);
    w("is_renew_ack", m.is_renew_ack, since(2));
    w("topics", m.topics);
    w("forgotten_topics_data", m.forgotten_topics_data);
  }
};

struct ShareFetchResponse {
  static constexpr ApiKey key = ApiKey::ShareFetch;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("leader_id", m.leader_id);
      w("leader_epoch", m.leader_epoch);
    }
  };

  struct AcquiredRecords {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int16_t delivery_count = 0;

    bool operator==(const AcquiredRecords&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("first_offset", m.first_offset);
      w("last_offset", m.last_offset);
      w("delivery_count", m.delivery_count);
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    int16_t acknowledge_error_code = 0;
    std::optional<std::string> acknowledge_error_message;
    LeaderIdAndEpoch current_leader;
    Records records;
    std::vector<AcquiredRecords> acquired_records;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("acknowledge_error_code", m.acknowledge_error_code);
      w("acknowledge_error_message", m.acknowledge_error_message, nullable(0));
      w("current_leader", m.current_leader);
      w("records", m.records, nullable(0, 0));
      w("acquired_records", m.acquired_records);
    }
  };

  struct ShareFetchableTopicResponse {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const ShareFetchableTopicResponse&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
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
      w("rack", m.rack, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  int32_t acquisition_lock_timeout_ms = 0;
  std::vector<ShareFetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const ShareFetchResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("acquisition_lock_timeout_ms", m.acquisition_lock_timeout_ms);
    w("responses", m.responses);
    w("node_endpoints", m.node_endpoints);
  }
};

}  // namespace kafka
