#include "broker/core/raft/metadata_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {
namespace {

constexpr std::string_view quorum_state_file = "quorum-state";
constexpr int32_t read_bytes_max = 1 << 20;
constexpr size_t snapshot_bytes_max = size_t{1} << 31;

}  // namespace

MetadataLog::MetadataLog(Files& files, std::string directory)
    : files_(files), directory_(std::move(directory)) {}

std::string MetadataLog::path(std::string_view name) const {
  return fmt::format("{}/{}", directory_, name);
}

Result<std::unique_ptr<MetadataLog>> MetadataLog::open(Files& files, std::string directory,
                                                       const LogConfig& config, int64_t now_ms) {
  std::unique_ptr<MetadataLog> log(new MetadataLog(files, std::move(directory)));
  if (auto done = log->open_log(config, now_ms); !done) {
    return std::unexpected(std::move(done.error()));
  }
  if (auto done = log->find_snapshots(); !done) {
    return std::unexpected(std::move(done.error()));
  }
  if (auto done = log->join_log_and_snapshot(); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return log;
}

// The whole log is scanned: it is small next to its snapshots, and a batch of it that the disk has
// damaged must not be served as metadata.
Result<> MetadataLog::open_log(const LogConfig& config, int64_t now_ms) {
  const auto status = files_.status(directory_);
  if (!status) {
    return std::unexpected(status.error());
  }
  LogOptions options;
  options.directory = directory_;
  options.config = std::make_shared<const LogConfig>(config);
  options.topic_id = one_uuid;
  options.create = !status->has_value();
  options.now_ms = now_ms;
  options.deletions = &deletions_;
  auto log = Log::open(files_, std::move(options));
  if (!log) {
    return std::unexpected(std::move(log.error()));
  }
  log_ = std::move(*log);
  return {};
}

Result<> MetadataLog::find_snapshots() {
  const auto entries = files_.list(directory_);
  if (!entries) {
    return std::unexpected(entries.error());
  }
  for (const DirectoryEntry& entry : *entries) {
    if (const auto id = parse_snapshot_file_name(entry.name)) {
      snapshots_.push_back(*id);
    }
  }
  std::ranges::sort(snapshots_);
  return {};
}

Result<> MetadataLog::join_log_and_snapshot() {
  const int64_t snapshot_end = snapshots_.empty() ? 0 : snapshots_.back().offset;
  if (snapshot_end > end_offset()) {
    return log_->truncate_fully_and_start_at(snapshot_end);
  }
  if (snapshot_end < start_offset()) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("{}: the log starts at offset {}, but the newest snapshot ends at {}: "
                            "what lies between them is missing",
                            directory_, start_offset(), snapshot_end));
  }
  return {};
}

Result<int32_t> MetadataLog::last_epoch() {
  auto epoch = log_->last_epoch();
  if (epoch && *epoch == no_epoch) {
    return snapshots_.empty() ? 0 : snapshots_.back().epoch;
  }
  return epoch;
}

Result<std::optional<QuorumState>> MetadataLog::load_quorum_state() {
  const auto text = read_file(files_, path(quorum_state_file), 1 << 20);
  if (!text) {
    return std::unexpected(text.error());
  }
  if (!text->has_value()) {
    return std::nullopt;
  }
  auto state = parse_quorum_state(**text);
  if (!state) {
    return std::unexpected(std::move(state.error()));
  }
  return std::move(*state);
}

Result<> MetadataLog::save_quorum_state(const QuorumState& state) {
  return write_file_atomically(files_, path(quorum_state_file), to_json(state));
}

Result<Bytes> MetadataLog::read_snapshot(const SnapshotId& id) {
  const std::string file = path(snapshot_file_name(id));
  auto text = read_file(files_, file, snapshot_bytes_max);
  if (!text) {
    return std::unexpected(std::move(text.error()));
  }
  if (!text->has_value()) {
    return fail(ErrorCode::SnapshotNotFound, fmt::format("{} is gone", file));
  }
  return Bytes((*text)->begin(), (*text)->end());
}

Result<> MetadataLog::write_snapshot(const SnapshotId& id, const Bytes& content) {
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  const std::string file = path(snapshot_file_name(id));
  if (auto done = write_file_atomically(files_, file, text); !done) {
    return done;
  }
  if (auto done = files_.make_read_only(file); !done) {  // a snapshot is never changed
    return done;
  }
  CHECK(snapshots_.empty() || snapshots_.back() < id, "snapshot {} is not the newest",
        snapshot_file_name(id));
  snapshots_.push_back(id);
  return {};
}

Result<> MetadataLog::apply_retention(int64_t bytes_max, int64_t ms_max, int64_t now_ms) {
  while (snapshots_.size() > 1) {
    const std::string oldest = path(snapshot_file_name(snapshots_.front()));
    const auto status = files_.status(oldest);
    if (!status) {
      return std::unexpected(status.error());
    }
    const bool too_old = status->has_value() && now_ms - (*status)->modified_ms > ms_max;
    if (log_->size_bytes() <= bytes_max && !too_old && status->has_value()) {
      break;
    }
    // The log before the second oldest snapshot is only needed by who would start from the oldest.
    if (auto done = log_->delete_records_before(snapshots_[1].offset, end_offset()); !done) {
      return done;
    }
    if (auto removed = log_->apply_retention(now_ms, end_offset()); !removed) {
      return std::unexpected(removed.error());
    }
    if (auto done = status->has_value() ? files_.remove(oldest) : Result<>{}; !done) {
      return done;
    }
    snapshots_.erase(snapshots_.begin());
  }
  return {};
}

Result<Bytes> MetadataLog::read(int64_t offset) {
  return log_->read_bytes(offset, read_bytes_max, end_offset());
}

Result<> MetadataLog::append(Bytes& batch, int32_t epoch, int64_t now_ms) {
  const auto appended = log_->append_as_leader(batch, epoch, now_ms);
  return appended ? Result<>{} : std::unexpected(appended.error());
}

}  // namespace kafka
