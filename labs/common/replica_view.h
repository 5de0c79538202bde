// What the evidence of a cluster says about the replicas of one topic's partition 0: who copied how
// far, who was told to be in sync, who led.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "labs/common/history.h"

namespace kraftlab {

// The node that read an exchange's request.
int node_of(const Exchange& exchange);

// A follower asks its leader for what comes from this offset on: all before it, it has.
struct FollowerFetch {
  uint64_t frame = 0;
  int64_t time_us = 0;
  int leader = 0;
  int follower = 0;
  int64_t offset = 0;
};
std::vector<FollowerFetch> follower_fetches(const History& history, std::string_view topic);

// The leader tells the controller who is in sync, and is answered without error.
struct IsrChange {
  uint64_t frame = 0;
  int64_t time_us = 0;  // of the answer
  std::vector<int32_t> isr;
};
std::vector<IsrChange> isr_changes(const History& history, std::string_view topic);

// What a node answered to Metadata for the topic.
struct LeaderTold {
  uint64_t frame = 0;
  int64_t time_us = 0;
  int by = 0;
  int32_t leader = -1;
  int32_t leader_epoch = -1;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
};
std::vector<LeaderTold> leaders_told(const History& history, std::string_view topic);

// The deed with these words, or that begins with them; nullptr if it was not done.
const Deed* find_deed(const History& history, std::string_view words);

}  // namespace kraftlab
