// ControllerRegistration: a controller announces itself to the active one (KIP-919).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ControllerRegistrationRequest {
  static constexpr ApiKey key = ApiKey::ControllerRegistration;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;
    int16_t security_protocol = 0;

    bool operator==(const Listener&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
      w("security_protocol", m.security_protocol);
    }
  };

  struct Feature {
    std::string name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    bool operator==(const Feature&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("min_supported_version", m.min_supported_version);
      w("max_supported_version", m.max_supported_version);
    }
  };

  int32_t controller_id = 0;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::vector<Listener> listeners;
  std::vector<Feature> features;

  bool operator==(const ControllerRegistrationRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("controller_id", m.controller_id);
    w("incarnation_id", m.incarnation_id);
    w("zk_migration_ready", m.zk_migration_ready);
    w("listeners", m.listeners);
    w("features", m.features);
  }
};

struct ControllerRegistrationResponse {
  static constexpr ApiKey key = ApiKey::ControllerRegistration;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";

  bool operator==(const ControllerRegistrationResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
  }
};

}  // namespace kafka
