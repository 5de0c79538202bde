// Lab 10: who joined the group, and which members were put out of it, as the requests tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labs/common/history.h"

namespace kraftlab {

// One JoinGroup.
struct Join {
  uint64_t frame = 0;
  std::string client;
  std::string group;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = 0;
  size_t members = 0;  // in the answer to the leader; 0 to the others
  int32_t generation = -1;
};

std::vector<Join> joins_of(const History& history);

// A member that lived and was put out, or took itself out and came back.
struct Eviction {
  uint64_t frame = 0;
  std::string client;
  std::string how;
  bool left = false;  // it took itself out
};

std::vector<Eviction> evictions_of(const History& history);

}  // namespace kraftlab
