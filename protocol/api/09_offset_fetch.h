// OffsetFetch: reads committed offsets. A null list of topics means all.
//   v2: error for the whole group
//   v5: leader epochs (KIP-320)
//   v7: wait for open transactions (KIP-447)
//   v8: several groups at once (KIP-709)
//   v9: member epochs (KIP-848)
//   v10: topic ids instead of names (KIP-848)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct OffsetFetchRequest {
  static constexpr ApiKey key = ApiKey::OffsetFetch;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 10;
  static constexpr int16_t flexible_since = 6;

  struct OffsetFetchRequestTopic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    bool operator==(const OffsetFetchRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partition_indexes", m.partition_indexes);
    }
  };

  struct OffsetFetchRequestTopics {
    std::string name;
    Uuid topic_id;
    std::vector<int32_t> partition_indexes;

    bool operator==(const OffsetFetchRequestTopics&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(9), ignorable);
      w("topic_id", m.topic_id, since(10), ignorable);
      w("partition_indexes", m.partition_indexes);
    }
  };

  struct OffsetFetchRequestGroup {
    std::string group_id;
    std::optional<std::string> member_id;
    int32_t member_epoch = -1;
    std::optional<std::vector<OffsetFetchRequestTopics>> topics{std::in_place};

    bool operator==(const OffsetFetchRequestGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("member_id", m.member_id, since(9), nullable(9), ignorable);
      w("member_epoch", m.member_epoch, since(9), ignorable);
      w("topics", m.topics, nullable(8));
    }
  };

  std::string group_id;
  std::optional<std::vector<OffsetFetchRequestTopic>> topics{std::in_place};
  std::vector<OffsetFetchRequestGroup> groups;
  bool require_stable = false;

  bool operator==(const OffsetFetchRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id, until(7));
    w("topics", m.topics, until(7), nullable(2));
    w("groups", m.groups, since(8));
    w("require_stable", m.require_stable, since(7));
  }
};

struct OffsetFetchResponse {
  static constexpr ApiKey key = ApiKey::OffsetFetch;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 10;
  static constexpr int16_t flexible_since = 6;

  struct OffsetFetchResponsePartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = "";
    int16_t error_code = 0;

    bool operator==(const OffsetFetchResponsePartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("committed_offset", m.committed_offset);
      w("committed_leader_epoch", m.committed_leader_epoch, since(5), ignorable);
      w("metadata", m.metadata, nullable(0));
      w("error_code", m.error_code);
    }
  };

  struct OffsetFetchResponseTopic {
    std::string name;
    std::vector<OffsetFetchResponsePartition> partitions;

    bool operator==(const OffsetFetchResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("partitions", m.partitions);
    }
  };

  struct OffsetFetchResponsePartitions {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata = "";
    int16_t error_code = 0;

    bool operator==(const OffsetFetchResponsePartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("partition_index", m.partition_index);
      w("committed_offset", m.committed_offset);
      w("committed_leader_epoch", m.committed_leader_epoch);
      w("metadata", m.metadata, nullable(8));
      w("error_code", m.error_code);
    }
  };

  struct OffsetFetchResponseTopics {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetFetchResponsePartitions> partitions;

    bool operator==(const OffsetFetchResponseTopics&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, until(9), ignorable);
      w("topic_id", m.topic_id, since(10), ignorable);
      w("partitions", m.partitions);
    }
  };

  struct OffsetFetchResponseGroup {
    std::string group_id;
    std::vector<OffsetFetchResponseTopics> topics;
    int16_t error_code = 0;

    bool operator==(const OffsetFetchResponseGroup&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("group_id", m.group_id);
      w("topics", m.topics);
      w("error_code", m.error_code);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchResponseTopic> topics;
  int16_t error_code = 0;
  std::vector<OffsetFetchResponseGroup> groups;

  bool operator==(const OffsetFetchResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms, since(3), ignorable);
    w("topics", m.topics, until(7));
    w("error_code", m.error_code, since(2), until(7), ignorable);
    w("groups", m.groups, since(8));
  }
};

}  // namespace kafka
