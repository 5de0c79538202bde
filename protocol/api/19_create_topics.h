// CreateTopics: creates topics, or only checks whether it could.
//   v4: defaults for partitions and replicas, -1 (KIP-464)
//   v5: the new topic's configuration in the answer (KIP-525)
//   v6: quota (KIP-599)
//   v7: topic ids (KIP-516)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct CreateTopicsRequest {
  static constexpr ApiKey key = ApiKey::CreateTopics;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 7;
  static constexpr int16_t flexible_since = 5;

  struct CreatableReplicaAssignment {
    int32_t partition_index = 0;
    std::vector<int32_t> broker_ids;

    bool operator==(const CreatableReplicaAssignment&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("broker_ids", m.broker_ids);
    }
  };

  struct CreatableTopicConfig {
    std::string name;
    std::optional<std::string> value = "";

    bool operator==(const CreatableTopicConfig&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("value", m.value, nullable(0));
    }
  };

  struct CreatableTopic {
    std::string name;
    int32_t num_partitions = 0;
    int16_t replication_factor = 0;
    std::vector<CreatableReplicaAssignment> assignments;
    std::vector<CreatableTopicConfig> configs;

    bool operator==(const CreatableTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("num_partitions", m.num_partitions);
      w("replication_factor", m.replication_factor);
      w("assignments", m.assignments);
      w("configs", m.configs);
    }
  };

  std::vector<CreatableTopic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  bool operator==(const CreateTopicsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics);
    w("timeout_ms", m.timeout_ms);
    w("validate_only", m.validate_only);
  }
};

struct CreateTopicsResponse {
  static constexpr ApiKey key = ApiKey::CreateTopics;
  static constexpr int16_t min_version = 2;
  static constexpr int16_t max_version = 7;
  static constexpr int16_t flexible_since = 5;

  struct CreatableTopicConfigs {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;

    bool operator==(const CreatableTopicConfigs&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("value", m.value, nullable(5));
      w("read_only", m.read_only);
      w("config_source", m.config_source);
      w("is_sensitive", m.is_sensitive);
    }
  };

  struct CreatableTopicResult {
    std::string name;
    Uuid topic_id;
    int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    int16_t topic_config_error_code = 0;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::optional<std::vector<CreatableTopicConfigs>> configs{std::in_place};

    bool operator==(const CreatableTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("topic_id", m.topic_id, since(7), ignorable);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
      w.tagged(0, "topic_config_error_code", m.topic_config_error_code, since(5), ignorable);
      w("num_partitions", m.num_partitions, since(5), ignorable);
      w("replication_factor", m.replication_factor, since(5), ignorable);
      w("configs", m.configs, since(5), nullable(5), ignorable);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics;

  bool operator==(const CreateTopicsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("topics", m.topics);
  }
};

}  // namespace kafka
