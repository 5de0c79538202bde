// Log: opening a directory that is there already.
//
//                          clean stop                         kill -9 or power loss
//   log end                recovery point, if a producer      every batch behind the recovery point
//                          snapshot has the same offset;      is read and checked; the first one
//                          else newest index entry + headers  that is not whole ends the log
//   indexes                as they are                        made anew for what was read
//   epochs, producers      files, at first use                same, then replayed from the batches
//   .deleted, .cleaned     removed                            removed
//   .swap                  put in place                       put in place
//
// Only the directory's listing and the sizes of the .log files are always read. Apache Kafka's
// own directories open the same way: index files may be missing, or 10 MiB of zeros.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/log/checkpoint_text.h"
#include "broker/core/log/epochs.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/leftovers.h"
#include "broker/core/log/log.h"
#include "broker/core/log/log_directory.h"
#include "broker/core/log/position_cache.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

namespace {

// A retry comes within seconds; more would be read than is worth it.
constexpr int64_t recalled_offsets = 1'000;

constexpr std::string_view cleaner_checkpoint_name = "cleaner-offset-checkpoint";

// How far Apache Kafka's cleaner has come with this log (we have none): below it offsets may be
// missing. 0: it has not been here. A file that cannot be read may not cost records: everywhere.
int64_t cleaned_to(Files& files, const std::string& directory) {
  const size_t slash = directory.rfind('/');
  const std::string name = directory.substr(slash + 1);
  const auto text =
      read_file(files, fmt::format("{}/{}", directory.substr(0, slash), cleaner_checkpoint_name));
  if (!text) {
    return INT64_MAX;
  }
  const std::string contents = text->value_or("");  // the rows point into it
  const auto rows = parse_checkpoint_text(contents, 3, cleaner_checkpoint_name);
  if (!rows) {
    return INT64_MAX;
  }
  for (const CheckpointRow& row : *rows) {
    if (name == fmt::format("{}-{}", row[0], row[1])) {
      return parse_number<int64_t>(row[2]).value_or(INT64_MAX);
    }
  }
  return 0;
}

}  // namespace

Result<> Log::load(const LogOptions& options) {
  if (auto found = find_files(options); !found) {
    return found;
  }
  if (segments_.empty()) {
    segments_.push_back(
        std::make_unique<Segment>(files_, directory_, options.log_start_offset, 0, options.now_ms));
    if (auto made = segments_.back()->create(); !made) {
      return made;
    }
    directory_unsynced_ = true;
  }
  const auto ends = options.clean_shutdown ? trust(options) : recover(options.recovery_point);
  if (!ends) {
    return ends;
  }
  recovery_point_ = options.recovery_point;
  lower_recovery_point(log_end_offset_);
  if (options.clean_shutdown) {
    recovery_point_ = log_end_offset_;
  }
  log_start_offset_ = std::max(options.log_start_offset, segments_.front()->base_offset());
  recovery_point_ = std::max(recovery_point_, log_start_offset_);
  if (auto removed = remove_snapshots_above(log_end_offset_); !removed) {
    return removed;
  }
  return log_start_offset_ > log_end_offset_ ? truncate_fully_and_start_at(log_start_offset_)
                                             : Result<>{};
}

Result<> Log::check_topic_id(const Uuid& topic_id, bool has_file) {
  if (!has_file) {
    return write_partition_metadata(files_, directory_, topic_id);
  }
  const auto written = read_partition_metadata(files_, directory_);
  if (!written) {
    return std::unexpected(written.error());
  }
  if (!written->has_value()) {
    return write_partition_metadata(files_, directory_, topic_id);
  }
  if (**written != topic_id) {
    return fail(ErrorCode::InconsistentTopicId,
                fmt::format("{} belongs to topic id {}, not {}", directory_,
                            (*written)->to_string(), topic_id.to_string()));
  }
  return {};
}

