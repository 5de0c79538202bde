// Shrink: from a failing seed to a short list of faults that still makes it fail.
//
// Runs the seed again without some of its faults; what is left out and not missed stays out. First
// halves, then quarters, down to one fault at a time (delta debugging). Any broken rule counts.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "tests/sim/simulation.h"

namespace kafka::sim {

// The places of the faults that are not needed. `say` is told how it goes.
std::set<size_t> shrink(RunOptions options, const Outcome& failed,
                        const std::function<void(const std::string&)>& say);

}  // namespace kafka::sim
