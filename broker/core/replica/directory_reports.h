// DirectoryReports: in which of this broker's log directories its replicas are, where the metadata
// says something else, so that the controller knows what goes when a directory does (KIP-858).
//
// The controller assigns a directory when it places a replica, if it can: Apache Kafka's does for
// brokers with one directory, and leaves the choice to those with more. Then the broker chooses,
// and says what it chose. It also says so of a replica that it has in another directory than it
// ought to.
//
// One request is under way at a time. What it said is forgotten when the metadata agrees, or the
// controller knows better (the topic is gone, the replica is no longer ours); when the answer is
// another error, or none, all is said again after backoff_ms.
//
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "broker/core/types.h"
#include "protocol/api/73_assign_replicas_to_dirs.h"

namespace kafka {

class DirectoryReports {
 public:
  static constexpr int64_t backoff_ms = 500;
  static constexpr size_t max_per_request = 2000;

  // The replica is in `actual`, the metadata says `assigned`.
  void note(const TopicIdPartition& replica, const Uuid& actual, const Uuid& assigned);
  void forget(const TopicIdPartition& replica) { pending_.erase(replica); }

  // What there is to say now, if anything; then it is under way.
  std::optional<AssignReplicasToDirsRequest> next(int32_t broker_id, int64_t broker_epoch,
                                                  int64_t now_ms);
  void on_response(const AssignReplicasToDirsResponse& response, int64_t now_ms);
  void on_failure(int64_t now_ms);

  int64_t next_deadline_ms() const;  // INT64_MAX: nothing to do by itself
  size_t size() const { return pending_.size(); }

 private:
  struct ByTopicAndIndex {
    bool operator()(const TopicIdPartition& a, const TopicIdPartition& b) const {
      return a.topic_id != b.topic_id ? a.topic_id < b.topic_id : a.partition < b.partition;
    }
  };

  std::map<TopicIdPartition, Uuid, ByTopicAndIndex> pending_;
  int64_t not_before_ms_ = 0;
  bool under_way_ = false;
};

}  // namespace kafka
