// What the evidence of lab 15 says about the quorum: who led when, whom the broker followed and
// what it was told, and whether a topic could be created.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/common/history.h"

namespace kraftlab {

constexpr int kQuorumBroker = 4;  // nodes 1 to 3 are the controllers

// A controller tells the others that it leads.
struct Reign {
  uint64_t frame = 0;
  int64_t time_us = 0;
  int leader = 0;
  int32_t epoch = 0;
};

// Each epoch's leader, in the order of the epochs.
std::vector<Reign> reigns_of(const History& history);

// The last one that began before that time; leader 0 if none did.
Reign reign_at(const History& history, int64_t time_us);

// Somebody else leads in a later epoch, and the broker knows. Epochs, not times: the election may
// be over before the deed that brought it about is written down.
bool is_succeeded(const History& history, const Reign& before);

// The quorum that fell apart with that death stands again: without one nobody begins to lead.
bool stands_again(const History& history, const Deed* death);

// Who leads, as the broker was last told before that time; nothing if nobody could say.
std::optional<int> leader_told(const History& history, int64_t before_us);

// The tries to create a topic at the broker: the first one's frame, and whether one was done.
struct Creation {
  uint64_t frame = 0;
  bool done = false;
};

// Nothing if nobody tried since then.
std::optional<Creation> creation_of(const History& history, const std::string& topic,
                                    int64_t since_us);

}  // namespace kraftlab
