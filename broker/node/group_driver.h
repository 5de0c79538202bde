// GroupDriver: runs the group coordinator's outputs. Records go to __consumer_offsets as one batch
// each, replies to their connections, and the next deadline to a timer.
//
// An append counts once the partition's high watermark has passed it, as for acks=all; the
// coordinator hears of it then and answers whoever waited.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "broker/core/group/coordinator.h"
#include "broker/core/replica/replica_table.h"
#include "broker/io/timers.h"

namespace kafka {

class Node;

class GroupDriver {
 public:
  GroupDriver(Node& node, ReplicaTable& replicas, Timers& timers, const int64_t& now_ms)
      : node_(node), replicas_(replicas), timers_(timers), now_ms_(now_ms) {}

  void own(std::unique_ptr<GroupCoordinator> coordinator) { coordinator_ = std::move(coordinator); }
  GroupCoordinator& coordinator() { return *coordinator_; }

  void run(GroupOutput output);

  // __consumer_offsets has this many partitions, and the leadership of one of them is as it says.
  void set_partition_count(int32_t count) { coordinator_->set_partition_count(count); }
  void on_leadership(Partition& partition);
  void on_removed(int32_t partition);
  void on_topics_deleted(const std::vector<DeletedTopicId>& topics);
  // A partition of __consumer_offsets moved: appends may be committed now.
  void on_moved(Partition& partition);

 private:
  struct Waiting {
    GroupAppend append;
    int64_t end_offset;
  };

  void append(GroupAppend append, GroupOutput& next);
  void load(Partition& partition);
  void arm();

  Node& node_;
  ReplicaTable& replicas_;
  Timers& timers_;
  const int64_t& now_ms_;
  std::unique_ptr<GroupCoordinator> coordinator_;
  std::vector<Waiting> waiting_;
  TimerId timer_ = 0;
  int64_t timer_ms_ = INT64_MAX;
};

}  // namespace kafka
