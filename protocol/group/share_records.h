// Records of __consumer_offsets for share groups (KIP-932). See offset_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// Type 10: a member as it described itself.
struct ShareGroupMemberMetadataKey {
  static constexpr int16_t record_type = 10;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ShareGroupMemberMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct ShareGroupMemberMetadataValue {
  static constexpr int16_t record_type = 10;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::optional<std::string> rack_id = "";
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;

  bool operator==(const ShareGroupMemberMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("rack_id", m.rack_id, nullable(0));
    w("client_id", m.client_id);
    w("client_host", m.client_host);
    w("subscribed_topic_names", m.subscribed_topic_names);
  }
};

// Type 11: the epoch of a share group.
struct ShareGroupMetadataKey {
  static constexpr int16_t record_type = 11;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ShareGroupMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ShareGroupMetadataValue {
  static constexpr int16_t record_type = 11;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t epoch = 0;
  int64_t metadata_hash = 0;

  bool operator==(const ShareGroupMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("epoch", m.epoch);
    w("metadata_hash", m.metadata_hash);
  }
};

// Type 12: for which group epoch the target assignment was computed.
struct ShareGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 12;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ShareGroupTargetAssignmentMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ShareGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 12;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  bool operator==(const ShareGroupTargetAssignmentMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("assignment_epoch", m.assignment_epoch);
    w.tagged(0, "assignment_timestamp", m.assignment_timestamp);
  }
};

// Type 13: what a member shall own.
struct ShareGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 13;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ShareGroupTargetAssignmentMemberKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct ShareGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 13;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicPartition {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<TopicPartition> topic_partitions;

  bool operator==(const ShareGroupTargetAssignmentMemberValue&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topic_partitions", m.topic_partitions); }
};

// Type 14: what a member owns.
struct ShareGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 14;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ShareGroupCurrentMemberAssignmentKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct ShareGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 14;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions;

  bool operator==(const ShareGroupCurrentMemberAssignmentValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("member_epoch", m.member_epoch);
    w("previous_member_epoch", m.previous_member_epoch);
    w("state", m.state);
    w("assigned_partitions", m.assigned_partitions);
  }
};

// Type 15: which share partitions have state, are getting it, or are losing it.
struct ShareGroupStatePartitionMetadataKey {
  static constexpr int16_t record_type = 15;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ShareGroupStatePartitionMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ShareGroupStatePartitionMetadataValue {
  static constexpr int16_t record_type = 15;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicPartitionsInfo {
    Uuid topic_id;
    std::string topic_name;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartitionsInfo&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  struct TopicInfo {
    Uuid topic_id;
    std::string topic_name;

    bool operator==(const TopicInfo&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("topic_name", m.topic_name);
    }
  };

  std::vector<TopicPartitionsInfo> initializing_topics;
  std::vector<TopicPartitionsInfo> initialized_topics;
  std::vector<TopicInfo> deleting_topics;

  bool operator==(const ShareGroupStatePartitionMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("initializing_topics", m.initializing_topics);
    w("initialized_topics", m.initialized_topics);
    w("deleting_topics", m.deleting_topics);
  }
};

}  // namespace kafka
