// TxnOffsetCommit: commits offsets inside of a transaction (KIP-98).
//   v2: leader epochs (KIP-320)
//   v3: member and generation are checked (KIP-447)
//   v4: TRANSACTION_ABORTABLE (KIP-890)
//   v5: also joins the transaction, no AddOffsetsToTxn before it (KIP-890)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct TxnOffsetCommitRequest {
  static constexpr ApiKey key = ApiKey::TxnOffsetCommit;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  struct TxnOffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata = "";

    bool operator==(const TxnOffsetCommitRequestPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("committed_offset", m.committed_offset);
      w("committed_leader_epoch", m.committed_leader_epoch, since(2), ignorable);
      w("committed_metadata", m.committed_metadata, nullable(0));
    }
  };

  struct TxnOffsetCommitRequestTopic {
    std::string name;
    std::vector<TxnOffsetCommitRequestPartition> partitions;

    bool operator==(const TxnOffsetCommitRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  std::string transactional_id;
  std::string group_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t generation_id = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::vector<TxnOffsetCommitRequestTopic> topics;

  bool operator==(const TxnOffsetCommitRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactional_id", m.transactional_id);
    w("group_id", m.group_id);
    w("producer_id", m.producer_id);
    w("producer_epoch", m.producer_epoch);
    w("generation_id", m.generation_id, since(3));
    w("member_id", m.member_id, since(3));
    w("group_instance_id", m.group_instance_id, since(3), nullable(3));
    w("topics", m.topics);
  }
};

struct TxnOffsetCommitResponse {
  static constexpr ApiKey key = ApiKey::TxnOffsetCommit;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  struct TxnOffsetCommitResponsePartition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    bool operator==(const TxnOffsetCommitResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("error_code", m.error_code);
    }
  };

  struct TxnOffsetCommitResponseTopic {
    std::string name;
    std::vector<TxnOffsetCommitResponsePartition> partitions;

    bool operator==(const TxnOffsetCommitResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TxnOffsetCommitResponseTopic> topics;

  bool operator==(const TxnOffsetCommitResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
  }
};

}  // namespace kafka
