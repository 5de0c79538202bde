// The plan of a run: what its seed draws for the cluster and its network before anything happens.
// The faults are planned in faults.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "broker/core/env.h"
#include "tests/sim/cluster.h"

namespace kafka::sim {

struct ClusterPlan {
  ClusterSettings settings;
  int64_t latency_us_min = 20;
  int64_t latency_us_max = 800;
  size_t buffer_bytes = 256 * 1024;  // of a connection
};

// Uniform in [low, high].
int64_t draw_between(Random& draw, int64_t low, int64_t high);
// `shape` by name; empty: by chance.
ClusterPlan draw_cluster(Random& draw, const std::string& shape, bool power_losses);
// With one replica in sync being enough, acknowledged records may go legitimately: a broker that
// lost its power is in the ISR until somebody notices, alone if the others leave meanwhile. Two
// guard each other: who leaves the ISR then stays eligible (KIP-966).
int32_t draw_min_insync(Random& draw, bool power_losses);

}  // namespace kafka::sim
