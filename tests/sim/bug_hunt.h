// The deliberate bugs of broker/core/bugs.h, and the search for seeds that catch them. A simulation
// that finds nothing is worth as much as the bugs it would have found.
#pragma once

#include <string>
#include <string_view>

#include "tests/sim/simulation.h"

namespace kafka::sim {

// Turns one bug on; false when there is none of that name in this build. "" turns it off.
bool set_bug(std::string_view name);

// Runs seeds with each bug (all, or those named, comma separated) until a rule is broken or
// `seconds_max` of processor time are over, and prints a table. 0 when all were caught that are said to be.
int hunt_bugs(const std::string& names, const RunOptions& options, double seconds_max);

}  // namespace kafka::sim
