// DescribeTransactions: the state of transactions (KIP-664).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeTransactionsRequest {
  static constexpr ApiKey key = ApiKey::DescribeTransactions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::vector<std::string> transactional_ids;

  bool operator==(const DescribeTransactionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("transactional_ids", m.transactional_ids); }
};

struct DescribeTransactionsResponse {
  static constexpr ApiKey key = ApiKey::DescribeTransactions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicData {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const TopicData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  struct TransactionState {
    int16_t error_code = 0;
    std::string transactional_id;
    std::string transaction_state;
    int32_t transaction_timeout_ms = 0;
    int64_t transaction_start_time_ms = 0;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    std::vector<TopicData> topics;

    bool operator==(const TransactionState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("transactional_id", m.transactional_id);
      w("transaction_state", m.transaction_state);
      w("transaction_timeout_ms", m.transaction_timeout_ms);
      w("transaction_start_time_ms", m.transaction_start_time_ms);
      w("producer_id", m.producer_id);
      w("producer_epoch", m.producer_epoch);
      w("topics", m.topics);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TransactionState> transaction_states;

  bool operator==(const DescribeTransactionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("transaction_states", m.transaction_states);
  }
};

}  // namespace kafka
