// What consumers tell each other through the group coordinator, which passes it on as bytes:
// the metadata of JoinGroup (subscription) and of SyncGroup (assignment), protocol type "consumer".
// Each starts with an int16 version. A version newer than ours is read as our newest: later ones
// only append fields, so what follows is left alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/message.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

// v1: owned partitions (KIP-429), v2: generation of those (KIP-792), v3: rack (KIP-881).
struct ConsumerProtocolSubscription {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = never_flexible;

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  std::vector<std::string> topics;
  std::optional<Bytes> user_data;
  std::vector<TopicPartition> owned_partitions;
  int32_t generation_id = -1;
  std::optional<std::string> rack_id;

  bool operator==(const ConsumerProtocolSubscription&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("topics", m.topics);
    w("user_data", m.user_data, nullable(0));
    w("owned_partitions", m.owned_partitions, since(1), ignorable);
    w("generation_id", m.generation_id, since(2), ignorable);
    w("rack_id", m.rack_id, since(3), nullable(3), ignorable);
  }
};

// The partitions a member shall read. v1 to v3 changed nothing.
struct ConsumerProtocolAssignment {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 3;
  static constexpr int16_t flexible_since = never_flexible;

  struct TopicPartition {
    std::string topic;
    std::vector<int32_t> partitions;

    bool operator==(const TopicPartition&) const = default;
    static constexpr void wire(auto& m, auto& w) {
      w("topic", m.topic);
      w("partitions", m.partitions);
    }
  };

  std::vector<TopicPartition> assigned_partitions;
  std::optional<Bytes> user_data;

  bool operator==(const ConsumerProtocolAssignment&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("assigned_partitions", m.assigned_partitions);
    w("user_data", m.user_data, nullable(0));
  }
};

[[nodiscard]] Result<ConsumerProtocolSubscription> decode_subscription(
    std::span<const uint8_t> bytes);
[[nodiscard]] Result<ConsumerProtocolAssignment> decode_assignment(std::span<const uint8_t> bytes);

[[nodiscard]] Result<Bytes> encode_subscription(const ConsumerProtocolSubscription& subscription,
                                                int16_t version);
[[nodiscard]] Result<Bytes> encode_assignment(const ConsumerProtocolAssignment& assignment,
                                              int16_t version);

}  // namespace kafka
