// DirectoryDriver: tells the active controller in which log directories this broker's replicas are
// (AssignReplicasToDirs). What is told is core/replica/directory_reports.h. A broker with one
// directory has nothing to tell.
#pragma once

#include <cstdint>

#include "broker/core/replica/directory_reports.h"
#include "broker/io/timers.h"

namespace kafka {

class Node;
class Partition;
class Storage;

class DirectoryDriver {
 public:
  DirectoryDriver(Node& node, const Storage& storage, Timers& timers, const int64_t& now_ms)
      : node_(node), storage_(storage), timers_(timers), now_ms_(now_ms) {}

  // The metadata says that the replica is in `assigned`.
  void on_assigned(const Partition& replica, const Uuid& assigned);
  void forget(const TopicIdPartition& replica) { reports_.forget(replica); }
  // At the end of an event: sends what there is to send.
  void finish_event();
  void stop() { stopped_ = true; }

 private:
  void send(const AssignReplicasToDirsRequest& request);

  Node& node_;
  const Storage& storage_;
  DirectoryReports reports_;
  Timers& timers_;
  const int64_t& now_ms_;
  int64_t timer_ms_ = INT64_MAX;
  bool stopped_ = false;
};

}  // namespace kafka
