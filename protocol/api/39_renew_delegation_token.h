// RenewDelegationToken: prolongs a token (KIP-48).
#pragma once

#include <cstdint>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct RenewDelegationTokenRequest {
  static constexpr ApiKey key = ApiKey::RenewDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  Bytes hmac;
  int64_t renew_period_ms = 0;

  bool operator==(const RenewDelegationTokenRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("hmac", m.hmac);
    w("renew_period_ms", m.renew_period_ms);
  }
};

struct RenewDelegationTokenResponse {
  static constexpr ApiKey key = ApiKey::RenewDelegationToken;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  int16_t error_code = 0;
  int64_t expiry_timestamp_ms = 0;
  int32_t throttle_time_ms = 0;

  bool operator==(const RenewDelegationTokenResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("expiry_timestamp_ms", m.expiry_timestamp_ms);
    w("throttle_time_ms", m.throttle_time_ms);
  }
};

}  // namespace kafka
