#include "broker/node/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/controller/format.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"

namespace kafka {

namespace {

constexpr std::string_view metadata_topic = "__cluster_metadata";

}  // namespace

// --- opening

Result<> Storage::open(const BrokerConfig& config) {
  const auto properties = load_meta_properties(files_, config);
  if (!properties) {
    return std::unexpected(properties.error());
  }
  for (const auto& [path, meta] : *properties) {
    cluster_id_ = meta.cluster_id;
    if (path == config.metadata_log_dir) {
      metadata_directory_id_ = meta.directory_id;
    }
  }
  for (const std::string& path : config.log_dirs) {
    if (const Result<> opened = open_directory(path, config); !opened) {
      return opened;
    }
    directories_.back().properties = properties->at(path);
  }
  return {};
}

Result<> Storage::open_directory(const std::string& path, const BrokerConfig& config) {
  Result<std::unique_ptr<LogDirectory>> locked = LogDirectory::open(files_, path);
  if (!locked) {
    return std::unexpected(locked.error());
  }
  Directory& directory = directories_.emplace_back();
  partitions_in_.push_back(0);
  directory.files = std::move(*locked);
  if (!config.is_broker) {
    return {};
  }
  const auto marker = directory.files->read_clean_shutdown();
  if (!marker) {
    return std::unexpected(marker.error());
  }
  directory.clean_shutdown = marker->has_value();
  directory.clean_shutdown_epoch = marker->value_or(-1);
  struct Row {
    CheckpointFile file;
    OffsetCheckpoint* offsets;
  };
  for (const Row& row : {Row{CheckpointFile::RecoveryPoint, &directory.recovery_points},
                         Row{CheckpointFile::HighWatermark, &directory.high_watermarks},
                         Row{CheckpointFile::LogStartOffset, &directory.log_starts}}) {
    Result<OffsetCheckpoint> offsets = directory.files->read_checkpoint(row.file);
    if (!offsets) {
      return std::unexpected(offsets.error());
    }
    *row.offsets = std::move(*offsets);
  }
  directory.written_high_watermarks = directory.high_watermarks;
  directory.written_recovery_points = directory.recovery_points;
  directory.written_log_starts = directory.log_starts;
  return note_existing_partitions(directory, 0);
}

Result<> Storage::note_existing_partitions(Directory& directory, int64_t now_ms) {
  const auto entries = directory.files->scan();
  if (!entries) {
    return std::unexpected(entries.error());
  }
  for (const LogDirectoryEntry& entry : *entries) {
    if (entry.kind == LogDirectoryEntryKind::Deleted) {
      deletions_.add(directory.files->path() + "/" + entry.name, true, now_ms);
    } else if (entry.kind == LogDirectoryEntryKind::Partition &&
               entry.partition.topic != metadata_topic) {
      existing_.emplace(entry.partition, directories_.size() - 1);
      ++partitions_in_[directories_.size() - 1];
    }
  }
  return {};
}

std::vector<Uuid> Storage::directory_ids() const {
  std::vector<Uuid> ids;
  for (const Directory& directory : directories_) {
    ids.push_back(directory.properties.directory_id);
  }
  return ids;
}

std::vector<Uuid> Storage::offline_directory_ids() const {
  std::vector<Uuid> ids;
  for (const Directory& directory : directories_) {
    if (directory.offline) {
      ids.push_back(directory.properties.directory_id);
    }
  }
  return ids;
}

int64_t Storage::previous_broker_epoch() const {
  int64_t epoch = -1;
  for (const Directory& directory : directories_) {
    if (!directory.clean_shutdown) {
      return -1;
    }
    epoch = directory.clean_shutdown_epoch;
  }
  return epoch;
}

Result<> Storage::remove_clean_shutdown_markers() {
  for (const Directory& directory : directories_) {
    if (directory.clean_shutdown) {
      if (const Result<> removed = directory.files->remove_clean_shutdown(); !removed) {
        return removed;
      }
    }
  }
  return {};
}

Result<Storage::Directory*> Storage::choose_directory(const TopicPartition& partition,
                                                      const Uuid& directory_id) {
  if (const auto there = existing_.find(partition); there != existing_.end()) {
    return &directories_[there->second];
  }
  Directory* emptiest = nullptr;
  for (Directory& directory : directories_) {
    if (directory.offline) {
      continue;
    }
    if (directory.properties.directory_id == directory_id) {
      return &directory;
    }
    if (emptiest == nullptr || partitions_in(directory) < partitions_in(*emptiest)) {
      emptiest = &directory;
    }
  }
  if (emptiest == nullptr) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("no log directory is left for {}", to_string(partition)));
  }
  return emptiest;
}

