// Records of __consumer_offsets for streams groups (KIP-1071). See offset_records.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/message.h"

namespace kafka {

// Type 17: the epoch of a streams group.
struct StreamsGroupMetadataKey {
  static constexpr int16_t record_type = 17;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const StreamsGroupMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct StreamsGroupMetadataValue {
  static constexpr int16_t record_type = 17;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct LastAssignmentConfig {
    std::string key;
    std::string value;

    bool operator==(const LastAssignmentConfig&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
    }
  };

  int32_t epoch = 0;
  int64_t metadata_hash = 0;
  int32_t validated_topology_epoch = -1;
  std::optional<std::vector<LastAssignmentConfig>> last_assignment_configs{std::in_place};

  bool operator==(const StreamsGroupMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("epoch", m.epoch);
    w("metadata_hash", m.metadata_hash);
    w.tagged(0, "validated_topology_epoch", m.validated_topology_epoch, -1);
    w.tagged(1, "last_assignment_configs", m.last_assignment_configs,
             std::vector<LastAssignmentConfig>{}, nullable(0));
  }
};

// Type 19: a member as it described itself.
struct StreamsGroupMemberMetadataKey {
  static constexpr int16_t record_type = 19;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const StreamsGroupMemberMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct StreamsGroupMemberMetadataValue {
  static constexpr int16_t record_type = 19;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("host", m.host);
      w("port", m.port);
    }
  };

  struct KeyValue {
    std::string key;
    std::string value;

    bool operator==(const KeyValue&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
    }
  };

  std::optional<std::string> instance_id = "";
  std::optional<std::string> rack_id = "";
  std::string client_id;
  std::string client_host;
  int32_t rebalance_timeout_ms = -1;
  int32_t topology_epoch = 0;
  std::string process_id;
  std::optional<Endpoint> user_endpoint;
  std::vector<KeyValue> client_tags;

  bool operator==(const StreamsGroupMemberMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("instance_id", m.instance_id, nullable(0));
    w("rack_id", m.rack_id, nullable(0));
    w("client_id", m.client_id);
    w("client_host", m.client_host);
    w("rebalance_timeout_ms", m.rebalance_timeout_ms);
    w("topology_epoch", m.topology_epoch);
    w("process_id", m.process_id);
    w("user_endpoint", m.user_endpoint, nullable(0));
    w("client_tags", m.client_tags);
  }
};

// Type 20: for which group epoch the target assignment was computed.
struct StreamsGroupTargetAssignmentMetadataKey {
  static constexpr int16_t record_type = 20;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const StreamsGroupTargetAssignmentMetadataKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct StreamsGroupTargetAssignmentMetadataValue {
  static constexpr int16_t record_type = 20;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  int32_t assignment_epoch = 0;
  int64_t assignment_timestamp = 0;

  bool operator==(const StreamsGroupTargetAssignmentMetadataValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("assignment_epoch", m.assignment_epoch);
    w.tagged(0, "assignment_timestamp", m.assignment_timestamp);
  }
};

// Type 21: the tasks a member shall run.
struct StreamsGroupTargetAssignmentMemberKey {
  static constexpr int16_t record_type = 21;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const StreamsGroupTargetAssignmentMemberKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct StreamsGroupTargetAssignmentMemberValue {
  static constexpr int16_t record_type = 21;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    bool operator==(const TaskIds&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partitions", m.partitions);
    }
  };

  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;

  bool operator==(const StreamsGroupTargetAssignmentMemberValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("active_tasks", m.active_tasks);
    w("standby_tasks", m.standby_tasks);
    w("warmup_tasks", m.warmup_tasks);
  }
};

// Type 22: the tasks a member runs and is giving up.
struct StreamsGroupCurrentMemberAssignmentKey {
  static constexpr int16_t record_type = 22;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;
  std::string member_id;

  bool operator==(const StreamsGroupCurrentMemberAssignmentKey&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
  }
};

struct StreamsGroupCurrentMemberAssignmentValue {
  static constexpr int16_t record_type = 22;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;
    std::optional<std::vector<int32_t>> assignment_epochs{std::in_place};

    bool operator==(const TaskIds&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partitions", m.partitions);
      w.tagged(0, "assignment_epochs", m.assignment_epochs, std::vector<int32_t>{}, nullable(0));
    }
  };

  int32_t member_epoch = 0;
  int32_t previous_member_epoch = 0;
  int8_t state = 0;
  std::vector<TaskIds> active_tasks;
  std::vector<TaskIds> standby_tasks;
  std::vector<TaskIds> warmup_tasks;
  std::vector<TaskIds> active_tasks_pending_revocation;
  std::vector<TaskIds> standby_tasks_pending_revocation;
  std::vector<TaskIds> warmup_tasks_pending_revocation;

  bool operator==(const StreamsGroupCurrentMemberAssignmentValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("member_epoch", m.member_epoch);
    w("previous_member_epoch", m.previous_member_epoch);
    w("state", m.state);
    w("active_tasks", m.active_tasks);
    w("standby_tasks", m.standby_tasks);
    w("warmup_tasks", m.warmup_tasks);
    w("active_tasks_pending_revocation", m.active_tasks_pending_revocation);
    w("standby_tasks_pending_revocation", m.standby_tasks_pending_revocation);
    w("warmup_tasks_pending_revocation", m.warmup_tasks_pending_revocation);
  }
};

// Type 23: the topology of the application.
struct StreamsGroupTopologyKey {
  static constexpr int16_t record_type = 23;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = never_flexible;

  std::string group_id;

  bool operator==(const StreamsGroupTopologyKey&) const = default;
  static constexpr void wire(auto& m, auto& w) { w("group_id", m.group_id); }
};

struct StreamsGroupTopologyValue {
  static constexpr int16_t record_type = 23;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct TopicConfig {
    std::string key;
    std::string value;

    bool operator==(const TopicConfig&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
    }
  };

  struct TopicInfo {
    std::string name;
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<TopicConfig> topic_configs;

    bool operator==(const TopicInfo&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
      w("replication_factor", m.replication_factor);
      w("topic_configs", m.topic_configs);
    }
  };

  struct CopartitionGroup {
    std::vector<int16_t> source_topics;
    std::vector<int16_t> source_topic_regex;
    std::vector<int16_t> repartition_source_topics;

    bool operator==(const CopartitionGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("source_topics", m.source_topics);
      w("source_topic_regex", m.source_topic_regex);
      w("repartition_source_topics", m.repartition_source_topics);
    }
  };

  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> source_topic_regex;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> repartition_source_topics;
    std::vector<CopartitionGroup> copartition_groups;

    bool operator==(const Subtopology&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("source_topics", m.source_topics);
      w("source_topic_regex", m.source_topic_regex);
      w("state_changelog_topics", m.state_changelog_topics);
      w("repartition_sink_topics", m.repartition_sink_topics);
      w("repartition_source_topics", m.repartition_source_topics);
      w("copartition_groups", m.copartition_groups);
    }
  };

  int32_t epoch = 0;
  std::vector<Subtopology> subtopologies;

  bool operator==(const StreamsGroupTopologyValue&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("epoch", m.epoch);
    w("subtopologies", m.subtopologies);
  }
};

}  // namespace kafka
