// Partition as follower: appending what the leader sent, and cutting what it does not have.
#include <fmt/format.h>

#include <algorithm>

#include "broker/core/bugs.h"
#include "broker/core/replica/partition.h"
#include "protocol/record_batch.h"

namespace kafka {

namespace {

struct Whole {
  size_t bytes = 0;  // of the batches that may be taken
  int64_t first_base = no_offset;
  int64_t first_end = no_offset;
};

// A leader that was deposed may send what its successor wrote after it had truncated: such a batch
// is of a later epoch than the one we follow, and belongs to a history that we do not know.
Result<Whole> whole_batches(std::span<const uint8_t> records, int32_t leader_epoch) {
  Whole whole;
  Result<> outcome;
  const auto walked = for_each_batch(records, [&](const BatchView& batch) {
    if (!batch.crc_matches()) {
      outcome = fail(ErrorCode::CorruptMessage,
                     fmt::format("the checksum of the batch at offset {} does not match",
                                 batch.base_offset()));
      return false;
    }
    if (batch.partition_leader_epoch() > leader_epoch && !is_on(Bug::LaterEpochsTaken)) {
      return false;
    }
    if (whole.bytes == 0) {
      whole.first_base = batch.base_offset();
      whole.first_end = batch.next_offset();
    }
    whole.bytes += batch.size();
    return true;
  });
  if (!walked) {
    return std::unexpected(walked.error());
  }
  if (!outcome) {
    return std::unexpected(outcome.error());
  }
  return whole;
}

}  // namespace

Result<> Partition::append_from_leader(std::span<const uint8_t> records, int64_t now_ms) {
  const Result<Whole> whole = whole_batches(records, leader_epoch_);
  if (!whole) {
    return std::unexpected(whole.error());
  }
  if (whole->bytes == 0) {
    return {};
  }
  // The leader's log start stands inside of a batch, and that batch is our first.
  const int64_t end = log_->log_end_offset();
  if (log_->log_start_offset() == end && whole->first_base < end && whole->first_end > end) {
    if (const Result<> restarted = log_->truncate_fully_and_start_at(whole->first_base);
        !restarted) {
      return restarted;
    }
  }
  const Result<AppendInfo> appended = log_->append_as_follower(records.first(whole->bytes), now_ms);
  return appended ? Result<>{} : std::unexpected(appended.error());
}

Result<> Partition::follow(int64_t leader_high_watermark, int64_t leader_log_start) {
  const int64_t reached = is_on(Bug::FollowerHighWatermarkUnclamped)
                              ? leader_high_watermark
                              : std::min(leader_high_watermark, log_->log_end_offset());
  if (reached > high_watermark_) {
    high_watermark_ = reached;
    note_moved();
  }
  const int64_t start = std::min(leader_log_start, high_watermark_);
  if (start > log_->log_start_offset()) {
    if (const Result<> moved = log_->delete_records_before(start, high_watermark_); !moved) {
      return moved;
    }
    note_moved();
  }
  return {};
}

// KIP-101, KIP-279. The leader named the largest epoch of its own that is not above our last one,
// and where it ended. If we know that epoch the histories part at the smaller of the two ends. If
// we do not, everything from our next smaller epoch on is doubtful: cut there, and ask again.
Result<int64_t> Partition::truncate_to_epoch(const OffsetAndEpoch& leader_end) {
  const Result<OffsetAndEpoch> ours = log_->end_of_epoch(leader_end.epoch);
  if (!ours) {
    return std::unexpected(ours.error());
  }
  int64_t target = leader_end.offset;
  if (is_on(Bug::TruncatesToHighWatermark)) {
    const Result<> cut_there = truncate_to(high_watermark_);
    return cut_there ? Result<int64_t>(log_->log_end_offset())
                     : std::unexpected(cut_there.error());
  }
  if (is_on(Bug::TruncatesTooLittle)) {
    target = log_->log_end_offset();
  } else if (ours->epoch == leader_end.epoch) {
    target = std::min(target, ours->offset);
  } else if (ours->epoch != no_epoch) {
    target = ours->offset;
  }
  target = std::clamp(target, log_->log_start_offset(), log_->log_end_offset());
  // An empty log may still know an epoch that the leader never saw; begun anew it knows none.
  const bool empty = log_->log_start_offset() == log_->log_end_offset();
  if (const Result<> cut = empty ? restart_at(target) : truncate_to(target); !cut) {
    return std::unexpected(cut.error());
  }
  return log_->log_end_offset();
}

Result<> Partition::truncate_to(int64_t offset) {
  const Result<bool> cut = log_->truncate_to(offset);
  if (!cut) {
    return std::unexpected(cut.error());
  }
  if (!is_on(Bug::HighWatermarkSurvivesTruncation)) {
    high_watermark_ = std::min(high_watermark_, log_->log_end_offset());
  }
  return {};
}

Result<> Partition::restart_at(int64_t offset) {
  if (const Result<> restarted = log_->truncate_fully_and_start_at(offset); !restarted) {
    return restarted;
  }
  high_watermark_ = offset;
  note_moved();
  return {};
}

}  // namespace kafka
