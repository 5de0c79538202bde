// GetTelemetrySubscriptions: which metrics a client shall push, and how often (KIP-714).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct GetTelemetrySubscriptionsRequest {
  static constexpr ApiKey key = ApiKey::GetTelemetrySubscriptions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Uuid client_instance_id;

  bool operator==(const GetTelemetrySubscriptionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("client_instance_id", m.client_instance_id); }
};

struct GetTelemetrySubscriptionsResponse {
  static constexpr ApiKey key = ApiKey::GetTelemetrySubscriptions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Uuid client_instance_id;
  int32_t subscription_id = 0;
  std::vector<int8_t> accepted_compression_types;
  int32_t push_interval_ms = 0;
  int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  std::vector<std::string> requested_metrics;

  bool operator==(const GetTelemetrySubscriptionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("client_instance_id", m.client_instance_id);
    w("subscription_id", m.subscription_id);
    w("accepted_compression_types", m.accepted_compression_types);
    w("push_interval_ms", m.push_interval_ms);
    w("telemetry_max_bytes", m.telemetry_max_bytes);
    w("delta_temporality", m.delta_temporality);
    w("requested_metrics", m.requested_metrics);
  }
};

}  // namespace kafka
