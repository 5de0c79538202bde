// Throttled replication: a reassignment may not starve the clients.
//
// The topic says which replicas are throttled (leader. and follower.replication.throttled.replicas:
// "partition:broker" pairs, or * for all), the broker at what rate (leader. and
// follower.replication.throttled.rate, bytes a second). When the rate of the last eleven seconds is
// above it, a throttled partition is left out of answers to followers, or of our own fetches, until
// it is not. Replicas in sync are never held back: that would only throw them out of the ISR.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kafka {

// The partitions of a topic whose replica on one broker is throttled.
class ThrottledReplicas {
 public:
  // The value of the topic's property; entries of other brokers and malformed ones are left out
  // (the controller checked it).
  static ThrottledReplicas parse(std::string_view text, int32_t broker_id);

  bool contains(int32_t partition) const;
  bool empty() const { return !all_ && partitions_.empty(); }

 private:
  bool all_ = false;
  std::vector<int32_t> partitions_;  // sorted
};

// A rate over eleven windows of one second, the present one among them (replication.quota.window.*
// of Apache Kafka, at their defaults).
class ReplicationQuota {
 public:
  static constexpr int64_t unlimited = INT64_MAX;

  void set_rate(int64_t bytes_per_second) { rate_ = bytes_per_second; }
  void record(int64_t bytes, int64_t now_ms);
  bool exceeded(int64_t now_ms) const;

 private:
  static constexpr int64_t window_ms = 1000;
  static constexpr size_t windows = 11;
  struct Window {
    int64_t start = -1;  // in windows since 1970
    int64_t bytes = 0;
  };

  int64_t rate_ = unlimited;
  std::array<Window, windows> windows_;
};

}  // namespace kafka
