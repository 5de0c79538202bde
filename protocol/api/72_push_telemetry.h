// PushTelemetry: a client's metrics, as OTLP bytes (KIP-714).
#pragma once

#include <cstdint>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct PushTelemetryRequest {
  static constexpr ApiKey key = ApiKey::PushTelemetry;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Uuid client_instance_id;
  int32_t subscription_id = 0;
  bool terminating = false;
  int8_t compression_type = 0;
  Bytes metrics;

  bool operator==(const PushTelemetryRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("client_instance_id", m.client_instance_id);
    w("subscription_id", m.subscription_id);
    w("terminating", m.terminating);
    w("compression_type", m.compression_type);
    w("metrics", m.metrics);
  }
};

struct PushTelemetryResponse {
  static constexpr ApiKey key = ApiKey::PushTelemetry;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  bool operator==(const PushTelemetryResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
  }
};

}  // namespace kafka
