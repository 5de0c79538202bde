// The side of a Segment that faces its indexes: loading, rebuilding, closing and cutting them.
#include "broker/core/check.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/segment.h"

namespace kafka {

namespace {
constexpr int32_t rebuild_interval_bytes = 4096;  // for an index that is made anew
}

// ---- Indexes and the tail, at first use ----

Result<> Segment::load_indexes() {
  Loaded& state = loaded();
  if (state.offsets.loaded()) {
    return {};
  }
  if (size_ == 0) {
    if (auto reset = state.times.reset(); !reset) {
      return reset;
    }
    return state.offsets.reset();
  }
  if (auto outcome = state.times.load(); !outcome) {
    return outcome;
  }
  if (auto outcome = state.offsets.load(); !outcome) {
    return outcome;
  }
  const auto fit = indexes_fit();
  if (!fit) {
    return std::unexpected(fit.error());
  }
  return *fit ? Result<>{} : rebuild_indexes(rebuild_interval_bytes);
}

Result<bool> Segment::indexes_fit() {
  Loaded& state = loaded();
  const auto offset = state.offsets.last();
  const auto time = state.times.last();
  if (!offset || !time) {
    return std::unexpected(offset ? time.error() : offset.error());
  }
  if (!offset->has_value()) {
    return size_ <= rebuild_interval_bytes;  // so small that no entry is due
  }
  return (*offset)->relative_offset >= 0 && (*offset)->position > 0 &&
         (*offset)->position < size_ && time->has_value() && (*time)->relative_offset >= 0;
}

Result<> Segment::rebuild_indexes(int32_t index_interval_bytes) {
  Loaded& state = loaded();
  if (auto reset = state.offsets.reset(); !reset) {
    return reset;
  }
  if (auto reset = state.times.reset(); !reset) {
    return reset;
  }
  state.largest = {};
  state.bytes_since_index_entry = 0;
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  BatchCursor cursor(**opened, 0, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      break;
    }
    if (auto indexed = index_batch(BatchSummary::of(**found), index_interval_bytes); !indexed) {
      return indexed;
    }
  }
  state.tail_known = true;
  return write_indexes();
}

// Where to start looking for an offset. The index is believed if the batch it points to is there:
// one that belongs to another life of the file is made anew.
Result<int64_t> Segment::position_before(int64_t offset) {
  if (auto indexes = load_indexes(); !indexes) {
    return std::unexpected(indexes.error());
  }
  const auto entry = loaded().offsets.entry_before(offset);
  if (!entry) {
    return std::unexpected(entry.error());
  }
  if (entry->position == 0) {
    return 0;
  }
  const auto batch = batch_at(entry->position);
  if (batch && batch->has_value() &&
      (*batch)->last_offset == base_offset_ + entry->relative_offset) {
    return entry->position;
  }
  if (!batch && batch.error().code == ErrorCode::KafkaStorageError) {
    return std::unexpected(batch.error());
  }
  if (auto rebuilt = rebuild_indexes(rebuild_interval_bytes); !rebuilt) {
    return std::unexpected(rebuilt.error());
  }
  return loaded().offsets.position_before(offset);
}

Result<> Segment::load_tail() {
  Loaded& state = loaded();
  if (auto indexes = load_indexes(); !indexes || state.tail_known) {
    return indexes;
  }
  const auto position = position_before(INT64_MAX);
  if (!position || state.tail_known) {
    return position ? Result<>{} : std::unexpected(position.error());
  }
  const auto time = state.times.last();
  auto opened = file();
  if (!time || !opened) {
    return std::unexpected(time ? opened.error() : time.error());
  }
  state.largest = {};
  if (time->has_value()) {
    state.largest = {(*time)->timestamp, state.times.offset_of(**time)};
  }
  state.bytes_since_index_entry = size_ - *position;
  BatchCursor cursor(**opened, *position, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      break;
    }
    const BatchView& batch = (*found)->batch;
    if (batch.max_timestamp() > state.largest.timestamp) {
      state.largest = {batch.max_timestamp(), batch.last_offset()};
    }
  }
  state.tail_known = true;
  return {};
}

