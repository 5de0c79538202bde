// StreamsGroupHeartbeat: everything a member of a streams group says: topology, tasks, offsets
// (KIP-1071).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct StreamsGroupHeartbeatRequest {
  static constexpr ApiKey key = ApiKey::StreamsGroupHeartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct KeyValue {
    std::string key;
    std::string value;

    bool operator==(const KeyValue&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("key", m.key);
      w("value", m.value);
    }
  };

  struct TopicInfo {
    std::string name;
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<KeyValue> topic_configs;

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

  struct Topology {
    int32_t epoch = 0;
    std::vector<Subtopology> subtopologies;

    bool operator==(const Topology&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("epoch", m.epoch);
      w("subtopologies", m.subtopologies);
    }
  };

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    bool operator==(const TaskIds&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partitions", m.partitions);
    }
  };

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("host", m.host);
      w("port", m.port);
    }
  };

  struct TaskOffset {
    std::string subtopology_id;
    int32_t partition = 0;
    int64_t offset = 0;

    bool operator==(const TaskOffset&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partition", m.partition);
      w("offset", m.offset);
    }
  };

  std::string group_id;
  std::string member_id;
  int32_t member_epoch = 0;
  int32_t endpoint_information_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  int32_t rebalance_timeout_ms = -1;
  std::optional<Topology> topology;
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  std::optional<std::string> process_id;
  std::optional<Endpoint> user_endpoint;
  std::optional<std::vector<KeyValue>> client_tags;
  std::optional<std::vector<TaskOffset>> task_offsets;
  std::optional<std::vector<TaskOffset>> task_end_offsets;
  bool shutdown_application = false;

  bool operator==(const StreamsGroupHeartbeatRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
    w("member_epoch", m.member_epoch);
    w("endpoint_information_epoch", m.endpoint_information_epoch);
    w("instance_id", m.instance_id, nullable(0));
    w("rack_id", m.rack_id, nullable(0));
    w("rebalance_timeout_ms", m.rebalance_timeout_ms);
    w("topology", m.topology, nullable(0));
    w("active_tasks", m.active_tasks, nullable(0));
    w("standby_tasks", m.standby_tasks, nullable(0));
    w("warmup_tasks", m.warmup_tasks, nullable(0));
    w("process_id", m.process_id, nullable(0));
    w("user_endpoint", m.user_endpoint, nullable(0));
    w("client_tags", m.client_tags, nullable(0));
    w("task_offsets", m.task_offsets, nullable(0));
    w("task_end_offsets", m.task_end_offsets, nullable(0));
    w("shutdown_application", m.shutdown_application);
  }
};

struct StreamsGroupHeartbeatResponse {
  static constexpr ApiKey key = ApiKey::StreamsGroupHeartbeat;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct Status {
    int8_t status_code = 0;
    std::string status_detail;

    bool operator==(const Status&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("status_code", m.status_code);
      w("status_detail", m.status_detail);
    }
  };

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    bool operator==(const TaskIds&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partitions", m.partitions);
    }
  };

  struct Endpoint {
    std::string host;
    uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("host", m.host);
      w("port", m.port);
    }
  };

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  struct EndpointToPartitions {
    Endpoint user_endpoint;
    std::vector<TopicPartition> active_partitions;
    std::vector<TopicPartition> standby_partitions;

    bool operator==(const EndpointToPartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("user_endpoint", m.user_endpoint);
      w("active_partitions", m.active_partitions);
      w("standby_partitions", m.standby_partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::string member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  int32_t acceptable_recovery_lag = 0;
  int32_t task_offset_interval_ms = 0;
  std::optional<std::vector<Status>> status{std::in_place};
  std::optional<std::vector<TaskIds>> active_tasks;
  std::optional<std::vector<TaskIds>> standby_tasks;
  std::optional<std::vector<TaskIds>> warmup_tasks;
  int32_t endpoint_information_epoch = 0;
  std::optional<std::vector<EndpointToPartitions>> partitions_by_user_endpoint;

  bool operator==(const StreamsGroupHeartbeatResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("member_id", m.member_id);
    w("member_epoch", m.member_epoch);
    w("heartbeat_interval_ms", m.heartbeat_interval_ms);
    w("acceptable_recovery_lag", m.acceptable_recovery_lag);
    w("task_offset_interval_ms", m.task_offset_interval_ms);
    w("status", m.status, nullable(0));
    w("active_tasks", m.active_tasks, nullable(0));
    w("standby_tasks", m.standby_tasks, nullable(0));
    w("warmup_tasks", m.warmup_tasks, nullable(0));
    w("endpoint_information_epoch", m.endpoint_information_epoch);
    w("partitions_by_user_endpoint", m.partitions_by_user_endpoint, nullable(0));
  }
};

}  // namespace kafka
