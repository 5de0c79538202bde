// Log: appending and rolling.
//
//   check all batches -> roll if they do not fit -> offsets and epoch in place -> one write
//                                                   -> indexes, epochs, producers, log end
//
// What can fail comes before the write; what comes after it stays in memory.
#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/log/epochs.h"
#include "broker/core/log/log.h"
#include "broker/core/log/position_cache.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

Result<> Log::fit_for_appending() const {
  if (broken_) {
    return fail(
        ErrorCode::KafkaStorageError,
        fmt::format("{} failed to be written before and is closed for writing", directory_));
  }
  return {};
}

Result<AppendInfo> Log::append_as_leader(std::span<uint8_t> batches, int32_t leader_epoch,
                                         int64_t now_ms) {
  if (auto fit = fit_for_appending(); !fit) {
    return std::unexpected(fit.error());
  }
  auto producers = producer_states();
  if (!producers) {
    return std::unexpected(producers.error());
  }
  AppendInfo info{.log_start_offset = log_start_offset_, .leader_epoch = leader_epoch};
  Result<> refused;
  int64_t next_offset = log_end_offset_;
  appending_.clear();
  const auto walked = for_each_batch(
      batches,
      [&](const BatchView& batch) {
        const auto known = (*producers)->check(batch);
        if (!known) {
          refused = std::unexpected(known.error());
          return false;
        }
        if (known->has_value()) {
          info.duplicate = true;
          info.first_offset = (*known)->first_offset;
          info.last_offset = (*known)->last_offset;
          info.log_append_time_ms = (*known)->timestamp;  // whatever kind of time it is, as Kafka's
          return false;
        }
        appending_.push_back({.base_offset = next_offset,
                              .last_offset = next_offset + batch.last_offset_delta(),
                              .max_timestamp = batch.max_timestamp(),
                              .leader_epoch = leader_epoch,
                              .position = batch.bytes().data() - batches.data(),
                              .size = static_cast<int64_t>(batch.size())});
        next_offset += int64_t{batch.last_offset_delta()} + 1;
        return true;
      },
      Tail::MustBeWhole);
  if (!walked || !refused) {
    return std::unexpected(walked ? refused.error() : walked.error());
  }
  if (info.duplicate || appending_.empty()) {
    return info;
  }
  return append_checked(batches, info, now_ms);
}

// The set is accepted: gives it its place in the log.
Result<AppendInfo> Log::append_checked(std::span<uint8_t> batches, AppendInfo info,
                                       int64_t now_ms) {
  const bool stamp = stamps_time();
  int64_t max_timestamp = no_timestamp;
  for (BatchSummary& batch : appending_) {
    batch.max_timestamp = stamp ? now_ms : batch.max_timestamp;
    max_timestamp = std::max(max_timestamp, batch.max_timestamp);
  }
  info.first_offset = appending_.front().base_offset;
  info.last_offset = appending_.back().last_offset;
  info.log_append_time_ms = stamp ? now_ms : no_timestamp;
  if (auto room =
          make_room(static_cast<int64_t>(batches.size()), max_timestamp, info.last_offset, now_ms);
      !room) {
    return std::unexpected(room.error());
  }
  if (auto assigned = assign_epoch(info.leader_epoch, info.first_offset); !assigned) {
    return std::unexpected(assigned.error());
  }
  for (const BatchSummary& batch : appending_) {
    const auto bytes =
        batches.subspan(static_cast<size_t>(batch.position), static_cast<size_t>(batch.size));
    set_base_offset(bytes, batch.base_offset);
    set_partition_leader_epoch(bytes, batch.leader_epoch);
    if (stamp) {
      set_max_timestamp(bytes, now_ms, true);
    }
  }
  if (auto written = write_batches(batches); !written) {
    return std::unexpected(written.error());
  }
  return info;
}

Result<AppendInfo> Log::append_as_follower(std::span<const uint8_t> batches, int64_t now_ms) {
  if (auto fit = fit_for_appending(); !fit) {
    return std::unexpected(fit.error());
  }
  if (auto producers = producer_states(); !producers) {
    return std::unexpected(producers.error());
  }
  appending_.clear();
  int64_t expected = log_end_offset_;
  int64_t max_timestamp = no_timestamp;
  bool in_order = true;
  const auto walked = for_each_batch(
      batches,
      [&](const BatchView& batch) {
        in_order = batch.base_offset() >= expected && batch.last_offset_delta() >= 0;
        appending_.push_back(BatchSummary::of({batch, batch.bytes().data() - batches.data()}));
        expected = batch.next_offset();
        max_timestamp = std::max(max_timestamp, batch.max_timestamp());
        return in_order;
      },
      Tail::MustBeWhole);
  if (!walked) {
    return std::unexpected(walked.error());
  }
  AppendInfo info{.log_start_offset = log_start_offset_};
  if (appending_.empty()) {
    return info;
  }
  if (!in_order) {
    return fail(ErrorCode::OffsetOutOfRange,
                fmt::format("{}: a batch at offset {} does not go on from log end {}", directory_,
                            appending_.back().base_offset, log_end_offset_));
  }
  info.first_offset = appending_.front().base_offset;
  info.last_offset = appending_.back().last_offset;
  info.leader_epoch = appending_.back().leader_epoch;
  if (auto room =
          make_room(static_cast<int64_t>(batches.size()), max_timestamp, info.last_offset, now_ms);
      !room) {
    return std::unexpected(room.error());
  }
  for (const BatchSummary& batch : appending_) {
    if (auto assigned = assign_epoch(batch.leader_epoch, batch.base_offset); !assigned) {
      return std::unexpected(assigned.error());
    }
  }
  if (auto written = write_batches(batches); !written) {
    return std::unexpected(written.error());
  }
  return info;
}

