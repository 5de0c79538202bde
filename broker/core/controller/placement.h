// Where the replicas of new partitions go.
//
// Brokers stand in a ring in which neighbours are on different racks as far as that is possible.
// Partition after partition, the first replica (the preferred leader) moves one place on from a
// random start, and the others follow it round the ring: leaders and replicas spread evenly, and
// the replicas of one partition over the racks. Fenced brokers come last and never lead: a topic
// can be created while a broker is away.
//
//   ring  1a 2b 3a 4b, 3 replicas:   p0: 1 2 3   p1: 2 3 4   p2: 3 4 1   p3: 4 1 2
//
// Apache Kafka's placer keeps one ring per rack and shifts the followers of later rounds; what both
// guarantee is the same.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/env.h"
#include "protocol/result.h"

namespace kafka {

class Placement {
 public:
  Placement(const MetadataImage& image, Random& random);

  // INVALID_REPLICATION_FACTOR when there are too few brokers.
  Result<> check(int32_t replication_factor) const;

  // The replicas of the next partition, preferred leader first. check() must have agreed.
  std::vector<int32_t> next(int32_t replication_factor);

 private:
  std::vector<int32_t> usable_;
  std::vector<int32_t> fenced_;
  uint64_t start_ = 0;
};

}  // namespace kafka
