// ShareAcknowledge: accepts, releases or rejects delivered records of a share group (KIP-932).
//   v2: renewal of locks (KIP-1222)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ShareAcknowledgeRequest {
  static constexpr ApiKey key = ApiKey::ShareAcknowledge;
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

  struct AcknowledgePartition {
    int32_t partition_index = 0;
    std::vector<AcknowledgementBatch> acknowledgement_batches;

    bool operator==(const AcknowledgePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("acknowledgement_batches", m.acknowledgement_batches);
    }
  };

  struct AcknowledgeTopic {
    Uuid topic_id;
    std::vector<AcknowledgePartition> partitions;

    bool operator==(const AcknowledgeTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::optional<std::string> group_id;
  std::optional<std::string> member_id = "";
  int32_t share_session_epoch = 0;
  bool is_renew_ack = false;
  std::vector<AcknowledgeTopic> topics;

  bool operator==(const ShareAcknowledgeRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id, nullable(0));
    w("member_id", m.member_id, nullable(0));
    w("share_session_epoch", m.share_session_epoch);
    w("is_renew_ack", m.is_renew_ack, since(2));
    w("topics", m.topics);
  }
};

struct ShareAcknowledgeResponse {
  static constexpr ApiKey key = ApiKey::ShareAcknowledge;
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

  struct PartitionData {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    bool operator==(const PartitionData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("current_leader", m.current_leader);
    }
  };

  struct ShareAcknowledgeTopicResponse {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const ShareAcknowledgeTopicResponse&) const = default;
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
  std::vector<ShareAcknowledgeTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const ShareAcknowledgeResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("acquisition_lock_timeout_ms", m.acquisition_lock_timeout_ms, since(2), ignorable);
    w("responses", m.responses);
    w("node_endpoints", m.node_endpoints);
  }
};

}  // namespace kafka
