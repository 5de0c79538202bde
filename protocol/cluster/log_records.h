// Metadata records about the metadata log itself. See cluster_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/message.h"

namespace kafka {

// Nothing happened: keeps the high watermark moving while the cluster is idle (KIP-835).
struct NoOpRecord {
  static constexpr int16_t record_type = 20;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  bool operator==(const NoOpRecord&) const = default;
  static constexpr void wire(auto&, auto&) {}
};

// The records up to the End belong together (KIP-868).
struct BeginTransactionRecord {
  static constexpr int16_t record_type = 23;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::optional<std::string> name;

  bool operator==(const BeginTransactionRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w.tagged(0, "name", m.name, nullable(0)); }
};

// The bracket closes: its records take effect.
struct EndTransactionRecord {
  static constexpr int16_t record_type = 24;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  bool operator==(const EndTransactionRecord&) const = default;
  static constexpr void wire(auto&, auto&) {}
};

// The bracket closes: its records are as if never written.
struct AbortTransactionRecord {
  static constexpr int16_t record_type = 25;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::optional<std::string> reason;

  bool operator==(const AbortTransactionRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w.tagged(0, "reason", m.reason, nullable(0)); }
};

// The state of a migration from ZooKeeper. Kafka 4 has none; old logs can hold it.
struct ZkMigrationStateRecord {
  static constexpr int16_t record_type = 21;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int8_t zk_migration_state = 0;

  bool operator==(const ZkMigrationStateRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("zk_migration_state", m.zk_migration_state); }
};

}  // namespace kafka
