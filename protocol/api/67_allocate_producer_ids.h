// AllocateProducerIds: a broker takes a block of producer ids from the controller (KIP-730).
#pragma once

#include <cstdint>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AllocateProducerIdsRequest {
  static constexpr ApiKey key = ApiKey::AllocateProducerIds;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;

  bool operator==(const AllocateProducerIdsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
  }
};

struct AllocateProducerIdsResponse {
  static constexpr ApiKey key = ApiKey::AllocateProducerIds;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id_start = 0;
  int32_t producer_id_len = 0;

  bool operator==(const AllocateProducerIdsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("producer_id_start", m.producer_id_start);
    w("producer_id_len", m.producer_id_len);
  }
};

}  // namespace kafka
