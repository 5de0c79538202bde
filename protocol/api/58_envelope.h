// Envelope: a broker passes a client's request on to the controller, with the client's principal
// and address (KIP-590).
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct EnvelopeRequest {
  static constexpr ApiKey key = ApiKey::Envelope;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Bytes request_data;
  std::optional<Bytes> request_principal = Bytes{};
  Bytes client_host_address;

  bool operator==(const EnvelopeRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("request_data", m.request_data);
    w("request_principal", m.request_principal, nullable(0));
    w("client_host_address", m.client_host_address);
  }
};

struct EnvelopeResponse {
  static constexpr ApiKey key = ApiKey::Envelope;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::optional<Bytes> response_data;
  int16_t error_code = 0;

  bool operator==(const EnvelopeResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("response_data", m.response_data, nullable(0));
    w("error_code", m.error_code);
  }
};

}  // namespace kafka
