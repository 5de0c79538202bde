// IsrDriver: carries this broker's ISR proposals to the active controller (AlterPartition), and
// looks for followers that lag. The rules are in core/replica/isr_changes.h.
#pragma once

#include <cstdint>

#include "broker/core/replica/isr_changes.h"
#include "broker/io/timers.h"

namespace kafka {

class Node;

class IsrDriver {
 public:
  IsrDriver(Node& node, ReplicaTable& replicas, Timers& timers, const int64_t& now_ms)
      : node_(node), changes_(replicas), timers_(timers), now_ms_(now_ms) {}

  // From now on laggards are looked for, twice within replica.lag.time.max.ms.
  void start();
  // Brokers came or went: somebody may have become eligible.
  void look_at_all() { changes_.look_at_all(now_ms_); }
  // At the end of an event: sends what there is to send.
  void finish_event();
  void stop() { stopped_ = true; }

 private:
  void look_for_laggards();
  void send(AlterPartitionRequest request);
  void log_notes();
  void arm();

  Node& node_;
  IsrChanges changes_;
  Timers& timers_;
  const int64_t& now_ms_;
  int64_t timer_ms_ = INT64_MAX;
  bool failing_ = false;  // said once
  bool stopped_ = false;
};

}  // namespace kafka
