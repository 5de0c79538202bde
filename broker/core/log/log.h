// Log: the records of one partition on disk. Topics and __cluster_metadata use the same class.
//
//   offset   0          41 42         97 98        120      log end = next offset to be written
//            |  segment 0  | segment 42 | segment 98 |
//                  ^ log start: what is below it may be gone and is not served
//
//   directory orders-3/
//     00000000000000000000.log .index .timeindex      a closed segment
//     00000000000000000042.log .index .timeindex .snapshot
//     00000000000000000098.log .index .timeindex .snapshot   the active one: only it grows
//     leader-epoch-checkpoint                          epochs.h
//     partition.metadata                               log_directory.h
//
// Segment files hold nothing but record batches, one after another, exactly as they travel on the
// wire. So an append is one write of the bytes that the producer sent, and a fetch is a range of
// the file. What else is in the directory can be rebuilt from the batches.
//
// Invariants:
//   - Offsets of batches grow; the log end is one past the last batch of the active segment.
//   - log start <= recovery point <= log end. Below the recovery point everything is fsynced.
//   - What an append returned success for is read back by the next open, kill -9 or not; after a
//     power loss that holds below the recovery point.
//   - A failed write leaves the log as it was (the file is cut back). Where even that fails, where a
//     truncation stopped half way and after a failed fsync the log is broken(): it answers
//     KafkaStorageError until reopened, and says so in LogOptions::news. (Apache Kafka takes the
//     whole log directory offline at the first failed write.)
//
// Costs: opening after a clean stop reads the directory and, where the producer snapshot and the
// recovery point agree on the log end, no file at all. Indexes, epochs and producer state are read
// at their first use. No descriptor is owned here: see Files.
//
// Concept note: notes/log_on_disk.md
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/log/log_config.h"
#include "broker/core/log/producer_state.h"  // ProducerInfo
#include "broker/core/types.h"
#include "protocol/result.h"
#include "protocol/uuid.h"
#include "protocol/wire.h"

