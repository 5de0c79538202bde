// DeleteTopics: deletes topics by name or id.
//   v3: TOPIC_DELETION_DISABLED (KIP-322)
//   v5: error messages, quota (KIP-599)
//   v6: topic ids (KIP-516)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DeleteTopicsRequest {
  static constexpr ApiKey key = ApiKey::DeleteTopics;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 4;

  struct DeleteTopicState {
    std::optional<std::string> name;
    Uuid topic_id;

    bool operator==(const DeleteTopicState&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, nullable(6));
      w("topic_id", m.topic_id);
    }
  };

  std::vector<DeleteTopicState> topics;
  std::vector<std::string> topic_names;
  int32_t timeout_ms = 0;

  bool operator==(const DeleteTopicsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics, since(6));
    w("topic_names", m.topic_names, until(5), ignorable);
    w("timeout_ms", m.timeout_ms);
  }
};

struct DeleteTopicsResponse {
  static constexpr ApiKey key = ApiKey::DeleteTopics;
  static constexpr int16_t min_version = 1;
  static constexpr int16_t max_version = 6;
  static constexpr int16_t flexible_since = 4;

  struct DeletableTopicResult {
    std::optional<std::string> name = "";
    Uuid topic_id;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const DeletableTopicResult&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("name", m.name, nullable(6));
      w("topic_id", m.topic_id, since(6), ignorable);
      w("error_code", m.error_code);
      w("error_message", m.error_message, since(5), nullable(5), ignorable);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses;

  bool operator==(const DeleteTopicsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("responses", m.responses);
  }
};

}  // namespace kafka
