// Records of __consumer_offsets for committed offsets and classic groups. See offset_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// Type 0, from before Kafka 0.9: only readable.
struct LegacyOffsetCommitKey {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group;
  std::string topic;
  int32_t partition = 0;

  bool operator==(const LegacyOffsetCommitKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group", m.group);
    w("topic", m.topic);
    w("partition", m.partition);
  }
};

// See LegacyOffsetCommitKey.
struct LegacyOffsetCommitValue {
  static constexpr int16_t record_type = 0;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  int64_t offset = 0;
  std::string metadata;
  int64_t commit_timestamp = 0;

  bool operator==(const LegacyOffsetCommitValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("offset", m.offset);
    w("metadata", m.metadata);
    w("commit_timestamp", m.commit_timestamp);
  }
};

// Type 1: the offset of a partition, committed by a group.
struct OffsetCommitKey {
  static constexpr int16_t record_type = 1;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group;
  std::string topic;
  int32_t partition = 0;

  bool operator==(const OffsetCommitKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group", m.group);
    w("topic", m.topic);
    w("partition", m.partition);
  }
};

// v1: with an expiry time of its own, v2: without, v3: leader epoch (KIP-320), v4: flexible, topic
// id. Kafka 4.3 writes v4.
struct OffsetCommitValue {
  static constexpr int16_t record_type = 1;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  int64_t offset = 0;
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t commit_timestamp = 0;
  int64_t expire_timestamp = -1;
  Uuid topic_id;

  bool operator==(const OffsetCommitValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("offset", m.offset);
    w("leader_epoch", m.leader_epoch, since(3), ignorable);
    w("metadata", m.metadata);
    w("commit_timestamp", m.commit_timestamp);
    w("expire_timestamp", m.expire_timestamp, since(1), until(1), ignorable);
    w.tagged(0, "topic_id", m.topic_id, since(4), ignorable);
  }
};

// Type 2: a classic group.
struct GroupMetadataKey {
  static constexpr int16_t record_type = 2;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group;

  bool operator==(const GroupMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group", m.group); }
};

// v1: rebalance timeout (KIP-62), v2: time of the last state change (KIP-211), v3: group instance
// ids (KIP-345), v4: flexible. Kafka 4.3 writes v3.
struct GroupMetadataValue {
  static constexpr int16_t record_type = 2;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 4;
  static constexpr int16_t flexible_since = 4;

  struct MemberMetadata {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    int32_t rebalance_timeout = -1;
    int32_t session_timeout = 0;
    Bytes subscription;
    Bytes assignment;

    bool operator==(const MemberMetadata&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("group_instance_id", m.group_instance_id, since(3), nullable(3), ignorable);
      w("client_id", m.client_id);
      w("client_host", m.client_host);
      w("rebalance_timeout", m.rebalance_timeout, since(1), ignorable);
      w("session_timeout", m.session_timeout);
      w("subscription", m.subscription);
      w("assignment", m.assignment);
    }
  };

  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol = "";
  std::optional<std::string> leader = "";
  int64_t current_state_timestamp = -1;
  std::vector<MemberMetadata> members;

  bool operator==(const GroupMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("protocol_type", m.protocol_type);
    w("generation", m.generation);
    w("protocol", m.protocol, nullable(0));
    w("leader", m.leader, nullable(0));
    w("current_state_timestamp", m.current_state_timestamp, since(2), ignorable);
    w("members", m.members);
  }
};

}  // namespace kafka
