#include "broker/core/raft/metadata_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {
namespace {

constexpr std::string_view quorum_state_file = "quorum-state";
constexpr size_t snapshot_bytes_max = size_t{1} << 31;
constexpr int64_t snapshot_part_bytes_max = 8 << 20;

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
  // The log start itself is not on disk: it is where the oldest snapshot ends.
  if (start_offset() > 0 && snapshots_.front().offset > start_offset()) {
    return log_->delete_records_before(snapshots_.front().offset, end_offset());
  }
  return {};
}

SnapshotId MetadataLog::start() const {
  for (const SnapshotId& id : snapshots_) {
    if (id.offset == start_offset()) {
      return id;
    }
  }
  CHECK(start_offset() == 0, "no snapshot ends at offset {}, where the log starts",
        start_offset());
  return {0, 0};
}

Result<LogHistory> MetadataLog::load_history(const VoterSet& configured) {
  LogHistory history(start());
  LogHistory::Voters base{-1, 0, configured};
  if (std::ranges::count(snapshots_, start()) > 0) {
    const auto bytes = read_snapshot(start());
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    auto voters = voters_of_snapshot(*bytes);
    if (!voters) {
      return std::unexpected(std::move(voters.error()));
    }
    if (voters->first >= 1) {
      base = {-1, voters->first, std::move(voters->second)};
    }
  }
  history.set_base_voters(std::move(base));
  while (history.end_offset() < end_offset()) {
    const auto bytes = read(history.end_offset(), end_offset());
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    if (auto taken = history.append(*bytes, INT32_MAX); !taken) {
      return std::unexpected(std::move(taken.error()));
    }
  }
  return history;
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

Result<> MetadataLog::write_snapshot_chunk(const SnapshotId& id, int64_t position,
                                           const Bytes& bytes) {
  const std::string part = path(snapshot_file_name(id) + ".part");
  const auto file =
      files_.open(part, position == 0 ? OpenMode::CreateEmpty : OpenMode::Existing);
  if (!file) {
    return std::unexpected(file.error());
  }
  return bytes.empty() ? Result<>{} : (*file)->write_at(position, bytes);
}

// The name first, then the log: a crash in between leaves a log that ends before its newest
// snapshot, or one that the next leader will call diverged.
Result<> MetadataLog::install_snapshot(const SnapshotId& id) {
  const std::string name = path(snapshot_file_name(id));
  const auto file = files_.open(name + ".part", OpenMode::Existing);
  if (!file) {
    return std::unexpected(file.error());
  }
  if (auto synced = (*file)->sync(); !synced) {
    return synced;
  }
  if (auto renamed = files_.rename(name + ".part", name); !renamed) {
    return renamed;
  }
  if (auto synced = files_.sync_directory(directory_); !synced) {
    return synced;
  }
  if (auto done = files_.make_read_only(name); !done) {
    return done;
  }
  std::erase(snapshots_, id);
  for (const SnapshotId& old : std::exchange(snapshots_, {id})) {
    if (auto removed = files_.remove(path(snapshot_file_name(old))); !removed) {
      return removed;
    }
  }
  return log_->truncate_fully_and_start_at(id.offset);
}

Result<MetadataLog::SnapshotPart> MetadataLog::read_snapshot_part(const SnapshotId& id,
                                                                  int64_t position,
                                                                  int32_t bytes_max) {
  const std::string name = snapshot_file_name(id);
  if (std::ranges::count(snapshots_, id) == 0) {
    return fail(ErrorCode::SnapshotNotFound, fmt::format("there is no snapshot {}", name));
  }
  const auto file = files_.open(path(name), OpenMode::Existing);
  if (!file) {
    return std::unexpected(file.error());
  }
  const auto size = (*file)->size();
  if (!size) {
    return std::unexpected(size.error());
  }
  if (position < 0 || position >= *size) {
    return fail(ErrorCode::PositionOutOfRange,
                fmt::format("snapshot {} has {} bytes, {} is not in it", name, *size, position));
  }
  SnapshotPart part;
  part.file_bytes = *size;
  part.bytes.resize(static_cast<size_t>(
      std::clamp<int64_t>(bytes_max, 1, std::min(*size - position, snapshot_part_bytes_max))));
  const auto read = (*file)->read_at(position, part.bytes);
  if (!read) {
    return std::unexpected(read.error());
  }
  part.bytes.resize(*read);
  return part;
}

Result<Bytes> MetadataLog::read(int64_t offset, int64_t end_offset, int32_t bytes_max) {
  return log_->read_bytes(offset, bytes_max, end_offset);
}

Result<> MetadataLog::append(Bytes& batch, int32_t epoch, int64_t now_ms) {
  const auto appended = log_->append_as_leader(batch, epoch, now_ms);
  return appended ? Result<>{} : std::unexpected(appended.error());
}

Result<> MetadataLog::append_fetched(const Bytes& batches, int64_t now_ms) {
  const auto appended = log_->append_as_follower(batches, now_ms);
  return appended ? Result<>{} : std::unexpected(appended.error());
}

Result<> MetadataLog::truncate_to(int64_t offset) {
  const auto cut = log_->truncate_to(offset);
  return cut ? Result<>{} : std::unexpected(cut.error());
}

}  // namespace kafka