Result<Partition*> Storage::open_partition(TopicReplicas& topic, int32_t index,
                                           const Uuid& directory_id, int64_t now_ms) {
  const TopicPartition name{topic.name, index};
  if (const Result<bool> same = is_of_topic(name, topic.id); !same) {
    return std::unexpected(same.error());
  }
  const Result<Directory*> chosen = choose_directory(name, directory_id);
  if (!chosen) {
    return std::unexpected(chosen.error());
  }
  Directory& directory = **chosen;
  const bool is_new = existing_.erase(name) == 0;
  if (is_new) {
    ++partitions_in(directory);
  }
  const auto offset_in = [&](const OffsetCheckpoint& checkpoint) {
    const auto found = checkpoint.find(name);
    return found == checkpoint.end() || is_new ? int64_t{0} : found->second;
  };
  LogOptions options;
  options.directory = directory.files->partition_path(name);
  options.config = topic.log_config;
  options.topic_id = topic.id;
  options.create = is_new;
  options.log_start_offset = offset_in(directory.log_starts);
  options.recovery_point = offset_in(directory.recovery_points);
  options.clean_shutdown = directory.clean_shutdown;
  options.now_ms = now_ms;
  options.deletions = &deletions_;
  options.news = &directory.news;
  Result<std::unique_ptr<Log>> log = Log::open(files_, std::move(options));
  if (!log) {
    return std::unexpected(log.error());
  }
  if ((*log)->cut_bytes() > 0) {
    log_warn(log_manager_logger, "Cut {} bytes of a torn tail from {}; {} bytes were read again",
             (*log)->cut_bytes(), (*log)->directory(), (*log)->recovered_bytes());
  }
  return &replicas_.add(topic, index, std::move(*log), offset_in(directory.high_watermarks));
}

const Storage::Directory* Storage::directory_of(const Partition& partition) const {
  const std::string_view path = partition.log().directory();
  for (const Directory& directory : directories_) {
    const std::string& parent = directory.files->path();
    if (path.starts_with(parent) && path.find('/', parent.size() + 1) == path.npos) {
      return &directory;
    }
  }
  return nullptr;
}

std::vector<const Storage::Directory*> Storage::take_failed_offline() {
  std::vector<const Directory*> failed;
  for (Directory& directory : directories_) {
    if (!directory.news.failure || directory.offline) {
      continue;
    }
    directory.offline = true;
    failed.push_back(&directory);
    replicas_.for_each([&](Partition& partition) {
      if (directory_of(partition) == &directory) {
        partition.log().break_down(*directory.news.failure);
        partition.note_moved();
      }
    });
  }
  return failed;
}

// Recovery believes what is below the recovery point, and a new topic of the same name would take
// over what the checkpoints say of the old one.
void Storage::lower_checkpoints() {
  const auto has_fallen = [](const Directory& directory) {
    return directory.news.recovery_point_fell && !directory.offline;
  };
  if (std::ranges::none_of(directories_, has_fallen)) {
    return;
  }
  Result<> written = write_recovery_points();
  if (written) {
    written = write_high_watermarks();
  }
  const bool failed_before = std::exchange(lowering_failed_, !written);
  if (written) {
    for (Directory& directory : directories_) {
      directory.news.recovery_point_fell = false;
    }
  } else if (!failed_before) {
    log_error(log_manager_logger,
              "Cannot write the checkpoints after a truncation, they are tried again: {}",
              written.error().message);
  }
}

// --- upkeep

// Collects value(partition) by directory; nullopt leaves a partition out. A directory whose offsets
// are those on disk is not written.
template <class Value>
Result<> Storage::write_if_changed(CheckpointFile which, OffsetCheckpoint Directory::*written,
                                   Value&& value) {
  std::vector<OffsetCheckpoint> offsets(directories_.size());
  replicas_.for_each([&](Partition& partition) {
    const std::optional<int64_t> offset = value(partition);
    const Directory* directory = offset ? directory_of(partition) : nullptr;
    if (directory != nullptr) {
      offsets[static_cast<size_t>(directory - directories_.data())].emplace(partition.name(),
                                                                            *offset);
    }
  });
  for (size_t i = 0; i < directories_.size(); ++i) {
    OffsetCheckpoint& on_disk = directories_[i].*written;
    if (offsets[i] == on_disk || directories_[i].offline) {
      continue;
    }
    if (const Result<> done = directories_[i].files->write_checkpoint(which, offsets[i]); !done) {
      return done;
    }
    on_disk = std::move(offsets[i]);
  }
  return {};
}

