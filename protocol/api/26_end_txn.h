// EndTxn: commits or aborts a transaction (KIP-98).
//   v2: PRODUCER_FENCED (KIP-588)
//   v4: TRANSACTION_ABORTABLE (KIP-890)
//   v5: the answer carries the id and the raised epoch for the next transaction (KIP-890)
#pragma once

#include <cstdint>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct EndTxnRequest {
  static constexpr ApiKey key = ApiKey::EndTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;

  bool operator==(const EndTxnRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactional_id", m.transactional_id);
    w("producer_id", m.producer_id);
    w("producer_epoch", m.producer_epoch);
    w("committed", m.committed);
  }
};

struct EndTxnResponse {
  static constexpr ApiKey key = ApiKey::EndTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 5;
  static constexpr int16_t flexible_since = 3;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  bool operator==(const EndTxnResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("producer_id", m.producer_id, since(5), ignorable);
    w("producer_epoch", m.producer_epoch, since(5), ignorable);
  }
};

}  // namespace kafka
