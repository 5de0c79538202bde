// BrokerRegistration: a broker announces itself to the controller and gets its epoch (KIP-631).
//   v1: ZooKeeper migration (KIP-866)
//   v2: log directories (KIP-858)
//   v3: previous epoch (KIP-966)
//   v4: a feature's minimum may be 0 (KIP-1022)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct BrokerRegistrationRequest {
  static constexpr ApiKey key = ApiKey::BrokerRegistration;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
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

  int32_t broker_id = 0;
  std::string cluster_id;
  Uuid incarnation_id;
  std::vector<Listener> listeners;
  std::vector<Feature> features;
  std::optional<std::string> rack = "";
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> log_dirs;
  int64_t previous_broker_epoch = -1;

  bool operator==(const BrokerRegistrationRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("cluster_id", m.cluster_id);
    w("incarnation_id", m.incarnation_id);
    w("listeners", m.listeners);
    w("features", m.features);
    w("rack", m.rack, nullable(0));
    w("is_migrating_zk_broker", m.is_migrating_zk_broker, since(1));
    w("log_dirs", m.log_dirs, since(2), ignorable);
    w("previous_broker_epoch", m.previous_broker_epoch, since(3), ignorable);
  }
};

struct BrokerRegistrationResponse {
  static constexpr ApiKey key = ApiKey::BrokerRegistration;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 0;

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t broker_epoch = -1;

  bool operator==(const BrokerRegistrationResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("broker_epoch", m.broker_epoch);
  }
};

}  // namespace kafka
