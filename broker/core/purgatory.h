// Purgatory: requests that wait for partitions to move, or for their time to be over.
//
// A fetch waits for min.bytes, a produce with acks=all for the in-sync replicas. Both lie under the
// partitions they wait for and cost nothing until one of these moves; then, and when the deadline
// comes, they are tried again. A try that succeeds has answered the request, and it is gone.
//
// Pure: the deadlines are data, whoever owns the purgatory calls expire() at next_deadline_ms().
//
// Invariants: a request is tried at most once per partition that moved in one call, and never again
// after a try returned true. A try with expired = true must answer.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "broker/core/reply_to.h"
#include "broker/core/types.h"

namespace kafka {

struct ParkedRequest {
  ReplyTo reply_to;
  int64_t deadline_ms = 0;
  std::vector<TopicIdPartition> waits_for;
  // Answers and returns true, or returns false to go on waiting.
  std::function<bool(bool expired)> attempt;
};

class Purgatory {
 public:
  void park(ParkedRequest request);

  // A partition moved: tries what waits for it.
  void moved(const TopicIdPartition& partition);
  // Tries, for the last time, what is due.
  void expire(int64_t now_ms);
  int64_t next_deadline_ms();  // INT64_MAX when nothing waits

  // Forgets the requests of a connection that is gone.
  void drop_connection(uint64_t connection_id);

  size_t size() const { return parked_.size(); }

 private:
  struct Deadline {
    int64_t at_ms;
    uint64_t id;
    bool operator<(const Deadline& other) const { return at_ms > other.at_ms; }  // smallest first
  };

  bool attempt(uint64_t id, bool expired);
  void watch(const TopicIdPartition& partition, uint64_t id);
  void sweep_deadlines();

  uint64_t last_id_ = 0;
  std::unordered_map<uint64_t, ParkedRequest> parked_;
  // Ids of requests that are gone stay here until their partition moves or the list is swept.
  std::unordered_map<TopicIdPartition, std::vector<uint64_t>> watchers_;
  std::vector<Deadline> deadlines_;  // a heap, with entries of requests that are gone
};

}  // namespace kafka
