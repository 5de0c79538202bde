// InitProducerId: gives a producer its id and epoch, and fences older ones with the same
// transactional id (KIP-98).
//   v3: resume with a known id (KIP-360)
//   v4: PRODUCER_FENCED (KIP-588)
//   v5: TRANSACTION_ABORTABLE (KIP-890)
//   v6: two-phase commit (KIP-939); not offered yet
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct InitProducerIdRequest {
  static constexpr ApiKey key = ApiKey::InitProducerId;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 2;

  std::optional<std::string> transactional_id = "";
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  bool enable2_pc = false;
  bool keep_prepared_txn = false;

  bool operator==(const InitProducerIdRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactional_id", m.transactional_id, nullable(0));
    w("transaction_timeout_ms", m.transaction_timeout_ms);
    w("producer_id", m.producer_id, since(3));
    w("producer_epoch", m.producer_epoch, since(3));
    w("enable2_pc", m.enable2_pc, since(6));
    w("keep_prepared_txn", m.keep_prepared_txn, since(6));
  }
};

struct InitProducerIdResponse {
  static constexpr ApiKey key = ApiKey::InitProducerId;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 2;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;
  int64_t ongoing_txn_producer_id = -1;
  int16_t ongoing_txn_producer_epoch = -1;

  bool operator==(const InitProducerIdResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("producer_id", m.producer_id);
    w("producer_epoch", m.producer_epoch);
    w("ongoing_txn_producer_id", m.ongoing_txn_producer_id, since(6));
    w("ongoing_txn_producer_epoch", m.ongoing_txn_producer_epoch, since(6));
  }
};

}  // namespace kafka
