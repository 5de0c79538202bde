// Where the replicas of new partitions go: striped over racks.
//
// Each rack has a ring of its brokers. The partitions of a topic begin on one rack after the other;
// their replicas go on round the racks, and in each rack round its ring, whose start moves on by
// one with each partition. So leaders and followers spread evenly over racks and brokers, and no
// two replicas share a rack while there are enough racks. Starts are random.
//
//   racks  A: 1 2 3   B: 4 5   C: 6        2 replicas:  1 4 | 5 6 | 6 2 | 3 5 | ...
//
// Fenced brokers come after all others of their rack and never first: a topic can be created while
// a broker is away. Brokers that are stopping, or take nothing new (all directories cordoned), get
// nothing. When the pattern would repeat, all rings are shuffled: otherwise the followers of one
// leader would always be the same. Apache Kafka places in this way, too.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/env.h"
#include "protocol/result.h"

namespace kafka {

// For the partitions of one topic.
class Placement {
 public:
  Placement(const MetadataImage& image, Random& random);

  // INVALID_REPLICATION_FACTOR when there are too few brokers.
  Result<> check(int32_t replication_factor) const;

  // The replicas of the next partition, preferred leader first. check() must have agreed.
  std::vector<int32_t> next(int32_t replication_factor);

 private:
  static constexpr int32_t nobody = -1;

  // Brokers in turn, each once per round.
  struct Ring {
    std::vector<int32_t> brokers;
    size_t start = 0;
    size_t taken = 0;
    size_t round = 0;

    int32_t next(size_t current_round);
  };
  struct Rack {
    Ring usable;
    Ring fenced;
  };

  int32_t next_of(const std::string& rack);
  void shuffle();

  Random& random_;
  std::map<std::string, Rack> racks_;
  std::vector<std::string> order_;  // of the racks
  size_t first_rack_ = 0;           // of the next partition, in order_
  size_t round_ = 0;                // one per partition
  size_t usable_count_ = 0;
  size_t total_count_ = 0;
};

}  // namespace kafka
