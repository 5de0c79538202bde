// ShareGroupDescribe: state, members and assignments of share groups (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct ShareGroupDescribeRequest {
  static constexpr ApiKey key = ApiKey::ShareGroupDescribe;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  std::vector<std::string> group_ids;
  bool include_authorized_operations = false;

  bool operator==(const ShareGroupDescribeRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_ids", m.group_ids);
    w("include_authorized_operations", m.include_authorized_operations);
  }
};

struct ShareGroupDescribeResponse {
  static constexpr ApiKey key = ApiKey::ShareGroupDescribe;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 1;
  static constexpr int16_t flexible_since = 0;

  struct TopicPartitions {
    Uuid topic_id;
    std::string topic_name;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartitions&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_id", m.topic_id);
      w("topic_name", m.topic_name);
      w("partitions", m.partitions);
    }
  };

  struct Assignment {
    std::vector<TopicPartitions> topic_partitions;

    bool operator==(const Assignment&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("topic_partitions", m.topic_partitions); }
  };

  struct Member {
    std::string member_id;
    std::optional<std::string> rack_id;
    int32_t member_epoch = 0;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topic_names;
    Assignment assignment;

    bool operator==(const Member&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("member_id", m.member_id);
      w("rack_id", m.rack_id, nullable(0));
      w("member_epoch", m.member_epoch);
      w("client_id", m.client_id);
      w("client_host", m.client_host);
      w("subscribed_topic_names", m.subscribed_topic_names);
      w("assignment", m.assignment);
    }
  };

  struct DescribedGroup {
    int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    std::string assignor_name;
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
      w("assignor_name", m.assignor_name);
      w("members", m.members);
      w("authorized_operations", m.authorized_operations);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  bool operator==(const ShareGroupDescribeResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("groups", m.groups);
  }
};

}  // namespace kafka
