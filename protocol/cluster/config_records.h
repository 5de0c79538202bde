// Metadata records about configuration, features, quotas and producer ids. See cluster_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// One value of one resource (2: topic, 4: broker, 16: client metrics, 32: group); null removes it.
// An empty name is the default of the whole cluster.
struct ConfigRecord {
  static constexpr int16_t record_type = 4;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int8_t resource_type = 0;
  std::string resource_name;
  std::string name;
  std::optional<std::string> value = "";

  bool operator==(const ConfigRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("resource_type", m.resource_type);
    w("resource_name", m.resource_name);
    w("name", m.name);
    w("value", m.value, nullable(0));
  }
};

// A feature was set to a level; 0 turns it off. metadata.version is one of them.
struct FeatureLevelRecord {
  static constexpr int16_t record_type = 12;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string name;
  int16_t feature_level = 0;

  bool operator==(const FeatureLevelRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("name", m.name);
    w("feature_level", m.feature_level);
  }
};

// One quota of one entity, or its removal.
struct ClientQuotaRecord {
  static constexpr int16_t record_type = 14;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct EntityData {
    std::string entity_type;
    std::optional<std::string> entity_name = "";

    bool operator==(const EntityData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("entity_type", m.entity_type);
      w("entity_name", m.entity_name, nullable(0));
    }
  };

  std::vector<EntityData> entity;
  std::string key;
  double value = 0;
  bool remove = false;

  bool operator==(const ClientQuotaRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("entity", m.entity);
    w("key", m.key);
    w("value", m.value);
    w("remove", m.remove);
  }
};

// A block of producer ids was given to a broker: the next free id.
struct ProducerIdsRecord {
  static constexpr int16_t record_type = 15;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t next_producer_id = 0;

  bool operator==(const ProducerIdsRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("broker_id", m.broker_id);
    w("broker_epoch", m.broker_epoch);
    w("next_producer_id", m.next_producer_id);
  }
};

}  // namespace kafka
