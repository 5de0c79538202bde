// Reassignment: moving a partition to other brokers while it is in use (KIP-455).
//
// While it runs, `replicas` holds the old and the new ones; those to go are in `removing`, those to
// come in `adding`. It is complete as soon as all that come are in the ISR, and then both lists are
// emptied in one change. It can be taken back until then.
//
//   replicas 1 2 3        target 1 4
//   running     1 4 2 3   adding 4   removing 2 3
//   ISR has 4   1 4       done
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "broker/core/controller/image.h"

namespace kafka {

struct Reassignment {
  std::vector<int32_t> replicas;
  std::vector<int32_t> removing;
  std::vector<int32_t> adding;
};

// From the replicas of now to `target`. While one is running, the new one takes its place: what was
// being added and is still wanted goes on being added, the rest goes. (Apache Kafka 4.3 leaves a
// list as it was where the new one would be empty; such a reassignment may never complete.)
Reassignment reassignment_to(const PartitionImage& partition, const std::vector<int32_t>& target);

bool is_reassigning(const PartitionImage& partition);

// What is left when it is complete with this ISR; nullopt while it is not, or when none is running.
struct CompletedReassignment {
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
};
std::optional<CompletedReassignment> completed_reassignment(const Reassignment& running,
                                                            const std::vector<int32_t>& isr);

// Back to where it began. `unclean`: none of the old replicas is in the ISR.
struct RevertedReassignment {
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
  bool unclean = false;
};
// Nullopt when every replica is one of the added ones: there is no way back.
std::optional<RevertedReassignment> reverted_reassignment(const PartitionImage& partition);

}  // namespace kafka