Result<> Storage::write_high_watermarks() {
  return write_if_changed(
      CheckpointFile::HighWatermark, &Directory::written_high_watermarks,
      [](Partition& partition) { return std::optional(partition.high_watermark()); });
}

Result<> Storage::write_recovery_points() {
  const Result<> points = write_if_changed(
      CheckpointFile::RecoveryPoint, &Directory::written_recovery_points,
      [](Partition& partition) { return std::optional(partition.log().recovery_point()); });
  if (!points) {
    return points;
  }
  return write_if_changed(
      CheckpointFile::LogStartOffset, &Directory::written_log_starts,
      [](Partition& partition) -> std::optional<int64_t> {
        const Log& log = partition.log();
        return log.log_start_offset() > 0 ? std::optional(log.log_start_offset()) : std::nullopt;
      });
}

void Storage::flush_changed(int64_t now_ms, Flushed which) {
  if (flushing_) {
    return;
  }
  struct Flush {
    TopicIdPartition key;
    FlushJob job;
    Result<> outcome;
  };
  auto flushes = std::make_shared<std::vector<Flush>>();
  replicas_.for_each([&](Partition& partition) {
    Log& log = partition.log();
    if (log.broken() || log.recovery_point() == log.log_end_offset() ||
        (which == Flushed::Due && !log.flush_is_due(now_ms))) {
      return;
    }
    const Result<> written = log.checkpoint(now_ms);
    Result<FlushJob> job = written ? log.prepare_flush() : std::unexpected(written.error());
    if (job) {
      job->begun_ms = now_ms;
      flushes->push_back({partition.key(), std::move(*job), {}});
    } else {
      log_error(log_manager_logger, "Cannot flush {}: {}", log.directory(), job.error().message);
    }
  });
  flushing_ = true;
  const auto run = [flushes] {
    for (Flush& flush : *flushes) {
      flush.outcome = flush.job.run();
    }
  };
  const auto finish = [this, flushes] {
    flushing_ = false;
    for (Flush& flush : *flushes) {
      Partition* partition = replicas_.find(flush.key.topic_id, flush.key.partition);
      if (partition == nullptr) {
        continue;
      }
      const Result<> done = partition->log().finish_flush(flush.job, flush.outcome);
      if (!done) {
        log_error(log_manager_logger, "Cannot flush {}: {}", partition->log().directory(),
                  done.error().message);
      }
    }
    if (const Result<> written = write_recovery_points(); !written) {
      log_error(log_manager_logger, "Cannot write the recovery points: {}",
                written.error().message);
    }
  };
  flushes->empty() ? finish() : disk_.run(run, finish);
}

void Storage::apply_retention(int64_t now_ms) {
  replicas_.for_each([&](Partition& partition) {
    const Result<int> removed = partition.log().apply_retention(now_ms, partition.high_watermark());
    if (!removed) {
      log_error(log_manager_logger, "Retention of {} failed: {}", partition.log().directory(),
                removed.error().message);
    } else if (*removed > 0) {
      log_info(log_manager_logger, "Removed {} segments of {}; its log starts at {} now", *removed,
               to_string(partition.name()), partition.log().log_start_offset());
      partition.note_moved();
    }
  });
}

void Storage::run_deletions(int64_t now_ms) {
  if (const Result<> done = deletions_.run(files_, now_ms); !done) {
    log_error(log_manager_logger, "Cannot remove old files: {}", done.error().message);
  }
}

int64_t Storage::next_deletion_ms() const {
  return deletions_.next_due_ms().value_or(INT64_MAX);
}

Result<> Storage::close(int64_t broker_epoch, int64_t now_ms) {
  Result<> outcome;
  std::vector<std::vector<Log*>> logs(directories_.size());
  replicas_.for_each([&](Partition& partition) {
    if (const Directory* directory = directory_of(partition)) {
      logs[static_cast<size_t>(directory - directories_.data())].push_back(&partition.log());
    }
  });
  for (size_t i = 0; i < directories_.size(); ++i) {
    if (directories_[i].offline) {
      continue;
    }
    Result<> closed = Log::close_all(files_, directories_[i].files->path(), logs[i], now_ms);
    if (!closed && outcome) {
      outcome = std::move(closed);
    }
  }
  for (const Result<>& written : {write_high_watermarks(), write_recovery_points()}) {
    if (!written && outcome) {
      outcome = written;
    }
  }
  if (!outcome) {
    return outcome;  // without the marker the next start checks what is there
  }
  for (const Directory& directory : directories_) {
    if (directory.offline) {
      continue;
    }
    if (const Result<> marked = directory.files->write_clean_shutdown(broker_epoch); !marked) {
      return marked;
    }
  }
  return {};
}

}  // namespace kafka
