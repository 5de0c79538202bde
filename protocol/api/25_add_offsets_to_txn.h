// AddOffsetsToTxn: makes the offsets of a group part of a transaction (KIP-98).
//   v2: PRODUCER_FENCED (KIP-588)
//   v4: TRANSACTION_ABORTABLE (KIP-890)
#pragma once

#include <cstdint>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AddOffsetsToTxnRequest {
  static constexpr ApiKey key = ApiKey::AddOffsetsToTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 3;

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  std::string group_id;

  bool operator==(const AddOffsetsToTxnRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("transactional_id", m.transactional_id);
    w("producer_id", m.producer_id);
    w("producer_epoch", m.producer_epoch);
    w("group_id", m.group_id);
  }
};

struct AddOffsetsToTxnResponse {
  static constexpr ApiKey key = ApiKey::AddOffsetsToTxn;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 3;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  bool operator==(const AddOffsetsToTxnResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
  }
};

}  // namespace kafka
