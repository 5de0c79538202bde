// Log: which old segments may go. Always the oldest ones, always whole, never at or above the high
// watermark:
//
//   time    the largest timestamp of the segment is older than retention.ms
//   size    without it the log still has retention.bytes
//   start   it ends at or below the log start offset (DeleteRecords)
//
// Compaction is not done here: a log with cleanup.policy=compact alone keeps every segment that is
// not below its log start.
#include "broker/core/log/log.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

namespace {

// The age of a segment counts from its largest timestamp; from its last write when it has none.
Result<int64_t> age_of(Files& files, Segment& segment, int64_t now_ms) {
  const auto largest = segment.largest_timestamp();
  if (!largest) {
    return std::unexpected(largest.error());
  }
  if (largest->timestamp >= 0) {
    return now_ms - largest->timestamp;
  }
  const auto status = files.status(segment.path(".log"));
  if (!status) {
    return std::unexpected(status.error());
  }
  return status->has_value() ? now_ms - (*status)->modified_ms : 0;
}

}  // namespace

// Does the oldest of the segments that are left deserve to go? `excess` is what the log has beyond
// retention.bytes by now.
Result<bool> Log::is_expired(size_t index, int64_t excess_bytes, int64_t now_ms) {
  Segment& segment = *segments_[index];
  if (index + 1 < segments_.size() && segments_[index + 1]->base_offset() <= log_start_offset_) {
    return true;
  }
  if (!config_->delete_old) {
    return false;
  }
  if (config_->retention_bytes >= 0 && excess_bytes >= segment.size()) {
    return true;
  }
  if (config_->retention_ms < 0) {
    return false;
  }
  const auto age = age_of(files_, segment, now_ms);
  return age ? Result<bool>(*age > config_->retention_ms) : std::unexpected(age.error());
}

Result<int> Log::apply_retention(int64_t now_ms, int64_t high_watermark) {
  if (auto fit = fit_for_appending(); !fit) {
    return std::unexpected(fit.error());
  }
  if (producers_) {
    producers_->expire(now_ms, config_->producer_id_expiration_ms);
  }
  int64_t excess_bytes = size_bytes() - config_->retention_bytes;
  size_t expired = 0;
  while (expired < segments_.size()) {
    const Segment& segment = *segments_[expired];
    const bool active = expired + 1 == segments_.size();
    const int64_t end = active ? log_end_offset_ : segments_[expired + 1]->base_offset();
    if (end > high_watermark || (active && segment.size() == 0)) {
      break;
    }
    const auto goes = is_expired(expired, excess_bytes, now_ms);
    if (!goes) {
      return std::unexpected(goes.error());
    }
    if (!*goes) {
      break;
    }
    excess_bytes -= segment.size();
    ++expired;
  }
  if (expired == 0) {
    return 0;
  }
  if (expired == segments_.size()) {  // there is always an active segment
    if (auto rolled = roll_at(log_end_offset_, now_ms); !rolled) {
      return std::unexpected(rolled.error());
    }
  }
  // The log start moves first: a crash in between leaves files, not a log that starts with a hole.
  if (auto moved = delete_records_before(segments_[expired]->base_offset(), high_watermark);
      !moved) {
    return std::unexpected(moved.error());
  }
  changed_ = directory_unsynced_ = true;
  if (auto dropped = drop_segments(0, expired, now_ms + config_->file_delete_delay_ms); !dropped) {
    return std::unexpected(dropped.error());
  }
  return static_cast<int>(expired);
}

}  // namespace kafka
