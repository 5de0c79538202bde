// ListTransactions: the transactions this broker coordinates (KIP-664).
//   v1: by age (KIP-994)
//   v2: by a pattern of the id (KIP-1152)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ListTransactionsRequest {
  static constexpr ApiKey key = ApiKey::ListTransactions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  std::vector<std::string> state_filters;
  std::vector<int64_t> producer_id_filters;
  int64_t duration_filter = -1;
  std::optional<std::string> transactional_id_pattern;

  bool operator==(const ListTransactionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("state_filters", m.state_filters);
    w("producer_id_filters", m.producer_id_filters);
    w("duration_filter", m.duration_filter, since(1));
    w("transactional_id_pattern", m.transactional_id_pattern, since(2), nullable(2));
  }
};

struct ListTransactionsResponse {
  static constexpr ApiKey key = ApiKey::ListTransactions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  struct TransactionState {
    std::string transactional_id;
    int64_t producer_id = 0;
    std::string transaction_state;

    bool operator==(const TransactionState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("transactional_id", m.transactional_id);
      w("producer_id", m.producer_id);
      w("transaction_state", m.transaction_state);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::vector<std::string> unknown_state_filters;
  std::vector<TransactionState> transaction_states;

  bool operator==(const ListTransactionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("unknown_state_filters", m.unknown_state_filters);
    w("transaction_states", m.transaction_states);
  }
};

}  // namespace kafka
