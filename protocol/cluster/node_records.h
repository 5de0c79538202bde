// Metadata records about brokers and controllers. See cluster_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// A broker (re)registered; it starts fenced. v1: migrating from ZooKeeper (KIP-866), v2: unused,
// v3: log directories (KIP-858), v4: cordoned directories.
struct RegisterBrokerRecord {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 0;

  struct BrokerEndpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;
    int16_t security_protocol = 0;

    bool operator==(const BrokerEndpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
      w("security_protocol", m.security_protocol);
    }
  };

  struct BrokerFeature {
    std::string name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    bool operator==(const BrokerFeature&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("min_supported_version", m.min_supported_version);
      w("max_supported_version", m.max_supported_version);
    }
  };

  int32_t broker_id = 0;
  bool is_migrating_zk_broker = false;
  Uuid incarnation_id;
  int64_t broker_epoch = 0;
  std::vector<BrokerEndpoint> end_points;
  std::vector<BrokerFeature> features;
  std::optional<std::string> rack = "";
  bool fenced = true;
  bool in_controlled_shutdown = false;
  std::vector<Uuid> log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  bool operator==(const RegisterBrokerRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("is_migrating_zk_broker", m.is_migrating_zk_broker, since(2));
    w("incarnation_id", m.incarnation_id);
    w("broker_epoch", m.broker_epoch);
    w("end_points", m.end_points);
    w("features", m.features);
    w("rack", m.rack, nullable(0));
    w("fenced", m.fenced);
    w("in_controlled_shutdown", m.in_controlled_shutdown, since(1));
    w.tagged(0, "log_dirs", m.log_dirs, since(3));
    w.tagged(1, "cordoned_log_dirs", m.cordoned_log_dirs, since(4), nullable(4));
  }
};

// A broker was taken out of the cluster for good.
struct UnregisterBrokerRecord {
  static constexpr int16_t record_type = 1;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = 0;

  bool operator==(const UnregisterBrokerRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
  }
};

// Fences a broker. Superseded by BrokerRegistrationChangeRecord; still readable.
struct FenceBrokerRecord {
  static constexpr int16_t record_type = 7;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t id = 0;
  int64_t epoch = 0;

  bool operator==(const FenceBrokerRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("id", m.id);
    w("epoch", m.epoch);
  }
};

// Lets a broker take part again. Superseded by BrokerRegistrationChangeRecord; still readable.
struct UnfenceBrokerRecord {
  static constexpr int16_t record_type = 8;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t id = 0;
  int64_t epoch = 0;

  bool operator==(const UnfenceBrokerRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("id", m.id);
    w("epoch", m.epoch);
  }
};

// What changed of a registration: fenced or not (1, -1, 0 for no change), v1: controlled shutdown
// (KIP-841), v2: log directories (KIP-858), v3: cordoned directories. Written in the lowest
// version that can say it.
struct BrokerRegistrationChangeRecord {
  static constexpr int16_t record_type = 17;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = 0;
  int8_t fenced = 0;
  int8_t in_controlled_shutdown = 0;
  std::vector<Uuid> log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  bool operator==(const BrokerRegistrationChangeRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
    w.tagged(0, "fenced", m.fenced);
    w.tagged(1, "in_controlled_shutdown", m.in_controlled_shutdown, since(1));
    w.tagged(2, "log_dirs", m.log_dirs, since(2));
    w.tagged(3, "cordoned_log_dirs", m.cordoned_log_dirs, since(3), nullable(3));
  }
};

// A controller started: where it listens and which features it supports (KIP-919).
struct RegisterControllerRecord {
  static constexpr int16_t record_type = 27;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct ControllerEndpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;
    int16_t security_protocol = 0;

    bool operator==(const ControllerEndpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("host", m.host);
      w("port", m.port);
      w("security_protocol", m.security_protocol);
    }
  };

  struct ControllerFeature {
    std::string name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    bool operator==(const ControllerFeature&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("min_supported_version", m.min_supported_version);
      w("max_supported_version", m.max_supported_version);
    }
  };

  int32_t controller_id = 0;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::vector<ControllerEndpoint> end_points;
  std::vector<ControllerFeature> features;

  bool operator==(const RegisterControllerRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("controller_id", m.controller_id);
    w("incarnation_id", m.incarnation_id);
    w("zk_migration_ready", m.zk_migration_ready);
    w("end_points", m.end_points);
    w("features", m.features);
  }
};

}  // namespace kafka
