// How a cluster is: whether it has come back from its faults, and what each node holds.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/cluster.h"

namespace kafka::sim {

// Every broker serves, every partition has its leader and its whole ISR. `why` not, if it has not.
bool topics_have_healed(Cluster& cluster, std::string& why);

// For the reader of a story that ended badly.
void show_nodes(Cluster& cluster, std::vector<std::string>& story);

}  // namespace kafka::sim
