// DeleteShareGroupOffsets: drops topics from an empty share group (KIP-932).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/api_keys.h"
#include "protocol/message.h"

namespace kafka {

struct DeleteShareGroupOffsetsRequest {
  static constexpr ApiKey key = ApiKey::DeleteShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct DeleteShareGroupOffsetsRequestTopic {
    std::string topic_name;

    bool operator==(const DeleteShareGroupOffsetsRequestTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) { w("topic_name", m.topic_name); }
  };

  std::string group_id;
  std::vector<DeleteShareGroupOffsetsRequestTopic> topics;

  bool operator==(const DeleteShareGroupOffsetsRequest&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("group_id", m.group_id);
    w("topics", m.topics);
  }
};

struct DeleteShareGroupOffsetsResponse {
  static constexpr ApiKey key = ApiKey::DeleteShareGroupOffsets;
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  struct DeleteShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const DeleteShareGroupOffsetsResponseTopic&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic_name", m.topic_name);
      w("topic_id", m.topic_id);
      w("error_code", m.error_code);
      w("error_message", m.error_message, nullable(0));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<DeleteShareGroupOffsetsResponseTopic> responses;

  bool operator==(const DeleteShareGroupOffsetsResponse&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("throttle_time_ms", m.throttle_time_ms);
    w("error_code", m.error_code);
    w("error_message", m.error_message, nullable(0));
    w("responses", m.responses);
  }
};

}  // namespace kafka