Result<> Log::find_files(const LogOptions& options) {
  auto found = tidy_directory(files_, directory_);
  if (!found) {
    return std::unexpected(found.error());
  }
  if (options.topic_id) {
    const auto checked = check_topic_id(*options.topic_id, found->has_partition_metadata);
    if (!checked) {
      return checked;
    }
  }
  snapshots_ = std::move(found->snapshots);
  segments_.reserve(found->logs.size());
  for (const int64_t base_offset : found->logs) {
    const auto status =
        files_.status(directory_ + "/" + segment_file_name(base_offset, log_suffix));
    if (!status) {
      return std::unexpected(status.error());
    }
    segments_.push_back(std::make_unique<Segment>(files_, directory_, base_offset,
                                                  status->has_value() ? (*status)->size : 0,
                                                  options.now_ms));
  }
  for (const int64_t base_offset : found->swapped) {
    changed_ = directory_unsynced_ = true;
    if (auto finished = drop_what_was_cleaned_into(base_offset); !finished) {
      return finished;
    }
  }
  return {};
}

// A cleaned segment was put in place: the other segments whose survivors it holds have offsets
// within it.
Result<> Log::drop_what_was_cleaned_into(int64_t base_offset) {
  const size_t index = segment_of(base_offset);
  if (segments_.empty() || segments_[index]->base_offset() != base_offset) {
    return {};  // an index alone
  }
  const auto next = segments_[index]->next_offset();
  if (!next) {
    return std::unexpected(next.error());
  }
  size_t last = index + 1;
  while (last < segments_.size() && segments_[last]->base_offset() < *next) {
    ++last;
  }
  return drop_segments(index + 1, last, -1);
}

// ---- After a clean stop ----

Result<> Log::trust(const LogOptions& options) {
  Segment& active = *segments_.back();
  if (active.size() == 0) {
    log_end_offset_ = active.base_offset();
    return {};
  }
  if (options.recovery_point > active.base_offset() && !snapshots_.empty() &&
      snapshots_.back() == options.recovery_point) {
    log_end_offset_ = options.recovery_point;
    return {};
  }
  const auto next = active.next_offset();
  if (!next) {
    return next.error().code == ErrorCode::KafkaStorageError
               ? Result<>(std::unexpected(next.error()))
               : recover(active.base_offset());  // the stop was not as clean as the marker says
  }
  log_end_offset_ = *next;
  return {};
}

// ---- After an unclean stop ----

// Between two segments offsets may be missing only where a cleaner has been. Elsewhere the end of the
// first one is lost, and where it broke off between two batches nothing else tells.
Result<> Log::recover(int64_t recovery_point) {
  const int64_t synced_to = recovery_point;
  const auto known = load_epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  if (!*known) {  // they have to be learned from all batches there are
    epochs_ = std::make_unique<Epochs>();
    recovery_point = 0;
  }
  const Epochs before = *epochs_;
  bool epochs_cut = false;
  const auto learn_epoch = [&](const BatchView& batch) {
    if (!epochs_cut) {  // what the file says of the part that was not synced is not believed
      epochs_->truncate_from_end(batch.base_offset());
      epochs_cut = true;
    }
    if (batch.partition_leader_epoch() >= 0) {
      epochs_->assign(batch.partition_leader_epoch(), batch.base_offset());
    }
  };
  for (size_t i = 0; i < segments_.size(); ++i) {
    const bool active = i + 1 == segments_.size();
    if (!active && segments_[i + 1]->base_offset() <= recovery_point) {
      continue;
    }
    changed_ = changed_ || segments_[i]->size() > 0;
    const auto recovery =
        segments_[i]->recover(recovery_point, config_->index_interval_bytes, learn_epoch);
    if (!recovery) {
      return std::unexpected(recovery.error());
    }
    recovered_bytes_ += recovery->scanned_bytes;
    cut_bytes_ += recovery->cut_bytes;
    log_end_offset_ = recovery->next_offset;
    const int64_t next_base = active ? log_end_offset_ : segments_[i + 1]->base_offset();
    const bool is_gap = next_base > std::max(log_end_offset_, synced_to) &&
                        next_base > cleaned_to(files_, directory_);
    // What lies behind a break has no history any more.
    if (recovery->cut_bytes > 0 || next_base < log_end_offset_ || is_gap) {
      for (size_t later = i + 1; later < segments_.size(); ++later) {
        cut_bytes_ += segments_[later]->size();
      }
      if (auto dropped = drop_segments(i + 1, segments_.size(), -1); !dropped) {
        return dropped;
      }
    }
  }
  epochs_->truncate_from_end(log_end_offset_);
  return epochs_->entries() == before.entries() ? Result<>{} : write_epochs();
}

