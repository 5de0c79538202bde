#include "broker/core/raft/log_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

void LogHistory::set_base_voters(Voters voters) {
  voters.offset = start_.offset - 1;
  voters_.front() = std::move(voters);
}

Result<> LogHistory::append(std::span<const uint8_t> batches, int32_t max_epoch) {
  const LogHistory before = *this;
  Result<> outcome;
  const auto walked = for_each_batch(
      batches,
      [&](const BatchView& batch) {
        outcome = take(batch, max_epoch);
        return outcome.has_value();
      },
      Tail::MustBeWhole);
  if (!walked) {
    outcome = std::unexpected(walked.error());
  }
  if (!outcome) {
    *this = before;
  }
  return outcome;
}

Result<> LogHistory::take(const BatchView& batch, int32_t max_epoch) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::CorruptMessage,
                fmt::format("the batch at offset {} of epoch {} does not follow offset {} of epoch "
                            "{}: {}",
                            batch.base_offset(), batch.partition_leader_epoch(), end_offset_,
                            last_epoch(), what));
  };
  if (batch.base_offset() != end_offset_ || batch.last_offset_delta() < 0) {
    return wrong("wrong offset");
  }
  if (batch.partition_leader_epoch() < last_epoch() ||
      batch.partition_leader_epoch() > max_epoch) {
    return wrong("wrong epoch");
  }
  if (!batch.crc_matches()) {
    return wrong("wrong checksum");
  }
  if (batch.is_control()) {
    if (auto taken = take_control(batch); !taken) {
      return taken;
    }
  }
  append(batch.last_offset() - end_offset_ + 1, batch.partition_leader_epoch());
  return {};
}

Result<> LogHistory::take_control(const BatchView& batch) {
  return for_each_control_record(batch, [&](const RaftControlRecord& record, int64_t offset) {
    Voters next = voters_.back();
    next.offset = offset;
    if (const auto* version = std::get_if<KRaftVersionRecord>(&record)) {
      next.kraft_version = version->k_raft_version;
      append_voters(std::move(next));
    } else if (const auto* voters = std::get_if<VotersRecord>(&record)) {
      next.voters = from_record(*voters);
      append_voters(std::move(next));
    }
  });
}

void LogHistory::append(int64_t count, int32_t epoch) {
  CHECK(count > 0, "{} records appended at {}", count, end_offset_);
  CHECK(epoch >= last_epoch(), "epoch {} after {}", epoch, last_epoch());
  if (epochs_.empty() || epochs_.back().epoch < epoch) {
    epochs_.push_back({epoch, end_offset_});
  }
  end_offset_ += count;
}

void LogHistory::truncate(int64_t offset) {
  CHECK(offset >= start_.offset && offset <= end_offset_, "truncate [{}, {}) to {}", start_.offset,
        end_offset_, offset);
  end_offset_ = offset;
  while (!epochs_.empty() && epochs_.back().offset >= offset) {
    epochs_.pop_back();
  }
  while (voters_.size() > 1 && voters_.back().offset >= offset) {
    voters_.pop_back();
  }
}

void LogHistory::move_start(SnapshotId start) {
  CHECK(start.offset >= start_.offset && start.offset <= end_offset_, "start [{}, {}) at {}",
        start_.offset, end_offset_, start.offset);
  Voters base = voters_before(start.offset);
  base.offset = start.offset - 1;
  std::erase_if(voters_, [&](const Voters& entry) { return entry.offset < start.offset; });
  voters_.insert(voters_.begin(), std::move(base));
  while (epochs_.size() > 1 && epochs_[1].offset <= start.offset) {
    epochs_.erase(epochs_.begin());
  }
  if (!epochs_.empty()) {
    epochs_.front().offset = std::max(epochs_.front().offset, start.offset);
  }
  if (start.offset == end_offset_) {
    epochs_.clear();
  }
  start_ = start;
}

// The epoch asked for may be unknown here: then the answer is the largest one below it, and where
// the next one began.
OffsetAndEpoch LogHistory::end_of_epoch(int32_t epoch) const {
  const auto above = std::ranges::upper_bound(epochs_, epoch, {}, &EpochStart::epoch);
  const int64_t end = above == epochs_.end() ? end_offset_ : above->offset;
  const int32_t found = above == epochs_.begin() ? start_.epoch : std::prev(above)->epoch;
  return {end, found};
}

int32_t LogHistory::epoch_of(int64_t offset) const {
  const auto above = std::ranges::upper_bound(epochs_, offset, {}, &EpochStart::offset);
  return above == epochs_.begin() ? start_.epoch : std::prev(above)->epoch;
}

const LogHistory::Voters& LogHistory::voters_before(int64_t end_offset) const {
  const auto above = std::ranges::lower_bound(voters_, end_offset, {}, &Voters::offset);
  return above == voters_.begin() ? voters_.front() : *std::prev(above);
}

}  // namespace kafka