namespace kafka {

class DeletionQueue;  // deletion_queue.h
class Epochs;         // epochs.h
class PositionCache;  // position_cache.h
class Segment;        // segment.h
struct BatchSummary;  // segment.h

// What the directory has to hear of the logs in it at the end of an event.
struct LogNews {
  std::optional<Error> failure;  // of the first log that broke
  // A log was cut below its recovery point. Before anything is written behind the cut the checkpoint
  // has to know: recovery believes what is below it.
  bool recovery_point_fell = false;
};

struct LogOptions {
  std::string directory;  // its parent must be there; without a final slash
  std::shared_ptr<const LogConfig> config;
  // Given: written to partition.metadata when that file is missing, and compared with it when it
  // is there (INCONSISTENT_TOPIC_ID). Not given: partition.metadata is left alone.
  std::optional<Uuid> topic_id;
  bool create = false;           // a new partition: its directory is made, nothing is looked up
  int64_t log_start_offset = 0;  // from log-start-offset-checkpoint
  int64_t recovery_point = 0;    // from recovery-point-offset-checkpoint
  bool clean_shutdown = false;   // .kafka_cleanshutdown was there
  int64_t now_ms = 0;
  DeletionQueue* deletions = nullptr;  // delays removals; nullptr: files go at once
  LogNews* news = nullptr;
};

struct AppendInfo {
  int64_t first_offset = no_offset;
  int64_t last_offset = no_offset;
  int64_t log_append_time_ms = no_timestamp;  // set with LogAppendTime only
  int64_t log_start_offset = no_offset;
  int32_t leader_epoch = no_epoch;  // of the last batch
  // The records were here already (an idempotent producer's retry): the offsets above are the
  // original ones and nothing was written.
  bool duplicate = false;
};

struct LogRead {
  FileSlice records;  // length 0: nothing to read between the offset and the bound
  // True when the first batch alone is larger than max_bytes and min_one_batch was false.
  bool first_batch_too_large = false;
};

// What fsync must reach before the recovery point may move: run() on any thread, then give the job
// back to Log::finish_flush on the core thread. Appends may go on in between.
struct FlushJob {
  int64_t end_offset = 0;
  int64_t begun_ms = 0;      // when, if it counts for flush.ms
  uint32_t truncations = 0;  // of the log before it: a job from before a truncation proves nothing
  std::vector<std::unique_ptr<PendingSync>> syncs;
  Result<> run();
};

class Log {
 public:
  static Result<std::unique_ptr<Log>> open(Files& files, LogOptions options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const std::string& directory() const { return directory_; }
  const LogConfig& config() const { return *config_; }
  void set_config(std::shared_ptr<const LogConfig> config) { config_ = std::move(config); }
  bool broken() const { return broken_; }
  // The disk failed: nothing is written any more.
  void break_down(const Error& why);

  int64_t log_start_offset() const { return log_start_offset_; }
  int64_t log_end_offset() const { return log_end_offset_; }
  int64_t recovery_point() const { return recovery_point_; }
  int64_t active_segment_base() const;
  size_t segment_count() const { return segments_.size(); }
  int64_t size_bytes() const;                                   // of all segments (DescribeLogDirs)
  int64_t recovered_bytes() const { return recovered_bytes_; }  // scanned by open
  int64_t cut_bytes() const { return cut_bytes_; }              // of a torn tail, removed by open

  // -- Appending (append.cc) ---------------------------------------------------------------------

  // Appends one or more whole, validated batches: gives them offsets from log_end_offset() on and
  // `leader_epoch`, in place (and the time, with LogAppendTime), then writes them with one call.
  // Idempotent producers are checked first: OUT_OF_ORDER_SEQUENCE_NUMBER (a gap, or a duplicate
  // older than the last 5 batches), INVALID_PRODUCER_EPOCH, or info.duplicate. A set is appended
  // whole or not at all; RECORD_LIST_TOO_LARGE when it is larger than a segment may be. Timestamps
  // out of bounds are the caller's to refuse.
  Result<AppendInfo> append_as_leader(std::span<uint8_t> batches, int32_t leader_epoch,
                                      int64_t now_ms);

  // Appends batches that have their offsets and epochs (fetched from a leader). Offsets must go up
  // and start at or after the log end: OFFSET_OUT_OF_RANGE otherwise.
  Result<AppendInfo> append_as_follower(std::span<const uint8_t> batches, int64_t now_ms);

  // -- Reading (read.cc) -------------------------------------------------------------------------

  // The batches from the one that holds `offset` on, as a range of one segment file: at most
  // max_bytes (which may end inside a batch) and below `max_offset` (a high watermark or log end).
  // With min_one_batch the first batch comes whole even when it is larger than max_bytes.
  // OFFSET_OUT_OF_RANGE below the log start or above the log end.
  Result<LogRead> read(int64_t offset, int32_t max_bytes, int64_t max_offset, bool min_one_batch);

  // The same range copied to memory, without the batch that max_bytes cut; the first batch is
  // always whole. Empty at max_offset. For readers inside of the broker (offsets, metadata).
  Result<Bytes> read_bytes(int64_t offset, int32_t max_bytes, int64_t max_offset);

  // -- Looking up offsets (lookup.cc) ------------------------------------------------------------

  // The first record whose timestamp is at least `timestamp`; nullopt when there is none.
  Result<std::optional<TimestampAndOffset>> offset_for_timestamp(int64_t timestamp);
  // The record with the largest timestamp (ListOffsets -3); nullopt for an empty log.
  Result<std::optional<TimestampAndOffset>> max_timestamp();
  // Where `epoch` ended here: {epoch or the largest one below it, first offset after it}. Offset
  // and epoch are -1 when this log does not know (OffsetForLeaderEpoch).
  Result<OffsetAndEpoch> end_of_epoch(int32_t epoch);
  Result<int32_t> last_epoch();                     // -1: no batch, no epoch
  Result<int32_t> epoch_of_offset(int64_t offset);  // -1: unknown
  // A new leader's epoch starts at the log end. Costs nothing until something is appended.
  void begin_leader_epoch(int32_t epoch);
  Result<std::vector<ProducerInfo>> producers(int64_t now_ms);

  // -- Cutting and rolling (cut.cc, retention.cc) ------------------------------------------------

  // Drops everything at and above `offset`; true when anything was dropped.
  Result<bool> truncate_to(int64_t offset);
  // Drops everything; the log is empty and both ends are `offset`.
  Result<> truncate_fully_and_start_at(int64_t offset);
  // DeleteRecords: moves the log start up (OFFSET_OUT_OF_RANGE above `high_watermark`). Segments
  // that are wholly below go at the next apply_retention.
  Result<> delete_records_before(int64_t offset, int64_t high_watermark);
  // Starts a new active segment at the log end; nothing when the active one is empty.
  Result<> roll(int64_t now_ms);
  // Removes the oldest segments that are past retention.ms, retention.bytes or below the log
  // start, and nothing at or above the high watermark. Without `delete` in cleanup.policy only
  // what is below the log start goes. Returns the number of segments removed.
  Result<int> apply_retention(int64_t now_ms, int64_t high_watermark);

  // -- Durability (flush.cc) ---------------------------------------------------------------------

  Result<FlushJob> prepare_flush();
  Result<> finish_flush(const FlushJob& job, const Result<>& outcome);
  Result<> flush();  // the three steps at once, on this thread; moves the recovery point
  // Whether flush.ms has passed since the last flush. (flush.messages: every append looks after it,
  // and is answered behind the fsync, as in UnifiedLog.append.)
  bool flush_is_due(int64_t now_ms) const {
    return now_ms - last_flush_ms_ >= config_->flush_ms;
  }
  // Writes, without fsync, what makes the recovery after a kill -9 short: pending index entries and
  // a producer snapshot at the log end. To be followed by a flush, and that by the
  // recovery-point-offset-checkpoint.
  Result<> checkpoint(int64_t now_ms);
  // Clean stop: everything is written out and durable. Costs nothing for a log that has not
  // changed.
  Result<> close(int64_t now_ms);
  // The same for many logs of one directory: with one sync of the file system when that is cheaper.
  // The first failure is returned after the rest has been closed.
  static Result<> close_all(Files& files, const std::string& log_directory,
                            std::span<Log* const> logs, int64_t now_ms);
  // The topic is deleted: the directory gets its -delete name and goes after file.delete.delay.ms.
  Result<> remove(const Uuid& unique, int64_t now_ms);

 private:
  Log(Files& files, const LogOptions& options);

  // recovery.cc
  Result<> create(const LogOptions& options);
  Result<> load(const LogOptions& options);
  Result<> check_topic_id(const Uuid& topic_id, bool has_file);
  Result<> find_files(const LogOptions& options);
  Result<> drop_what_was_cleaned_into(int64_t base_offset);
  Result<> trust(const LogOptions& options);
  Result<> recover(int64_t recovery_point);
  Result<> replay(int64_t offset, const std::function<void(const BatchView&)>& visit);
  Result<bool> load_epochs();
  Result<Epochs*> epochs();
  Result<ProducerStates*> producer_states();

  // append.cc
  Result<> fit_for_appending() const;
  bool stamps_time() const { return config_->timestamp_type == TimestampType::LogAppendTime; }
  Result<AppendInfo> append_checked(std::span<uint8_t> batches, AppendInfo info, int64_t now_ms);
  Result<> make_room(int64_t bytes, int64_t max_timestamp, int64_t last_offset, int64_t now_ms);
  Result<> write_batches(std::span<const uint8_t> batches);
  Result<> roll_at(int64_t offset, int64_t now_ms);
  Result<> assign_epoch(int32_t epoch, int64_t offset);

  // read.cc
  size_t segment_of(int64_t offset) const;
  Result<std::optional<int64_t>> position_of(size_t segment, int64_t offset);
  Result<LogRead> read_segment(size_t segment, int64_t position, int32_t max_bytes,
                               int64_t max_offset, bool min_one_batch);

  // cut.cc
  Result<> cut_files(int64_t& offset);
  Result<> start_again_at(int64_t offset);
  void lower_recovery_point(int64_t offset);
  Result<> write_epochs();
  Result<> write_missing_epochs();  // those that could not be written before
  Result<> write_snapshot(int64_t offset);
  Result<> remove_snapshot(int64_t offset);
  Result<> remove_snapshots_above(int64_t offset);
  // Takes segments out of the log; a negative due_ms removes their files at once.
  Result<> drop_segments(size_t first, size_t last, int64_t due_ms);
  void forget_cut_state();

  // retention.cc
  Result<bool> is_expired(size_t segment, int64_t excess_bytes, int64_t now_ms);

  // flush.cc
  bool needs_close() const { return changed_ || recovery_point_ < log_end_offset_; }
  Result<> write_out(int64_t now_ms);
  Result<FlushJob> prepare_flush(bool with_active_indexes);
  Result<> sync_names(const std::string& directory, bool& unsynced, FlushJob& job);

  Files& files_;
  std::string directory_;
  std::shared_ptr<const LogConfig> config_;
  DeletionQueue* deletions_;
  LogNews* news_;
  std::vector<std::unique_ptr<Segment>> segments_;  // by base offset; the last one is active
  std::vector<int64_t> snapshots_;                  // offsets of .snapshot files, sorted
  std::vector<BatchSummary> appending_;             // of the set at hand; kept for its memory
  std::unique_ptr<Epochs> epochs_;                  // loaded at first use, like the next two
  std::unique_ptr<ProducerStates> producers_;
  std::unique_ptr<PositionCache> positions_;
  int64_t log_start_offset_ = 0;
  int64_t log_end_offset_ = 0;
  int64_t recovery_point_ = 0;
  int64_t last_flush_ms_ = 0;  // of those that say when (FlushJob)
  int64_t recovered_bytes_ = 0;
  int64_t cut_bytes_ = 0;
  uint32_t truncations_ = 0;
  int32_t leader_epoch_ = no_epoch;  // begun, but nothing appended in it yet
  bool broken_ = false;
  bool changed_ = false;  // since open: close has something to write
  bool directory_unsynced_ = false;
  bool parent_unsynced_ = false;
  bool epochs_unsynced_ = false;
  bool epochs_unwritten_ = false;  // the checkpoint is not what epochs_ holds: a write failed
};

}  // namespace kafka
