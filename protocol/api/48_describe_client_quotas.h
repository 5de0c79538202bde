// DescribeClientQuotas: the quotas that match a filter (KIP-546).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DescribeClientQuotasRequest {
  static constexpr ApiKey key = ApiKey::DescribeClientQuotas;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 1;

  struct ComponentData {
    std::string entity_type;
    int8_t match_type = 0;
    std::optional<std::string> match = "";

    bool operator==(const ComponentData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("entity_type", m.entity_type);
      w("match_type", m.match_type);
      w("match", m.match, nullable(0));
    }
  };

  std::vector<ComponentData> components;
  bool strict = false;

  bool operator==(const DescribeClientQuotasRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("components", m.components);
    w("strict", m.strict);
  }
};

struct DescribeClientQuotasResponse {
  static constexpr ApiKey key = ApiKey::DescribeClientQuotas;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 1;

  struct EntityData {
    std::string entity_type;
    std::optional<std::string> entity_name = "";

    bool operator==(const EntityData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("entity_type", m.entity_type);
      w("entity_name", m.entity_name, nullable(0));
    }
  };

  struct ValueData {
    std::string key;
    double value = 0;

    bool operator==(const ValueData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
    }
  };

  struct EntryData {
    std::vector<EntityData> entity;
    std::vector<ValueData> values;

    bool operator==(const EntryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("entity", m.entity);
      w("values", m.values);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::optional<std::vector<EntryData>> entries{std::in_place};

  bool operator==(const DescribeClientQuotasResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("entries", m.entries, nullable(0));
  }
};

}  // namespace kafka
