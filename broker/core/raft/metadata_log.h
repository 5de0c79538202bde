// MetadataLog: the directory __cluster_metadata-0.
//
//   00000000000000000000.log ...                    batches (core/log)
//   00000000000000012345-0000000003.checkpoint      snapshots (snapshot.h)
//   quorum-state                                    quorum_state.h
//   leader-epoch-checkpoint, partition.metadata     core/log
//
// Files and formats only: what records mean is the loader's business, when to flush or to write a
// snapshot is Kraft's.
//
// Invariant: newest snapshot and log join: log start <= end of the newest snapshot <= log end. A
// log that ends before its snapshot (it was fetched, or the log was lost) starts anew behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/log/deletion_queue.h"
#include "broker/core/log/log.h"
#include "broker/core/raft/log_history.h"
#include "broker/core/raft/quorum_state.h"
#include "broker/core/raft/snapshot.h"
#include "protocol/result.h"

namespace kafka {

inline constexpr std::string_view metadata_partition_directory = "__cluster_metadata-0";

class MetadataLog {
 public:
  static Result<std::unique_ptr<MetadataLog>> open(Files& files, std::string directory,
                                                   const LogConfig& config, int64_t now_ms);

  int64_t start_offset() const { return log_->log_start_offset(); }
  int64_t end_offset() const { return log_->log_end_offset(); }
  int64_t size_bytes() const { return log_->size_bytes(); }
  SnapshotId start() const;  // the snapshot that ends where the log starts; 0-0 for a whole log
  // Scans the log: its epochs, and the voters in it. `configured` are those of kraft.version 0.
  Result<LogHistory> load_history(const VoterSet& configured);

  // quorum-state; nullopt when there is none. save is durable when it returns.
  Result<std::optional<QuorumState>> load_quorum_state();
  Result<> save_quorum_state(const QuorumState& state);

  // Finished snapshots, oldest first.
  const std::vector<SnapshotId>& snapshots() const { return snapshots_; }
  Result<Bytes> read_snapshot(const SnapshotId& id);
  // Durable when it returns; the file cannot be seen half written.
  Result<> write_snapshot(const SnapshotId& id, const Bytes& content);
  // A snapshot that is being fetched grows in a .part file; installing it makes it the newest one
  // and drops the whole log: both start anew at its end.
  Result<> write_snapshot_chunk(const SnapshotId& id, int64_t position, const Bytes& bytes);
  Result<> install_snapshot(const SnapshotId& id);
  // SNAPSHOT_NOT_FOUND, POSITION_OUT_OF_RANGE.
  struct SnapshotPart {
    Bytes bytes;
    int64_t file_bytes = 0;
  };
  Result<SnapshotPart> read_snapshot_part(const SnapshotId& id, int64_t position,
                                          int32_t bytes_max);
  // Everything the newest snapshot covers, as far as it is not needed any more: the prefix of the
  // log and the older snapshots go, when log and snapshots are larger than `bytes_max` or older
  // than `ms_max`.
  Result<> apply_retention(int64_t bytes_max, int64_t ms_max, int64_t now_ms);

  // Whole batches from the one that holds `offset` on, below end_offset, about bytes_max of them
  // and one at least; empty at the end.
  Result<Bytes> read(int64_t offset, int64_t end_offset, int32_t bytes_max = 1 << 20);

  // Appends one batch that was made for end_offset().
  Result<> append(Bytes& batch, int32_t epoch, int64_t now_ms);
  // Appends batches as they came from the leader, the first of them made for end_offset().
  Result<> append_fetched(const Bytes& batches, int64_t now_ms);
  Result<> truncate_to(int64_t offset);

  Result<FlushJob> prepare_flush() { return log_->prepare_flush(); }
  Result<> finish_flush(const FlushJob& job, const Result<>& outcome) {
    return log_->finish_flush(job, outcome);
  }
  Result<> flush() { return log_->flush(); }
  Result<> run_deletions(int64_t now_ms) { return deletions_.run(files_, now_ms); }
  Result<> close(int64_t now_ms) { return log_->close(now_ms); }

 private:
  MetadataLog(Files& files, std::string directory);
  Result<> open_log(const LogConfig& config, int64_t now_ms);
  Result<> find_snapshots();
  Result<> join_log_and_snapshot();
  std::string path(std::string_view name) const;

  Files& files_;
  std::string directory_;
  DeletionQueue deletions_;
  std::unique_ptr<Log> log_;
  std::vector<SnapshotId> snapshots_;
};

}  // namespace kafka
