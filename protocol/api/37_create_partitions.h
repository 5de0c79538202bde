// CreatePartitions: adds partitions to topics (KIP-195).
//   v3: quota (KIP-599)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct CreatePartitionsRequest {
  static constexpr ApiKey key = ApiKey::CreatePartitions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct CreatePartitionsAssignment {
    std::vector<int32_t> broker_ids;

    bool operator==(const CreatePartitionsAssignment&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("broker_ids", m.broker_ids); }
  };

  struct CreatePartitionsTopic {
    std::string name;
    int32_t count = 0;
    std::optional<std::vector<CreatePartitionsAssignment>> assignments{std::in_place};

    bool operator==(const CreatePartitionsTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("count", m.count);
      w("assignments", m.assignments, nullable(0));
    }
  };

  std::vector<CreatePartitionsTopic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  bool operator==(const CreatePartitionsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics);
    w("timeout_ms", m.timeout_ms);
    w("validate_only", m.validate_only);
  }
};

struct CreatePartitionsResponse {
  static constexpr ApiKey key = ApiKey::CreatePartitions;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = 2;

  struct CreatePartitionsTopicResult {
    std::string name;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const CreatePartitionsTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results;

  bool operator==(const CreatePartitionsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("results", m.results);
  }
};

}  // namespace kafka
