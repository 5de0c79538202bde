// GroupDriver: runs the group coordinator's outputs. Records go to __consumer_offsets as one batch
// each, replies to their connections, and the next deadline to a timer.
//
// A partition of which this broker becomes the leader is read whole before its groups are served,
// a part at each event: other requests go on meanwhile, those for its groups are answered with
// COORDINATOR_LOAD_IN_PROGRESS.
//
// An append counts once the partition's high watermark has passed it, as for acks=all; the
// coordinator hears of it then and answers whoever waited.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "broker/core/group/coordinator.h"
#include "broker/core/group/loader.h"
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
  void rebalance_all();
  // Each append that was made is shown to it.
  void on_append(std::function<void(const GroupAppend&)> look) { look_ = std::move(look); }

 private:
  struct Waiting {
    GroupAppend append;
    int64_t end_offset;
  };

  // A partition that is being read; it has a place here until that is over.
  struct Loading {
    int32_t leader_epoch;
    int64_t offset;  // to go on with
    std::unique_ptr<GroupLoader> loader;
  };

  void append(GroupAppend append, GroupOutput& next);
  void load(Partition& partition);
  void load_some(int32_t partition, int32_t leader_epoch);
  Result<bool> load_step(Partition& partition, Loading& loading);
  void arm();

  Node& node_;
  ReplicaTable& replicas_;
  Timers& timers_;
  const int64_t& now_ms_;
  std::unique_ptr<GroupCoordinator> coordinator_;
  std::function<void(const GroupAppend&)> look_;
  std::vector<Waiting> waiting_;
  std::map<int32_t, Loading> loading_;  // by partition
  TimerId timer_ = 0;
  int64_t timer_ms_ = INT64_MAX;
};

}  // namespace kafka
