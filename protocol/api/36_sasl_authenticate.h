// SaslAuthenticate: one step of the SASL exchange (KIP-152).
//   v1: lifetime of the session (KIP-368)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct SaslAuthenticateRequest {
  static constexpr ApiKey key = ApiKey::SaslAuthenticate;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  Bytes auth_bytes;

  bool operator==(const SaslAuthenticateRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("auth_bytes", m.auth_bytes); }
};

struct SaslAuthenticateResponse {
  static constexpr ApiKey key = ApiKey::SaslAuthenticate;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 2;

  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  Bytes auth_bytes;
  int64_t session_lifetime_ms = 0;

  bool operator==(const SaslAuthenticateResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("auth_bytes", m.auth_bytes);
    w("session_lifetime_ms", m.session_lifetime_ms, since(1), ignorable);
  }
};

}  // namespace kafka
