// Records of __share_group_state, the delivery state of share partitions (KIP-932).
// Framing as in typed_record.h: the key starts with its type, the value with its version.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/typed_record.h"

namespace kafka {

// Type 0: the state of a share partition in full.
struct ShareSnapshotKey {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  Uuid topic_id;
  int32_t partition = 0;

  bool operator==(const ShareSnapshotKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topic_id", m.topic_id);
    w("partition", m.partition);
  }
};

struct ShareSnapshotValue {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    bool operator==(const StateBatch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("first_offset", m.first_offset);
      w("last_offset", m.last_offset);
      w("delivery_state", m.delivery_state);
      w("delivery_count", m.delivery_count);
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t state_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int32_t delivery_complete_count = -1;
  int64_t create_timestamp = 0;
  int64_t write_timestamp = 0;
  std::vector<StateBatch> state_batches;

  bool operator==(const ShareSnapshotValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("snapshot_epoch", m.snapshot_epoch);
    w("state_epoch", m.state_epoch);
    w("leader_epoch", m.leader_epoch);
    w("start_offset", m.start_offset);
    w.tagged(0, "delivery_complete_count", m.delivery_complete_count, -1);
    w("create_timestamp", m.create_timestamp);
    w("write_timestamp", m.write_timestamp);
    w("state_batches", m.state_batches);
  }
};

// Type 1: what changed since the snapshot with the same snapshot epoch.
struct ShareUpdateKey {
  static constexpr int16_t record_type = 1;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  Uuid topic_id;
  int32_t partition = 0;

  bool operator==(const ShareUpdateKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topic_id", m.topic_id);
    w("partition", m.partition);
  }
};

struct ShareUpdateValue {
  static constexpr int16_t record_type = 1;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    bool operator==(const StateBatch&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("first_offset", m.first_offset);
      w("last_offset", m.last_offset);
      w("delivery_state", m.delivery_state);
      w("delivery_count", m.delivery_count);
    }
  };

  int32_t snapshot_epoch = 0;
  int32_t leader_epoch = 0;
  int64_t start_offset = 0;
  int32_t delivery_complete_count = -1;
  std::vector<StateBatch> state_batches;

  bool operator==(const ShareUpdateValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("snapshot_epoch", m.snapshot_epoch);
    w("leader_epoch", m.leader_epoch);
    w("start_offset", m.start_offset);
    w.tagged(0, "delivery_complete_count", m.delivery_complete_count, -1);
    w("state_batches", m.state_batches);
  }
};

}  // namespace kafka
