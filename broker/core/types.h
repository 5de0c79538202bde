// The names that every room of the core shares: partitions and positions in them.
//
// Plain integers are named for what they are: int64_t offset, int32_t leader_epoch,
// int32_t broker_id. What belongs together is one of the structs below; all of them compare, order
// and hash by value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/uuid.h"

namespace kafka {

// The topic in which groups keep their offsets.
inline constexpr std::string_view offsets_topic = "__consumer_offsets";

inline constexpr int64_t no_offset = -1;
inline constexpr int64_t no_timestamp = -1;
inline constexpr int32_t no_epoch = -1;
inline constexpr int64_t no_producer_id = -1;

struct TopicPartition {
  std::string topic;
  int32_t partition = -1;

  friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

// "orders-3": the name of the partition's directory, and how messages name a partition.
inline std::string to_string(const TopicPartition& partition) {
  return partition.topic + "-" + std::to_string(partition.partition);
}

// A partition by topic id: survives the deletion and re-creation of a topic of the same name.
struct TopicIdPartition {
  Uuid topic_id;
  int32_t partition = -1;

  friend bool operator==(const TopicIdPartition&, const TopicIdPartition&) = default;
  friend auto operator<=>(const TopicIdPartition&, const TopicIdPartition&) = default;
};

// A position in a replicated log and the epoch of the leader whose history it lies on. The pair is
// what replicas compare: offsets alone cannot tell two diverged histories apart.
struct OffsetAndEpoch {
  int64_t offset = no_offset;
  int32_t epoch = no_epoch;

  friend bool operator==(const OffsetAndEpoch&, const OffsetAndEpoch&) = default;
  friend auto operator<=>(const OffsetAndEpoch&, const OffsetAndEpoch&) = default;
};

// A record found by its time (ListOffsets).
struct TimestampAndOffset {
  int64_t timestamp = no_timestamp;
  int64_t offset = no_offset;
  int32_t leader_epoch = no_epoch;

  friend bool operator==(const TimestampAndOffset&, const TimestampAndOffset&) = default;
};

inline size_t combine_hashes(size_t left, size_t right) {
  return left ^ (right + 0x9e3779b97f4a7c15ULL + (left << 6) + (left >> 2));
}

}  // namespace kafka

template <>
struct std::hash<kafka::TopicPartition> {
  size_t operator()(const kafka::TopicPartition& key) const noexcept {
    return kafka::combine_hashes(std::hash<std::string>{}(key.topic),
                                 std::hash<int32_t>{}(key.partition));
  }
};

template <>
struct std::hash<kafka::TopicIdPartition> {
  size_t operator()(const kafka::TopicIdPartition& key) const noexcept {
    return kafka::combine_hashes(std::hash<kafka::Uuid>{}(key.topic_id),
                                 std::hash<int32_t>{}(key.partition));
  }
};

template <>
struct std::hash<kafka::OffsetAndEpoch> {
  size_t operator()(const kafka::OffsetAndEpoch& key) const noexcept {
    return kafka::combine_hashes(std::hash<int64_t>{}(key.offset), std::hash<int32_t>{}(key.epoch));
  }
};
