// ShareGroupHeartbeat: everything a member of a share group says (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ShareGroupHeartbeatRequest {
  static constexpr ApiKey key = ApiKey::ShareGroupHeartbeat;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  std::string group_id;
  std::string member_id;
  int32_t member_epoch = 0;
  std::optional<std::string> rack_id;
  std::optional<std::vector<std::string>> subscribed_topic_names;

  bool operator==(const ShareGroupHeartbeatRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("member_id", m.member_id);
    w("member_epoch", m.member_epoch);
    w("rack_id", m.rack_id, nullable(0));
    w("subscribed_topic_names", m.subscribed_topic_names, nullable(0));
  }
};

struct ShareGroupHeartbeatResponse {
  static constexpr ApiKey key = ApiKey::ShareGroupHeartbeat;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 1;
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

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    bool operator==(const Assignment&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("topic_partitions", m.topic_partitions); }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::optional<std::string> member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  std::optional<Assignment> assignment;

  bool operator==(const ShareGroupHeartbeatResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("member_id", m.member_id, nullable(0));
    w("member_epoch", m.member_epoch);
    w("heartbeat_interval_ms", m.heartbeat_interval_ms);
    w("assignment", m.assignment, nullable(0));
  }
};

}  // namespace kafka