// ---- Read at first use ----

Result<> Log::replay(int64_t offset, const std::function<void(const BatchView&)>& visit) {
  for (size_t i = segment_of(offset); i < segments_.size(); ++i) {
    if (auto walked = segments_[i]->walk(offset, visit); !walked) {
      return walked;
    }
  }
  return {};
}

// False when there is no checkpoint, or none that can be read as one.
Result<bool> Log::load_epochs() {
  const auto text = read_file(files_, directory_ + "/" + std::string(epoch_checkpoint_name));
  if (!text) {
    return std::unexpected(text.error());
  }
  auto parsed = Epochs::parse(text->value_or(""));
  if (!text->has_value() || !parsed) {
    return false;
  }
  epochs_ = std::make_unique<Epochs>(std::move(*parsed));
  return true;
}

Result<Epochs*> Log::epochs() {
  if (epochs_) {
    return epochs_.get();
  }
  const auto known = load_epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  if (!*known) {
    auto learned = std::make_unique<Epochs>();
    const auto replayed = replay(segments_.front()->base_offset(), [&](const BatchView& batch) {
      if (batch.partition_leader_epoch() >= 0) {
        learned->assign(batch.partition_leader_epoch(), batch.base_offset());
      }
    });
    if (!replayed) {
      return std::unexpected(replayed.error());
    }
    epochs_ = std::move(learned);
  }
  epochs_->truncate_from_start(log_start_offset_);
  epochs_->truncate_from_end(log_end_offset_);
  return epochs_.get();
}

// A snapshot holds the last batch of each producer, and a retry may name any of the last five: they
// are read again, as far as they stand near the end of what the snapshot covers.
Result<ProducerStates*> Log::producer_states() {
  if (producers_) {
    return producers_.get();
  }
  ProducerStates states;
  int64_t covered = log_start_offset_;
  while (!snapshots_.empty()) {
    const int64_t offset = snapshots_.back();
    const auto bytes =
        read_file(files_, directory_ + "/" + segment_file_name(offset, snapshot_suffix));
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    auto decoded = ProducerStates::decode_snapshot(bytes_of(bytes->value_or("")));
    if (decoded) {
      states = std::move(*decoded);
      covered = std::max(covered, offset);
      break;
    }
    if (auto removed = remove_snapshot(offset); !removed) {  // torn: an older one will do
      return std::unexpected(removed.error());
    }
  }
  const int64_t from =
      states.size() == 0 ? covered : std::max(log_start_offset_, covered - recalled_offsets);
  ProducerStates earlier;
  bool recalled = false;
  if (from < log_end_offset_ && !is_on(Bug::ProducerStateNotReplayed)) {
    const auto replayed = replay(from, [&](const BatchView& batch) {
      if (batch.base_offset() < covered) {
        earlier.update(batch);
        return;
      }
      if (!std::exchange(recalled, true)) {
        states.recall(earlier);
      }
      states.update(batch);
    });
    if (!replayed) {
      return std::unexpected(replayed.error());
    }
  }
  if (!recalled) {
    states.recall(earlier);
  }
  producers_ = std::make_unique<ProducerStates>(std::move(states));
  return producers_.get();
}

}  // namespace kafka
