// UnregisterBroker: takes a broker out of the cluster for good (KIP-631).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct UnregisterBrokerRequest {
  static constexpr ApiKey key = ApiKey::UnregisterBroker;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;

  bool operator==(const UnregisterBrokerRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("broker_id", m.broker_id); }
};

struct UnregisterBrokerResponse {
  static constexpr ApiKey key = ApiKey::UnregisterBroker;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";

  bool operator==(const UnregisterBrokerResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
  }
};

}  // namespace kafka
