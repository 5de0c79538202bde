// Log: making it durable, and leaving it.
//
//   prepare_flush (core thread) -> FlushJob::run (any thread) -> finish_flush (core thread)
//
// Files are created and renamed without fsync; the first flush after that syncs the directory, and
// the epochs: recovery does not read the batches below the recovery point again to learn them. An
// fsync that failed is never tried again: the kernel may have dropped what it could not write, so
// only the data in memory and the replicas know the truth. The log is broken from then.
#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/log/deletion_queue.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/log.h"
#include "broker/core/log/log_directory.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

Result<> FlushJob::run() {
  for (const auto& sync : syncs) {
    if (auto outcome = sync->run(); !outcome) {
      return outcome;
    }
  }
  return {};
}

Result<FlushJob> Log::prepare_flush() {
  return prepare_flush(false);
}

Result<FlushJob> Log::prepare_flush(bool with_active_indexes) {
  if (auto fit = fit_for_appending(); !fit) {
    return std::unexpected(fit.error());
  }
  FlushJob job{.end_offset = log_end_offset_, .truncations = truncations_, .syncs = {}};
  for (size_t i = 0; i < segments_.size(); ++i) {
    const bool active = i + 1 == segments_.size();
    const int64_t end = active ? log_end_offset_ : segments_[i + 1]->base_offset();
    if (end <= recovery_point_ || segments_[i]->size() == 0) {
      continue;
    }
    if (auto added = segments_[i]->prepare_syncs(!active || with_active_indexes, job.syncs);
        !added) {
      return std::unexpected(added.error());
    }
  }
  if (auto written = write_missing_epochs(); !written) {
    return std::unexpected(written.error());
  }
  if (std::exchange(epochs_unsynced_, false)) {
    auto file =
        files_.open(directory_ + "/" + std::string(epoch_checkpoint_name), OpenMode::Existing);
    auto sync = file ? (*file)->prepare_sync()
                     : Result<std::unique_ptr<PendingSync>>(std::unexpected(file.error()));
    if (!sync) {
      return std::unexpected(sync.error());
    }
    job.syncs.push_back(std::move(*sync));
  }
  if (auto added = sync_names(directory_, directory_unsynced_, job); !added) {
    return std::unexpected(added.error());
  }
  const std::string parent = directory_.substr(0, directory_.rfind('/'));
  if (auto added = sync_names(parent, parent_unsynced_, job); !added) {
    return std::unexpected(added.error());
  }
  return job;
}

Result<> Log::sync_names(const std::string& directory, bool& unsynced, FlushJob& job) {
  if (!std::exchange(unsynced, false)) {
    return {};
  }
  auto sync = files_.prepare_directory_sync(directory);
  if (!sync) {
    return std::unexpected(sync.error());
  }
  job.syncs.push_back(std::move(*sync));
  return {};
}

Result<> Log::finish_flush(const FlushJob& job, const Result<>& outcome) {
  if (!outcome) {
    break_down(outcome.error());
    return outcome;
  }
  last_flush_ms_ = std::max(last_flush_ms_, job.begun_ms);
  if (job.truncations == truncations_) {
    recovery_point_ = std::max(recovery_point_, job.end_offset);
  }
  return {};
}

Result<> Log::flush() {
  auto job = prepare_flush();
  return job ? finish_flush(*job, job->run()) : Result<>(std::unexpected(job.error()));
}

Result<> Log::checkpoint(int64_t now_ms) {
  if (!changed_) {
    return {};
  }
  if (producers_) {
    producers_->expire(now_ms, config_->producer_id_expiration_ms);
  }
  if (auto written = segments_.back()->write_indexes(); !written) {
    return written;
  }
  if (!snapshots_.empty() && snapshots_.back() == log_end_offset_) {
    return {};
  }
  return log_end_offset_ > segments_.front()->base_offset() ? write_snapshot(log_end_offset_)
                                                            : Result<>{};
}

// Everything that a clean open wants to find, without fsync.
Result<> Log::write_out(int64_t now_ms) {
  if (auto fit = fit_for_appending(); !fit || !changed_) {
    return fit;
  }
  if (auto finished = segments_.back()->finish_indexes(); !finished) {
    return finished;
  }
  if (auto written = write_missing_epochs(); !written) {
    return written;
  }
  return checkpoint(now_ms);
}

Result<> Log::close(int64_t now_ms) {
  if (auto written = write_out(now_ms); !written || !needs_close()) {
    return written;
  }
  auto job = prepare_flush(true);
  if (!job) {
    return std::unexpected(job.error());
  }
  auto done = finish_flush(*job, job->run());
  changed_ = changed_ && !done;
  return done;
}

Result<> Log::close_all(Files& files, const std::string& log_directory, std::span<Log* const> logs,
                        int64_t now_ms) {
  constexpr auto few = 32;  // an fsync each is cheaper up to about here
  const bool many = std::ranges::count_if(logs, &Log::needs_close) > few;
  Result<> outcome;
  const auto note = [&outcome](const Result<>& done) {
    if (!done && outcome) {
      outcome = done;
    }
  };
  for (Log* log : logs) {
    note(many ? log->write_out(now_ms) : log->close(now_ms));
  }
  if (!many) {
    return outcome;
  }
  const Result<> synced = files.sync_file_system(log_directory);
  note(synced);
  for (Log* log : logs) {
    if (!log->broken_) {
      note(log->finish_flush(
          {.end_offset = log->log_end_offset_, .truncations = log->truncations_, .syncs = {}},
          synced));
    }
    log->changed_ = log->changed_ && !synced;
  }
  return outcome;
}

Result<> Log::remove(const Uuid& unique, int64_t now_ms) {
  const size_t slash = directory_.rfind('/');
  const std::string name = directory_.substr(slash + 1);
  const std::string to = directory_.substr(0, slash + 1) + deleted_directory_name(name, unique);
  if (auto renamed = files_.rename(directory_, to); !renamed) {
    return renamed;
  }
  directory_ = to;
  broken_ = true;  // nothing may be appended any more
  for (const auto& segment : segments_) {
    segment->forget_files();
  }
  if (deletions_ == nullptr) {
    return remove_tree(files_, to);
  }
  deletions_->add(to, true, now_ms + config_->file_delete_delay_ms);
  return {};
}

}  // namespace kafka
