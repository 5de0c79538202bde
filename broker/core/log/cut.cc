// Log: truncation (a follower that diverged), DeleteRecords, and the small files that have to
// follow: leader-epoch-checkpoint and producer snapshots.
#include <algorithm>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/log/deletion_queue.h"
#include "broker/core/log/epochs.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/log.h"
#include "broker/core/log/position_cache.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

Result<bool> Log::truncate_to(int64_t offset) {
  if (auto fit = fit_for_appending(); !fit) {
    return std::unexpected(fit.error());
  }
  if (offset >= log_end_offset_) {
    return false;
  }
  if (offset < segments_.front()->base_offset()) {
    auto restarted = truncate_fully_and_start_at(offset);
    return restarted ? Result<bool>(true) : std::unexpected(restarted.error());
  }
  auto known = epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  if (auto cut = cut_files(offset); !cut) {
    break_down(cut.error());  // some of it is gone, and nobody knows how much
    return std::unexpected(cut.error());
  }
  (*known)->truncate_from_end(offset);
  auto written = write_epochs();
  return written ? Result<bool>(true) : std::unexpected(written.error());
}

// `offset` becomes where the log was really cut: at the start of a batch.
Result<> Log::cut_files(int64_t& offset) {
  const size_t last = segment_of(offset);
  if (auto dropped = drop_segments(last + 1, segments_.size(), -1); !dropped) {
    return dropped;
  }
  const auto batch = segments_.back()->find(offset);
  if (!batch) {
    return std::unexpected(batch.error());
  }
  if (batch->has_value()) {
    const int64_t cut = std::min(offset, (*batch)->base_offset);
    if (auto done = segments_.back()->truncate((*batch)->position, cut); !done) {
      return done;
    }
    offset = cut;
  }
  log_end_offset_ = offset;
  log_start_offset_ = std::min(log_start_offset_, offset);
  lower_recovery_point(offset);
  forget_cut_state();
  return remove_snapshots_above(offset);
}

Result<> Log::truncate_fully_and_start_at(int64_t offset) {
  if (auto fit = fit_for_appending(); !fit) {
    return fit;
  }
  if (auto started = start_again_at(offset); !started) {
    break_down(started.error());
    return started;
  }
  producers_ = std::make_unique<ProducerStates>();
  epochs_ = std::make_unique<Epochs>();
  return write_epochs();
}

Result<> Log::start_again_at(int64_t offset) {
  auto dropped = drop_segments(0, segments_.size(), -1);
  segments_.push_back(std::make_unique<Segment>(files_, directory_, offset, 0, 0));
  if (!dropped) {
    return dropped;
  }
  if (auto made = segments_.back()->create(); !made) {
    return made;
  }
  log_start_offset_ = log_end_offset_ = offset;
  lower_recovery_point(offset);
  recovery_point_ = offset;
  forget_cut_state();
  return remove_snapshots_above(-1);
}

Result<> Log::delete_records_before(int64_t offset, int64_t high_watermark) {
  if (offset > high_watermark) {
    return fail(ErrorCode::OffsetOutOfRange,
                fmt::format("{}: cannot delete up to {}, the high watermark is {}", directory_,
                            offset, high_watermark));
  }
  if (offset <= log_start_offset_) {
    return {};
  }
  auto known = epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  log_start_offset_ = offset;
  changed_ = true;
  return (*known)->truncate_from_start(offset) ? write_epochs() : Result<>{};
}

void Log::lower_recovery_point(int64_t offset) {
  if (offset < recovery_point_) {
    recovery_point_ = offset;
    if (news_ != nullptr) {
      news_->recovery_point_fell = true;
    }
  }
}

// What was read or remembered of the part that is gone.
void Log::forget_cut_state() {
  ++truncations_;
  changed_ = true;
  directory_unsynced_ = true;
  positions_.reset();
  if (!is_on(Bug::ProducersSurviveTruncation)) {
    producers_.reset();
  }
  leader_epoch_ = no_epoch;
}

Result<> Log::drop_segments(size_t first, size_t last, int64_t due_ms) {
  if (first == last) {
    return {};
  }
  while (last > first) {
    Segment& segment = *segments_[--last];
    const auto paths = segment.rename_to_deleted();
    if (!paths) {
      return std::unexpected(paths.error());
    }
    for (const std::string& path : *paths) {
      if (deletions_ != nullptr && due_ms >= 0) {
        deletions_->add(path, false, due_ms);
      } else if (auto removed = files_.remove(path); !removed) {
        return removed;
      }
    }
    if (auto removed = remove_snapshot(segment.base_offset()); !removed) {
      return removed;
    }
    segments_.erase(segments_.begin() + static_cast<ptrdiff_t>(last));
  }
  // A history that was cut must not come back by a power loss.
  return due_ms < 0 ? files_.sync_directory(directory_) : Result<>{};
}

// ---- Small files ----

// What cannot be written now is written with the next epoch, flush or stop: after a clean stop, and
// below the recovery point, the checkpoint is believed.
Result<> Log::write_epochs() {
  epochs_unsynced_ = directory_unsynced_ = changed_ = true;
  auto written = write_file_atomically(
      files_, directory_ + "/" + std::string(epoch_checkpoint_name), epochs_->format(), false);
  epochs_unwritten_ = !written;
  return written;
}

Result<> Log::write_missing_epochs() {
  return epochs_unwritten_ ? write_epochs() : Result<>{};
}

// A torn snapshot shows by its checksum and is skipped: neither fsync nor rename is needed.
Result<> Log::write_snapshot(int64_t offset) {
  auto states = producer_states();
  if (!states) {
    return std::unexpected(states.error());
  }
  const Bytes bytes = (*states)->encode_snapshot();
  const std::string path = directory_ + "/" + segment_file_name(offset, snapshot_suffix);
  if (auto written = write_file(files_, path, text_of(bytes)); !written) {
    return written;
  }
  // Between segment bases only the newest one is kept.
  if (!snapshots_.empty() && snapshots_.back() != offset) {
    const bool at_a_base = std::ranges::any_of(segments_, [&](const auto& segment) {
      return segment->base_offset() == snapshots_.back();
    });
    if (!at_a_base) {
      if (auto removed = remove_snapshot(snapshots_.back()); !removed) {
        return removed;
      }
    }
  }
  if (snapshots_.empty() || snapshots_.back() != offset) {
    snapshots_.push_back(offset);
  }
  return {};
}

Result<> Log::remove_snapshot(int64_t offset) {
  const auto found = std::ranges::find(snapshots_, offset);
  if (found == snapshots_.end()) {
    return {};
  }
  snapshots_.erase(found);
  return files_.remove(directory_ + "/" + segment_file_name(offset, snapshot_suffix));
}

Result<> Log::remove_snapshots_above(int64_t offset) {
  while (!snapshots_.empty() && snapshots_.back() > offset) {
    if (auto removed = remove_snapshot(snapshots_.back()); !removed) {
      return removed;
    }
  }
  return {};
}

}  // namespace kafka
