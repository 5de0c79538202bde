// Segment: one .log file and its two indexes. Log strings segments together; what a Segment does
// not know is where the next one begins, epochs, and producers.
//
//    position 0                  4210                8455            size
//    .log     | batch 42..49 | ... | batch 97..99 | ... | batch ..  |
//    .index                        (99 -> 4210)          (...)        offset_index.h
//    .timeindex                    (largest time so far -> 99)        time_index.h
//
// Opening a Segment reads nothing. The indexes and the facts about the tail (largest timestamp,
// bytes since the last index entry) are read when they are first asked for; an index that is
// missing or does not fit the file is made anew from the batch headers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/log/batch_cursor.h"
#include "broker/core/log/offset_index.h"
#include "broker/core/log/time_index.h"
#include "broker/core/types.h"

namespace kafka {

struct LogConfig;

// What a segment has to know of a batch it stores.
struct BatchSummary {
  int64_t base_offset = 0;
  int64_t last_offset = 0;
  int64_t max_timestamp = no_timestamp;
  int32_t leader_epoch = no_epoch;
  int64_t position = 0;
  int64_t size = 0;

  int64_t end() const { return position + size; }
  static BatchSummary of(const BatchAt& found);
};

class Segment {
 public:
  // `directory` must outlive the segment.
  Segment(Files& files, const std::string& directory, int64_t base_offset, int64_t size,
          int64_t created_ms);
  ~Segment();

  int64_t base_offset() const { return base_offset_; }
  int64_t size() const { return size_; }
  int64_t created_ms() const { return created_ms_; }
  std::string path(std::string_view suffix) const;

  Result<> create();  // an empty .log file
  Result<File*> file();

  // Writes batches at the end, with one call; on failure the file is cut back, and `broken` set if
  // that fails too. Positions of the summaries count from the front of `bytes`.
  Result<> append(std::span<const uint8_t> bytes, std::span<const BatchSummary> batches,
                  int32_t index_interval_bytes, bool& broken);

  // The first batch whose last offset is at least `offset`; nullopt when all are below.
  Result<std::optional<BatchSummary>> find(int64_t offset);
  Result<std::optional<BatchSummary>> first_batch();
  Result<std::optional<BatchSummary>> batch_at(int64_t position);
  // Visits the batches from the one that holds `offset` on: the header alone of data batches, all
  // of a control batch.
  Result<> walk(int64_t offset, const std::function<void(const BatchView&)>& visit);
  // One past the last batch; the base offset when there is none.
  Result<int64_t> next_offset();

  // The first record at or above `min_offset` whose timestamp is at least `timestamp`.
  Result<std::optional<TimestampAndOffset>> find_timestamp(int64_t timestamp, int64_t min_offset);
  // The largest timestamp of any batch, and the last offset of the first batch that has it.
  struct LargestTimestamp {
    int64_t timestamp = no_timestamp;
    int64_t offset = no_offset;
  };
  Result<LargestTimestamp> largest_timestamp();
  Result<int64_t> first_timestamp();  // segment.ms counts from it; -1: none

  Result<bool> indexes_full(int64_t index_bytes_max);

  // Cuts the file at a batch boundary and the indexes with it.
  Result<> truncate(int64_t position, int64_t offset);

  // After an unclean stop: checks every batch from the newest index entry at or below `trusted` on
  // (batches below that offset are known to be on disk), cuts what is not a whole, valid, later
  // batch, and indexes the rest. visit(header) is called for each batch that was checked.
  struct Recovery {
    int64_t next_offset = 0;
    int64_t scanned_bytes = 0;
    int64_t cut_bytes = 0;
  };
  Result<Recovery> recover(int64_t trusted, int32_t index_interval_bytes,
                           const std::function<void(const BatchView&)>& visit);

  Result<> write_indexes();   // what is pending
  Result<> finish_indexes();  // and the last time entry: the segment is closed
  Result<> prepare_syncs(bool with_indexes, std::vector<std::unique_ptr<PendingSync>>& syncs);
  // Gives all files their .deleted name; returns the new paths.
  Result<std::vector<std::string>> rename_to_deleted();
  void forget_files() { loaded_.reset(); }  // the directory has a new name

 private:
  struct Loaded {  // files, indexes and the facts about the tail
    Loaded(OffsetIndex offset_index, TimeIndex time_index)
        : offsets(std::move(offset_index)), times(std::move(time_index)) {}
    std::shared_ptr<File> file;
    OffsetIndex offsets;
    TimeIndex times;
    bool tail_known = false;
    LargestTimestamp largest;
    int64_t bytes_since_index_entry = 0;
    std::optional<int64_t> first_timestamp;
  };
  Loaded& loaded();
  Result<> load_indexes();
  Result<> rebuild_indexes(int32_t index_interval_bytes);
  Result<> load_tail();
  Result<int64_t> position_before(int64_t offset);
  Result<> index_batch(const BatchSummary& batch, int32_t index_interval_bytes);
  Result<Bytes> read_batch(int64_t position, int64_t size);
  Result<std::optional<TimestampAndOffset>> find_in_batch(const BatchSummary& found,
                                                          int64_t timestamp, int64_t min_offset);
  Result<bool> indexes_fit();
  // The position of a batch that `trusted` vouches for; 0 when no index entry can be believed.
  Result<int64_t> trusted_position(int64_t trusted);
  Result<> keep_indexes_below(int64_t position);
  Result<> cut_file(int64_t position);

  Files& files_;
  const std::string& directory_;
  int64_t base_offset_;
  int64_t size_;
  int64_t created_ms_;
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace kafka