// An entry of the offset index stands for the batch that brings the bytes since the last entry over
// the interval; the entry of the time index beside it tells the largest time up to that batch.
Result<> Segment::index_batch(const BatchSummary& batch, int32_t index_interval_bytes) {
  Loaded& state = loaded();
  if (batch.max_timestamp > state.largest.timestamp) {
    state.largest = {batch.max_timestamp, batch.last_offset};
  }
  if (state.bytes_since_index_entry > index_interval_bytes) {
    state.offsets.add(batch.last_offset, batch.position);
    if (auto added = state.times.add(state.largest.timestamp, state.largest.offset); !added) {
      return added;
    }
    state.bytes_since_index_entry = 0;
  }
  state.bytes_since_index_entry += batch.size;
  return {};
}

// ---- Cutting, closing ----

Result<> Segment::truncate(int64_t position, int64_t offset) {
  CHECK(position <= size_, "{} of {} in {}", position, size_, path(log_suffix));
  Loaded& state = loaded();
  if (auto indexes = load_indexes(); !indexes) {
    return indexes;
  }
  // Indexes first: an entry that points behind the end of the file must never be left.
  if (auto cut = state.offsets.truncate_to_position(position); !cut) {
    return cut;
  }
  if (auto cut = state.times.truncate_to_offset(offset); !cut) {
    return cut;
  }
  state.tail_known = false;
  state.first_timestamp.reset();
  return cut_file(position);
}

// Synced at once: otherwise a power loss could bring back batches of the history that was cut,
// behind those of the new one.
Result<> Segment::cut_file(int64_t position) {
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  if (auto cut = (*opened)->truncate(position); !cut) {
    return cut;
  }
  size_ = position;
  return (*opened)->sync();
}

Result<> Segment::write_indexes() {
  if (!loaded_) {
    return {};
  }
  auto written = loaded_->offsets.write_pending();
  return written ? loaded_->times.write_pending() : written;
}

Result<> Segment::finish_indexes() {
  if (size_ == 0) {
    return {};
  }
  if (auto tail = load_tail(); !tail) {
    return tail;
  }
  Loaded& state = loaded();
  if (auto added = state.times.add(state.largest.timestamp, state.largest.offset); !added) {
    return added;
  }
  if (auto written = write_indexes(); !written) {
    return written;
  }
  if (auto made = state.offsets.make_sure_it_exists(); !made) {
    return made;
  }
  return state.times.make_sure_it_exists();
}

Result<> Segment::prepare_syncs(bool with_indexes,
                                std::vector<std::unique_ptr<PendingSync>>& syncs) {
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  auto log_sync = (*opened)->prepare_sync();
  if (!log_sync) {
    return std::unexpected(log_sync.error());
  }
  syncs.push_back(std::move(*log_sync));
  if (!with_indexes) {
    return {};
  }
  if (auto indexes = load_indexes(); !indexes) {
    return indexes;
  }
  auto offsets_sync = loaded().offsets.prepare_sync();
  auto times_sync = loaded().times.prepare_sync();
  if (!offsets_sync || !times_sync) {
    return std::unexpected(offsets_sync ? times_sync.error() : offsets_sync.error());
  }
  if (*offsets_sync) {
    syncs.push_back(std::move(*offsets_sync));
  }
  if (*times_sync) {
    syncs.push_back(std::move(*times_sync));
  }
  return {};
}

Result<std::vector<std::string>> Segment::rename_to_deleted() {
  std::vector<std::string> paths;
  for (const std::string_view suffix :
       {log_suffix, index_suffix, time_index_suffix, transaction_index_suffix}) {
    const std::string from = path(suffix);
    const auto status = files_.status(from);
    if (!status) {
      return std::unexpected(status.error());
    }
    if (status->has_value()) {
      const std::string to = from + std::string(deleted_suffix);
      if (auto renamed = files_.rename(from, to); !renamed) {
        return std::unexpected(renamed.error());
      }
      paths.push_back(to);
    }
  }
  loaded_.reset();
  return paths;
}

}  // namespace kafka