Result<> Log::write_batches(std::span<const uint8_t> batches) {
  Segment& active = *segments_.back();
  const int64_t start = active.size();
  changed_ = true;
  bool broken = false;
  if (auto written = active.append(batches, appending_, config_->index_interval_bytes, broken);
      !written) {
    if (broken) {
      break_down(written.error());
    }
    return written;
  }
  log_end_offset_ = appending_.back().last_offset + 1;
  if (!positions_) {
    positions_ = std::make_unique<PositionCache>();
  }
  positions_->add(appending_.front().base_offset, active.base_offset(),
                  start + appending_.front().position);
  for (const BatchSummary& batch : appending_) {
    const auto view = BatchView::of_header(
        batches.subspan(static_cast<size_t>(batch.position), static_cast<size_t>(batch.size)));
    CHECK(view.has_value(), "{}: {}", directory_, view.error().message);
    producers_->update(*view);
  }
  const bool due = log_end_offset_ - recovery_point_ >= config_->flush_messages;
  return due ? flush() : Result<>{};
}

// An epoch's first batch writes the checkpoint; after a crash it is made anew from the batches.
Result<> Log::assign_epoch(int32_t epoch, int64_t offset) {
  if (epoch >= 0) {
    auto known = epochs();
    if (!known) {
      return std::unexpected(known.error());
    }
    const bool begins = (*known)->assign(epoch, offset);
    if (auto written = begins ? write_epochs() : write_missing_epochs(); !written) {
      return written;
    }
  }
  leader_epoch_ = no_epoch;
  return {};
}

// ---- Rolling ----

Result<> Log::make_room(int64_t bytes, int64_t max_timestamp, int64_t last_offset, int64_t now_ms) {
  if (bytes > config_->segment_bytes) {
    return fail(ErrorCode::RecordListTooLarge,
                fmt::format("{} bytes in one request, a segment may have {}", bytes,
                            config_->segment_bytes));
  }
  Segment& active = *segments_.back();
  const bool offsets_fit = last_offset - active.base_offset() <= INT32_MAX;
  if (active.size() == 0) {
    return offsets_fit ? Result<>{} : roll_at(appending_.front().base_offset, now_ms);
  }
  const auto first_timestamp = active.first_timestamp();
  const auto full = active.indexes_full(config_->segment_index_bytes);
  if (!first_timestamp || !full) {
    return std::unexpected(full ? first_timestamp.error() : full.error());
  }
  const bool by_record_time = *first_timestamp >= 0 && max_timestamp >= 0;
  const int64_t age_ms =
      by_record_time ? max_timestamp - *first_timestamp : now_ms - active.created_ms();
  if (offsets_fit && !*full && active.size() + bytes <= config_->segment_bytes &&
      age_ms <= config_->segment_ms) {
    return {};
  }
  return roll_at(appending_.front().base_offset, now_ms);
}

Result<> Log::roll(int64_t now_ms) {
  if (auto fit = fit_for_appending(); !fit) {
    return fit;
  }
  return segments_.back()->size() == 0 ? Result<>{} : roll_at(log_end_offset_, now_ms);
}

Result<> Log::roll_at(int64_t offset, int64_t now_ms) {
  Segment& active = *segments_.back();
  changed_ = true;
  const bool makes_way = active.size() == 0;  // an empty segment too far below
  if (!makes_way) {
    if (auto finished = active.finish_indexes(); !finished) {
      return finished;
    }
    if (auto written = write_snapshot(offset); !written) {
      return written;
    }
  }
  auto segment = std::make_unique<Segment>(files_, directory_, offset, 0, now_ms);
  if (auto made = segment->create(); !made) {
    return made;
  }
  directory_unsynced_ = true;
  segments_.push_back(std::move(segment));
  if (makes_way) {
    if (auto dropped = drop_segments(segments_.size() - 2, segments_.size() - 1, -1); !dropped) {
      break_down(dropped.error());
      return dropped;
    }
  }
  return {};
}

}  // namespace kafka
