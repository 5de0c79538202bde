// AlterClientQuotas: sets and removes quotas (KIP-546).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct AlterClientQuotasRequest {
  static constexpr ApiKey key = ApiKey::AlterClientQuotas;
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

  struct OpData {
    std::string key;
    double value = 0;
    bool remove = false;

    bool operator==(const OpData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
      w("remove", m.remove);
    }
  };

  struct EntryData {
    std::vector<EntityData> entity;
    std::vector<OpData> ops;

    bool operator==(const EntryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("entity", m.entity);
      w("ops", m.ops);
    }
  };

  std::vector<EntryData> entries;
  bool validate_only = false;

  bool operator==(const AlterClientQuotasRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("entries", m.entries);
    w("validate_only", m.validate_only);
  }
};

struct AlterClientQuotasResponse {
  static constexpr ApiKey key = ApiKey::AlterClientQuotas;
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

  struct EntryData {
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::vector<EntityData> entity;

    bool operator==(const EntryData&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("entity", m.entity);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<EntryData> entries;

  bool operator==(const AlterClientQuotasResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("entries", m.entries);
  }
};

}  // namespace kafka
