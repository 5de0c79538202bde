// Records of __transaction_state: one per transactional id, the newest one counts.
// Framing as in typed_record.h: the key starts with its type, the value with its version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/typed_record.h"

namespace kafka {

// Type 0: a transactional id.
struct TransactionLogKey {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string transactional_id;

  bool operator==(const TransactionLogKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("transactional_id", m.transactional_id); }
};

// The state of its transaction (0 Empty, 1 Ongoing, 2 PrepareCommit, 3 PrepareAbort, 4
// CompleteCommit, 5 CompleteAbort). transaction_partitions is null when Empty. v1: flexible, with
// the ids around an epoch that ran out and the client's transaction version (KIP-890).
struct TransactionLogValue {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 1;

  struct PartitionsSchema {
    std::string topic;
    std::vector<int32_t> partition_ids;

    bool operator==(const PartitionsSchema&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partition_ids", m.partition_ids);
    }
  };

  int64_t producer_id = 0;
  int64_t previous_producer_id = -1;
  int64_t next_producer_id = -1;
  int16_t producer_epoch = 0;
  int16_t next_producer_epoch = -1;
  int32_t transaction_timeout_ms = 0;
  int8_t transaction_status = 0;
  std::optional<std::vector<PartitionsSchema>> transaction_partitions{std::in_place};
  int64_t transaction_last_update_timestamp_ms = 0;
  int64_t transaction_start_timestamp_ms = 0;
  int16_t client_transaction_version = 0;

  bool operator==(const TransactionLogValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("producer_id", m.producer_id);
    w.tagged(0, "previous_producer_id", m.previous_producer_id, -1, since(1));
    w.tagged(1, "next_producer_id", m.next_producer_id, -1, since(1));
    w("producer_epoch", m.producer_epoch);
    w.tagged(3, "next_producer_epoch", m.next_producer_epoch, -1, since(1));
    w("transaction_timeout_ms", m.transaction_timeout_ms);
    w("transaction_status", m.transaction_status);
    w("transaction_partitions", m.transaction_partitions, nullable(0));
    w("transaction_last_update_timestamp_ms", m.transaction_last_update_timestamp_ms);
    w("transaction_start_timestamp_ms", m.transaction_start_timestamp_ms);
    w.tagged(2, "client_transaction_version", m.client_transaction_version, since(1));
  }
};

}  // namespace kafka
