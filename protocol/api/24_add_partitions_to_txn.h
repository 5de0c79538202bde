// AddPartitionsToTxn: makes partitions part of a transaction (KIP-98). Clients use v0 to v3,
// partition leaders v4 and up.
//   v2: PRODUCER_FENCED (KIP-588)
//   v4: several transactions, or only verify (KIP-890)
//   v5: TRANSACTION_ABORTABLE (KIP-890)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AddPartitionsToTxnRequest {
  static constexpr ApiKey key = ApiKey::AddPartitionsToTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  struct AddPartitionsToTxnTopic {
    std::string name;
    std::vector<int32_t> partitions;

    bool operator==(const AddPartitionsToTxnTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  struct AddPartitionsToTxnTransaction {
    std::string transactional_id;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool verify_only = false;
    std::vector<AddPartitionsToTxnTopic> topics;

    bool operator==(const AddPartitionsToTxnTransaction&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("transactional_id", m.transactional_id);
      w("producer_id", m.producer_id);
      w("producer_epoch", m.producer_epoch);
      w("verify_only", m.verify_only);
      w("topics", m.topics);
    }
  };

  std::vector<AddPartitionsToTxnTransaction> transactions;
  std::string v3_and_below_transactional_id;
  int64_t v3_and_below_producer_id = 0;
  int16_t v3_and_below_producer_epoch = 0;
  std::vector<AddPartitionsToTxnTopic> v3_and_below_topics;

  bool operator==(const AddPartitionsToTxnRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactions", m.transactions, since(4));
    w("v3_and_below_transactional_id", m.v3_and_below_transactional_id, until(3));
    w("v3_and_below_producer_id", m.v3_and_below_producer_id, until(3));
    w("v3_and_below_producer_epoch", m.v3_and_below_producer_epoch, until(3));
    w("v3_and_below_topics", m.v3_and_below_topics, until(3));
  }
};

struct AddPartitionsToTxnResponse {
  static constexpr ApiKey key = ApiKey::AddPartitionsToTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  struct AddPartitionsToTxnPartitionResult {
    int32_t partition_index = 0;
    int16_t partition_error_code = 0;

    bool operator==(const AddPartitionsToTxnPartitionResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("partition_error_code", m.partition_error_code);
    }
  };

  struct AddPartitionsToTxnTopicResult {
    std::string name;
    std::vector<AddPartitionsToTxnPartitionResult> results_by_partition;

    bool operator==(const AddPartitionsToTxnTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("results_by_partition", m.results_by_partition);
    }
  };

  struct AddPartitionsToTxnResult {
    std::string transactional_id;
    std::vector<AddPartitionsToTxnTopicResult> topic_results;

    bool operator==(const AddPartitionsToTxnResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("transactional_id", m.transactional_id);
      w("topic_results", m.topic_results);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<AddPartitionsToTxnResult> results_by_transaction;
  std::vector<AddPartitionsToTxnTopicResult> results_by_topic_v3_and_below;

  bool operator==(const AddPartitionsToTxnResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code, since(4), ignorable);
    w("results_by_transaction", m.results_by_transaction, since(4));
    w("results_by_topic_v3_and_below", m.results_by_topic_v3_and_below, until(3));
  }
};

}  // namespace kafka
