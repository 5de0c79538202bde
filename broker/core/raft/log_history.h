// LogHistory: what raft must know about the metadata log without reading it: where each epoch
// began, and which voters stood in it from which offset on.
//
//   epochs    1@0  2@10  5@31          end 40: the records 10..30 were written in epoch 2
//   voters    {1,2,3}@0  {1,2,3,4}@33  voters count as soon as they are appended, not when they are
//                                      committed; a truncation to 33 or below brings {1,2,3} back
//
// It moves with the log: append() what was appended, truncate() where that was truncated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "broker/core/raft/metadata_batch.h"
#include "broker/core/raft/snapshot.h"
#include "broker/core/raft/voters.h"
#include "broker/core/types.h"
#include "protocol/record_batch.h"
#include "protocol/result.h"

namespace kafka {

class LogHistory {
 public:
  // Voters as of a record of the log, or of a snapshot's last one.
  struct Voters {
    int64_t offset = -1;
    int16_t kraft_version = 0;
    VoterSet voters;
  };

  // An empty log behind a snapshot (or from 0 on).
  explicit LogHistory(SnapshotId start = {0, 0}) : start_(start), end_offset_(start.offset) {}

  // The voters that the snapshot holds, or that are configured (kraft.version 0). The log's own
  // go before them.
  void set_base_voters(Voters voters);

  // Whole batches for end_offset(): checks checksums, offsets and epochs (none above `max_epoch`),
  // and takes all of them or none. CORRUPT_MESSAGE says what is wrong.
  Result<> append(std::span<const uint8_t> batches, int32_t max_epoch);
  // The same for what this node made itself: `count` records in `epoch`.
  void append(int64_t count, int32_t epoch);
  void append_voters(Voters voters) { voters_.push_back(std::move(voters)); }

  void truncate(int64_t offset);
  // The log's prefix went: it starts at `start` now, the end of a snapshot.
  void move_start(SnapshotId start);

  int64_t start_offset() const { return start_.offset; }
  const SnapshotId& start() const { return start_; }
  int64_t end_offset() const { return end_offset_; }
  int32_t last_epoch() const { return epochs_.empty() ? start_.epoch : epochs_.back().epoch; }

  // Where `epoch` ended: {epoch or the largest one below it, first offset after that}.
  OffsetAndEpoch end_of_epoch(int32_t epoch) const;
  int32_t epoch_of(int64_t offset) const;  // of the record at `offset`; below the start: start's

  const Voters& voters() const { return voters_.back(); }
  bool voters_in_log() const { return voters_.size() > 1; }
  // As of the record before `end_offset`.
  const Voters& voters_before(int64_t end_offset) const;

 private:
  struct EpochStart {
    int32_t epoch = 0;
    int64_t offset = 0;
  };
  Result<> take(const BatchView& batch, int32_t max_epoch);
  Result<> take_control(const BatchView& batch);

  SnapshotId start_;
  int64_t end_offset_ = 0;
  std::vector<EpochStart> epochs_;
  std::vector<Voters> voters_{Voters{}};  // oldest first; never empty
};

}  // namespace kafka
