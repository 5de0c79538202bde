// Records of __consumer_offsets for consumer groups of KIP-848. See offset_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// Type 3: the epoch of a consumer group.
struct ConsumerGroupMetadataKey {
  static constexpr int16_t record_type = 3;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ConsumerGroupMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ConsumerGroupMetadataValue {
  static constexpr int16_t record_type = 3;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t epoch = 0;
  int64_t metadata_hash = 0;

  bool operator==(const ConsumerGroupMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("epoch", m.epoch);
    w.tagged(0, "metadata_hash", m.metadata_hash);
  }
};

// Type 4: partitions and racks of the subscribed topics; superseded by metadata_hash.
struct ConsumerGroupPartitionMetadataKey {
  static constexpr int16_t record_type = 4;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ConsumerGroupPartitionMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ConsumerGroupPartitionMetadataValue {
  static constexpr int16_t record_type = 4;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct PartitionMetadata {
    int32_t partition = 0;
    std::vector<std::string> racks;

    bool operator==(const PartitionMetadata&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition", m.partition);
      w("racks", m.racks);
    }
  };

  struct TopicMetadata {
    Uuid topic_id;
    std::string topic_name;
    int32_t num_partitions = 0;
    std::vector<PartitionMetadata> partition_metadata;

    bool operator==(const TopicMetadata&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("topic_name", m.topic_name);
      w("num_partitions", m.num_partitions);
      w("partition_metadata", m.partition_metadata);
    }
  };

  std::vector<TopicMetadata> topics;

  bool operator==(const ConsumerGroupPartitionMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topics", m.topics); }
};

// Type 5: a member as it described itself.
struct ConsumerGroupMemberMetadataKey {
  static constexpr int16_t record_type = 5;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ConsumerGroupMemberMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

// The tagged field holds what a member that still speaks the classic protocol needs. Its default
// is an empty struct, so null, which is every other member's, is written out.
struct ConsumerGroupMemberMetadataValue {
  static constexpr int16_t record_type = 5;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct ClassicProtocol {
    std::string name;
    Bytes metadata;

    bool operator==(const ClassicProtocol&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("metadata", m.metadata);
    }
  };

  struct ClassicMemberMetadata {
    int32_t session_timeout_ms = 0;
    std::vector<ClassicProtocol> supported_protocols;

    bool operator==(const ClassicMemberMetadata&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("session_timeout_ms", m.session_timeout_ms);
      w("supported_protocols", m.supported_protocols);
    }
  };

  std::optional<std::string> instance_id = "";
  std::optional<std::string> rack_id = "";
  std::string client_id;
  std::string client_host;
  std::vector<std::string> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex = "";
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::string> server_assignor = "";
  std::optional<ClassicMemberMetadata> classic_member_metadata = ClassicMemberMetadata{};

  bool operator==(const ConsumerGroupMemberMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("instance_id", m.instance_id, nullable(0));
    w("rack_id", m.rack_id, nullable(0));
    w("client_id", m.client_id);
    w("client_host", m.client_host);
    w("subscribed_topic_names", m.subscribed_topic_names);
    w("subscribed_topic_regex", m.subscribed_topic_regex, nullable(0));
    w("rebalance_timeout_ms", m.rebalance_timeout_ms);
    w("server_assignor", m.server_assignor, nullable(0));
    w.tagged(0, "classic_member_metadata", m.classic_member_metadata, ClassicMemberMetadata{},
             nullable(0));
  }
};

// Type 6: for which group epoch the target assignment was computed.
struct ConsumerGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 6;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const ConsumerGroupTargetAssignmentMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct ConsumerGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 6;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  bool operator==(const ConsumerGroupTargetAssignmentMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("assignment_epoch", m.assignment_epoch);
    w.tagged(0, "assignment_timestamp", m.assignment_timestamp);
  }
};

// Type 7: what a member shall own.
struct ConsumerGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 7;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ConsumerGroupTargetAssignmentMemberKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct ConsumerGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 7;
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

  bool operator==(const ConsumerGroupTargetAssignmentMemberValue&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("topic_partitions", m.topic_partitions); }
};

// Type 8: what a member owns and is giving up.
struct ConsumerGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 8;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const ConsumerGroupCurrentMemberAssignmentKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct ConsumerGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 8;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicPartitions {
    Uuid topic_id;
    std::vector<int32_t> partitions;
    std::optional<std::vector<int32_t>> assignment_epochs{std::in_place};

    bool operator==(const TopicPartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("partitions", m.partitions);
      w.tagged(0, "assignment_epochs", m.assignment_epochs, std::vector<int32_t>{}, nullable(0));
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TopicPartitions> assigned_partitions;
  std::vector<TopicPartitions> partitions_pending_revocation;

  bool operator==(const ConsumerGroupCurrentMemberAssignmentValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("member_epoch", m.member_epoch);
    w("previous_member_epoch", m.previous_member_epoch);
    w("state", m.state);
    w("assigned_partitions", m.assigned_partitions);
    w("partitions_pending_revocation", m.partitions_pending_revocation);
  }
};

// Type 16: the topics that a subscribed regular expression stands for.
struct ConsumerGroupRegularExpressionKey {
  static constexpr int16_t record_type = 16;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string regular_expression;

  bool operator==(const ConsumerGroupRegularExpressionKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("regular_expression", m.regular_expression);
  }
};

struct ConsumerGroupRegularExpressionValue {
  static constexpr int16_t record_type = 16;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::vector<std::string> topics;
  int64_t version = 0;
  int64_t timestamp = 0;

  bool operator==(const ConsumerGroupRegularExpressionValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics);
    w("version", m.version);
    w("timestamp", m.timestamp);
  }
};

}  // namespace kafka
