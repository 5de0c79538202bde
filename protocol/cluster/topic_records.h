// Metadata records about topics and partitions. See cluster_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// A topic was created.
struct TopicRecord {
  static constexpr int16_t record_type = 2;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string name;
  Uuid topic_id;

  bool operator==(const TopicRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("name", m.name);
    w("topic_id", m.topic_id);
  }
};

// A partition in full. v1: a directory for each replica (KIP-858), v2: eligible leader replicas
// (KIP-966).
struct PartitionRecord {
  static constexpr int16_t record_type = 3;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  int32_t partition_id = -1;
  Uuid topic_id;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
  std::vector<int32_t> removing_replicas;
  std::vector<int32_t> adding_replicas;
  int32_t leader = -1;
  int8_t leader_recovery_state = 0;
  int32_t leader_epoch = -1;
  int32_t partition_epoch = -1;
  std::vector<Uuid> directories;
  std::optional<std::vector<int32_t>> eligible_leader_replicas;
  std::optional<std::vector<int32_t>> last_known_elr;

  bool operator==(const PartitionRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("partition_id", m.partition_id);
    w("topic_id", m.topic_id);
    w("replicas", m.replicas);
    w("isr", m.isr);
    w("removing_replicas", m.removing_replicas);
    w("adding_replicas", m.adding_replicas);
    w("leader", m.leader);
    w.tagged(0, "leader_recovery_state", m.leader_recovery_state);
    w("leader_epoch", m.leader_epoch);
    w("partition_epoch", m.partition_epoch);
    w("directories", m.directories, since(1));
    w.tagged(1, "eligible_leader_replicas", m.eligible_leader_replicas, since(2), nullable(2));
    w.tagged(2, "last_known_elr", m.last_known_elr, since(2), nullable(2));
  }
};

// The changed parts of a partition, each a tagged field; what is absent stays. leader -2: no
// change, -1: none. A leader that is set raises the leader epoch; every change raises the
// partition epoch. v1: directories (KIP-858), v2: eligible leader replicas (KIP-966).
struct PartitionChangeRecord {
  static constexpr int16_t record_type = 5;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 2;
  static constexpr int16_t flexible_since = 0;

  int32_t partition_id = -1;
  Uuid topic_id;
  std::optional<std::vector<int32_t>> isr;
  int32_t leader = -2;
  std::optional<std::vector<int32_t>> replicas;
  std::optional<std::vector<int32_t>> removing_replicas;
  std::optional<std::vector<int32_t>> adding_replicas;
  int8_t leader_recovery_state = -1;
  std::optional<std::vector<Uuid>> directories;
  std::optional<std::vector<int32_t>> eligible_leader_replicas;
  std::optional<std::vector<int32_t>> last_known_elr;

  bool operator==(const PartitionChangeRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("partition_id", m.partition_id);
    w("topic_id", m.topic_id);
    w.tagged(0, "isr", m.isr, nullable(0));
    w.tagged(1, "leader", m.leader, -2);
    w.tagged(2, "replicas", m.replicas, nullable(0));
    w.tagged(3, "removing_replicas", m.removing_replicas, nullable(0));
    w.tagged(4, "adding_replicas", m.adding_replicas, nullable(0));
    w.tagged(5, "leader_recovery_state", m.leader_recovery_state, -1);
    w.tagged(8, "directories", m.directories, since(1), nullable(1));
    w.tagged(6, "eligible_leader_replicas", m.eligible_leader_replicas, since(2), nullable(2));
    w.tagged(7, "last_known_elr", m.last_known_elr, since(2), nullable(2));
  }
};

// A topic was deleted, with its partitions and its configuration.
struct RemoveTopicRecord {
  static constexpr int16_t record_type = 9;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  Uuid topic_id;

  bool operator==(const RemoveTopicRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topic_id", m.topic_id); }
};

// Empties the eligible leader replicas of a topic, or of all when the name is empty (KIP-966).
struct ClearElrRecord {
  static constexpr int16_t record_type = 28;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string topic_name;

  bool operator==(const ClearElrRecord&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topic_name", m.topic_name); }
};

}  // namespace kafka
