// Simulation: one run of one seed. The seed draws the shape of the cluster, its configuration, the
// clients and the faults; then time runs, and every rule is checked at every step.
//
//   0 s           start, topics            faults                 3/4: all heals          the end
//   |-----------------|---------------------------------------------|------------------------|
//                      producers, consumers, a group, an administrator          all must work
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/faults.h"

namespace kafka::sim {

struct RunOptions {
  uint64_t seed = 1;
  int64_t seconds = 60;
  std::string shape;             // by name; empty: the seed decides
  std::set<size_t> without;      // faults left out, by their place in the list
  bool trace = false;            // keep the whole story, with what the nodes log
};

struct Outcome {
  uint64_t seed = 0;
  std::string rule;  // that was broken; empty: none
  std::string what;
  std::string shape;
  uint64_t hash = 0;
  double simulated_s = 0;  // how far it came
  std::vector<Fault> faults;
  std::vector<std::string> story;  // its last lines
  // What happened in it.
  uint64_t events = 0;
  int64_t acknowledged = 0;
  int64_t reads = 0;
  int64_t batches = 0;
  int64_t starts = 0;

  bool ok() const { return rule.empty(); }
};

Outcome run_seed(const RunOptions& options);

}  // namespace kafka::sim
