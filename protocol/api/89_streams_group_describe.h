// StreamsGroupDescribe: state, topology, members and tasks of streams groups (KIP-1071).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct StreamsGroupDescribeRequest {
  static constexpr ApiKey key = ApiKey::StreamsGroupDescribe;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;

  bool operator==(const StreamsGroupDescribeRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_ids", m.group_ids);
    w("include_authorized_operations", m.include_authorized_operations);
  }
};

struct StreamsGroupDescribeResponse {
  static constexpr ApiKey key = ApiKey::StreamsGroupDescribe;
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

  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<TopicInfo> repartition_source_topics;

    bool operator==(const Subtopology&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("source_topics", m.source_topics);
      w("repartition_sink_topics", m.repartition_sink_topics);
      w("state_changelog_topics", m.state_changelog_topics);
      w("repartition_source_topics", m.repartition_source_topics);
    }
  };

  struct Topology {
    int32_t epoch = 0;
    std::optional<std::vector<Subtopology>> subtopologies;

    bool operator==(const Topology&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("epoch", m.epoch);
      w("subtopologies", m.subtopologies, nullable(0));
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

  struct TaskIds {
    std::string subtopology_id;
    std::vector<int32_t> partitions;

    bool operator==(const TaskIds&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("subtopology_id", m.subtopology_id);
      w("partitions", m.partitions);
    }
  };

  struct Assignment {
    std::vector<TaskIds> active_tasks;
    std::vector<TaskIds> standby_tasks;
    std::vector<TaskIds> warmup_tasks;

    bool operator==(const Assignment&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("active_tasks", m.active_tasks);
      w("standby_tasks", m.standby_tasks);
      w("warmup_tasks", m.warmup_tasks);
    }
  };

  struct Member {
    std::string member_id;
    int32_t member_epoch = 0;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::string client_id;
    std::string client_host;
    int32_t topology_epoch = 0;
    std::string process_id;
    std::optional<Endpoint> user_endpoint;
    std::vector<KeyValue> client_tags;
    std::vector<TaskOffset> task_offsets;
    std::vector<TaskOffset> task_end_offsets;
    Assignment assignment;
    Assignment target_assignment;
    bool is_classic = false;

    bool operator==(const Member&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("member_epoch", m.member_epoch);
      w("instance_id", m.instance_id, nullable(0));
      w("rack_id", m.rack_id, nullable(0));
      w("client_id", m.client_id);
      w("client_host", m.client_host);
      w("topology_epoch", m.topology_epoch);
      w("process_id", m.process_id);
      w("user_endpoint", m.user_endpoint, nullable(0));
      w("client_tags", m.client_tags);
      w("task_offsets", m.task_offsets);
      w("task_end_offsets", m.task_end_offsets);
      w("assignment", m.assignment);
      w("target_assignment", m.target_assignment);
      w("is_classic", m.is_classic);
    }
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::optional<Topology> topology;
    std::vector<Member> members;
    int32_t authorized_operations = INT32_MIN;

    bool operator==(const DescribedGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w("group_id", m.group_id);
      w("group_state", m.group_state);
      w("group_epoch", m.group_epoch);
      w("assignment_epoch", m.assignment_epoch);
      w("topology", m.topology, nullable(0));
      w("members", m.members);
      w("authorized_operations", m.authorized_operations);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  bool operator==(const StreamsGroupDescribeResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("groups", m.groups);
  }
};

}  // namespace kafka
