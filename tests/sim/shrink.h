// Shrink: from a failing seed to a short list of faults that still makes it fail.
//
// Runs the seed again without some of its faults; what is left out and not missed stays out. First
// halves, then quarters, down to one fault at a time until none can go (delta debugging). Any broken
// rule counts.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/simulation.h"

namespace kafka::sim {

struct Shrunk {
  std::vector<size_t> needed;
  int runs = 0;
};

// The search alone: `fails` is asked at most `runs_max` times whether some of the items, in their
// order, are enough.
Shrunk shrink_list(std::vector<size_t> items, int runs_max,
                   const std::function<bool(const std::vector<size_t>& some)>& fails);

// The places of the faults that are not needed. `say` is told how it went.
std::set<size_t> shrink(RunOptions options, const Outcome& failed,
                        const std::function<void(const std::string&)>& say);

}  // namespace kafka::sim
