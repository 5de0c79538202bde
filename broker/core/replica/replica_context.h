// ReplicaContext: what all partitions of a broker share, as plain data. The node keeps it up to
// date with the committed metadata; partitions put themselves on its lists and whoever runs them
// empties these when an event ends.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace kafka {

class Partition;

// A broker that is registered and not fenced.
struct LiveBroker {
  int64_t epoch = -1;  // of its registration: tells its present life from an earlier one (KIP-903)
  bool shutting_down = false;
};

struct ReplicaContext {
  explicit ReplicaContext(int32_t id) : local_id(id) {}

  int32_t local_id;
  int64_t local_epoch = -1;             // of our own registration
  int64_t lag_time_max_ms = 30'000;     // replica.lag.time.max.ms
  std::map<int32_t, LiveBroker> live;   // by id
  std::vector<Partition*> moved;        // their waiters are to be looked at
  std::vector<Partition*> isr_waiting;  // a follower caught up, and is not in the ISR
};

}  // namespace kafka
