// PlannedFaults: what a lab's planned faults (core/faults.h) do to a node itself: its disk, its clock,
// its groups. A node has one only when kraftlab.faults is set.
//
// Thread: the core thread.
#pragma once

#include <cstdint>
#include <utility>

#include "broker/io/fault_injector.h"
#include "broker/io/impaired_files.h"

namespace kafka {

class PlannedFaults final : public FaultEffects {
 public:
  explicit PlannedFaults(Files& disk) : files_(disk) {}

  Files& files() { return files_; }               // the node's, in place of `disk`
  int64_t clock_ms() const { return moved_ms_; }  // by how much the clock is wrong
  bool take_rebalance() { return std::exchange(rebalance_, false); }

  void fail_next_write() override { files_.fail_next_write(); }
  void fail_next_sync() override { files_.fail_next_sync(); }
  void slow_disk(int64_t ms) override { files_.slow_down(ms); }
  void move_clock(int64_t ms) override { moved_ms_ += ms; }
  void rebalance_groups() override { rebalance_ = true; }

 private:
  ImpairedFiles files_;
  int64_t moved_ms_ = 0;
  bool rebalance_ = false;  // at the end of the event
};

}  // namespace kafka
