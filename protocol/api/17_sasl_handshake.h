// SaslHandshake: picks the SASL mechanism of a connection.
//   v1: the exchange goes on in SaslAuthenticate requests instead of bare bytes (KIP-152)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct SaslHandshakeRequest {
  static constexpr ApiKey key = ApiKey::SaslHandshake;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = never_flexible;

  std::string mechanism;

  bool operator==(const SaslHandshakeRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("mechanism", m.mechanism); }
};

struct SaslHandshakeResponse {
  static constexpr ApiKey key = ApiKey::SaslHandshake;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = never_flexible;

  int16_t error_code = 0;
  std::vector<std::string> mechanisms;

  bool operator==(const SaslHandshakeResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("mechanisms", m.mechanisms);
  }
};

}  // namespace kafka
