// Lab 14: what a topic says of unclean elections, as the requests of admin clients tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "labs/common/history.h"

namespace kraftlab {

inline constexpr const char* kPolicy = "unclean.leader.election.enable";

// What was last said for the topic itself: "true", "false", or nothing.
struct Policy {
  uint64_t frame = 0;
  std::string value;
};

Policy policy_of(const History& history, std::string_view topic);

}  // namespace kraftlab
