// Epochs: at which offset the history of each leader begins, in this log.
//
//    leader-epoch-checkpoint        meaning
//    0                              version
//    2                              rows
//    0 0                            the leader of epoch 0 wrote from offset 0 on
//    3 120                          the leader of epoch 3 from offset 120 on; 1 and 2 wrote nothing
//
// Two replicas compare their histories by it: a follower that ends in epoch e asks where e ended
// for the leader, and cuts what it has beyond that (KIP-101; by diverging epoch since KIP-595).
// High watermarks cannot tell: a follower learns of one a fetch too late.
//
// Invariant: epochs and start offsets both grow strictly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/types.h"
#include "protocol/result.h"

namespace kafka {

struct EpochStart {
  int32_t epoch = no_epoch;
  int64_t start_offset = no_offset;

  friend bool operator==(const EpochStart&, const EpochStart&) = default;
};

class Epochs {
 public:
  static Result<Epochs> parse(std::string_view text);
  std::string format() const;

  const std::vector<EpochStart>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  int32_t last_epoch() const { return entries_.empty() ? no_epoch : entries_.back().epoch; }

  // A batch of `epoch` stands at `offset`. Entries that contradict it (as late or later in epoch or
  // offset) go: they describe a history that was cut. True when anything changed.
  bool assign(int32_t epoch, int64_t offset);
  // Entries that begin at or above `offset` go.
  bool truncate_from_end(int64_t offset);
  // The log starts at `offset` now: entries that end below go, the one across it starts there.
  bool truncate_from_start(int64_t offset);

  // The answer to OffsetForLeaderEpoch, see Log::end_of_epoch.
  OffsetAndEpoch end_of_epoch(int32_t epoch, int64_t log_end_offset) const;
  int32_t epoch_of_offset(int64_t offset) const;  // -1: before the first entry

 private:
  std::vector<EpochStart> entries_;
};

}  // namespace kafka
