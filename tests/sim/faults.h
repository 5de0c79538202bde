// The faults of a run: a list that the seed decides before anything happens, so that a failing run
// can be repeated with some of them left out (shrink.h).
//
// Each class of fault is absent in 40 % of the seeds: what only shows when all else is calm shows
// there. Faults stop after three quarters of the run, and then everything heals.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace kafka::sim {

enum class FaultKind : uint8_t {
  Kill,           // kill -9; files stay as written
  PowerLoss,      // what was not synced stays or goes by chance; only while another copy is whole
  Stop,           // SIGTERM
  Pause,          // SIGSTOP for a while
  CutOneWay,      // a link is cut in one direction
  CutBothWays,
  Isolate,        // a node from all other nodes and clients
  BreakConnection,
  Slow,           // a node's links
  Replay,         // some frames that were sent before come once more
  SyncFails,
  WriteFails,
  DiskFull,
  KillClient,     // its connections break
};
inline constexpr size_t fault_kinds = 14;

struct Fault {
  int64_t at_us = 0;
  FaultKind kind = FaultKind::Kill;
  int32_t node = 0;
  int32_t other = 0;   // the other end of a link: a node, or a client's machine
  int64_t for_us = 0;  // how long it lasts, or the node stays down
  uint64_t draw = 0;   // further choices
};

std::string name(FaultKind kind);
std::string to_string(const Fault& fault);

// Which classes there are in a run.
std::vector<FaultKind> draw_kinds(Random& random);
// `clients` are their machines.
std::vector<Fault> plan_faults(Random& random, const std::vector<FaultKind>& kinds_present,
                               int32_t nodes, const std::vector<int32_t>& clients, int64_t run_us);

}  // namespace kafka::sim
