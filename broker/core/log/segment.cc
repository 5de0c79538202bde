#include "broker/core/log/segment.h"

#include <algorithm>
#include <array>

#include "broker/core/check.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/log_config.h"

namespace kafka {

BatchSummary BatchSummary::of(const BatchAt& found) {
  return {.base_offset = found.batch.base_offset(),
          .last_offset = found.batch.last_offset(),
          .max_timestamp = found.batch.max_timestamp(),
          .leader_epoch = found.batch.partition_leader_epoch(),
          .position = found.position,
          .size = static_cast<int64_t>(found.batch.size())};
}

Segment::Segment(Files& files, const std::string& directory, int64_t base_offset, int64_t size,
                 int64_t created_ms)
    : files_(files),
      directory_(directory),
      base_offset_(base_offset),
      size_(size),
      created_ms_(created_ms) {}

Segment::~Segment() = default;

std::string Segment::path(std::string_view suffix) const {
  return directory_ + "/" + segment_file_name(base_offset_, suffix);
}

Segment::Loaded& Segment::loaded() {
  if (!loaded_) {
    loaded_ = std::make_unique<Loaded>(OffsetIndex(files_, path(index_suffix), base_offset_),
                                       TimeIndex(files_, path(time_index_suffix), base_offset_));
  }
  return *loaded_;
}

Result<> Segment::create() {
  auto file = files_.open(path(log_suffix), OpenMode::CreateIfMissing);
  if (!file) {
    return std::unexpected(file.error());
  }
  loaded().file = std::move(*file);
  return {};
}

Result<File*> Segment::file() {
  Loaded& state = loaded();
  if (!state.file) {
    auto opened = files_.open(path(log_suffix), OpenMode::Existing);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    state.file = std::move(*opened);
  }
  return state.file.get();
}

// ---- Appending ----

Result<> Segment::append(std::span<const uint8_t> bytes, std::span<const BatchSummary> batches,
                         int32_t index_interval_bytes, bool& broken) {
  Loaded& state = loaded();
  // Whatever can fail comes before the write, or can be taken back.
  if (auto tail = load_tail(); !tail) {
    return tail;
  }
  if (state.offsets.wants_to_be_written()) {
    if (auto written = write_indexes(); !written) {
      return written;
    }
  }
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  if (auto written = (*opened)->write_at(size_, bytes); !written) {
    broken = !(*opened)->truncate(size_).has_value();
    return written;
  }
  const int64_t start = size_;
  size_ += static_cast<int64_t>(bytes.size());
  if (start == 0) {
    state.first_timestamp = batches.front().max_timestamp;
  }
  for (BatchSummary batch : batches) {
    batch.position += start;
    if (auto indexed = index_batch(batch, index_interval_bytes); !indexed) {
      broken = true;  // the batches are written, but what is known of them is not whole
      return indexed;
    }
  }
  return {};
}

// ---- Finding ----

Result<std::optional<BatchSummary>> Segment::find(int64_t offset) {
  const auto position = position_before(offset);
  auto opened = file();
  if (!position || !opened) {
    return std::unexpected(position ? opened.error() : position.error());
  }
  BatchCursor cursor(**opened, *position, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      return std::nullopt;
    }
    if ((*found)->batch.last_offset() >= offset) {
      return BatchSummary::of(**found);
    }
  }
}

Result<std::optional<BatchSummary>> Segment::batch_at(int64_t position) {
  if (position >= size_) {
    return std::nullopt;
  }
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  std::array<uint8_t, batch::header_bytes> header;
  const auto read = (*opened)->read_at(position, header);
  if (!read) {
    return std::unexpected(read.error());
  }
  const auto view = BatchView::of_header(std::span<const uint8_t>(header).first(*read));
  if (!view) {
    return std::unexpected(view.error());
  }
  return BatchSummary::of({*view, position});
}

Result<std::optional<BatchSummary>> Segment::first_batch() {
  return batch_at(0);
}

Result<Bytes> Segment::read_batch(int64_t position, int64_t size) {
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  Bytes bytes(static_cast<size_t>(size));
  const auto read = (*opened)->read_at(position, bytes);
  if (!read) {
    return std::unexpected(read.error());
  }
  bytes.resize(*read);
  return bytes;
}

Result<> Segment::walk(int64_t offset, const std::function<void(const BatchView&)>& visit) {
  const auto first = find(offset);
  auto opened = file();
  if (!first || !opened) {
    return std::unexpected(first ? opened.error() : first.error());
  }
  if (!first->has_value()) {
    return {};
  }
  BatchCursor cursor(**opened, (*first)->position, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      return {};
    }
    if (!(*found)->batch.is_control()) {
      visit((*found)->batch);
      continue;
    }
    const auto bytes = read_batch((*found)->position, static_cast<int64_t>((*found)->batch.size()));
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    const auto whole = BatchView::at_front_of(*bytes);
    if (!whole) {
      return std::unexpected(whole.error());
    }
    visit(*whole);
  }
}

Result<int64_t> Segment::next_offset() {
  if (size_ == 0) {
    return base_offset_;
  }
  const auto position = position_before(INT64_MAX);
  auto opened = file();
  if (!position || !opened) {
    return std::unexpected(position ? opened.error() : position.error());
  }
  int64_t next = base_offset_;
  BatchCursor cursor(**opened, *position, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      return next;
    }
    next = (*found)->batch.next_offset();
  }
}

Result<std::optional<TimestampAndOffset>> Segment::find_timestamp(int64_t timestamp,
                                                                  int64_t min_offset) {
  const auto largest = largest_timestamp();
  if (!largest) {
    return std::unexpected(largest.error());
  }
  if (largest->timestamp < timestamp) {
    return std::nullopt;
  }
  const auto start = loaded().times.offset_before(timestamp);
  if (!start) {
    return std::unexpected(start.error());
  }
  const auto position = position_before(std::max(*start, min_offset));
  auto opened = file();
  if (!position || !opened) {
    return std::unexpected(position ? opened.error() : position.error());
  }
  BatchCursor cursor(**opened, *position, size_);
  while (true) {
    const auto found = cursor.next();
    if (!found) {
      return std::unexpected(found.error());
    }
    if (!found->has_value()) {
      return std::nullopt;
    }
    if ((*found)->batch.max_timestamp() < timestamp || (*found)->batch.last_offset() < min_offset) {
      continue;
    }
    const auto record = find_in_batch(BatchSummary::of(**found), timestamp, min_offset);
    if (!record || record->has_value()) {
      return record;
    }
  }
}

Result<std::optional<TimestampAndOffset>> Segment::find_in_batch(const BatchSummary& found,
                                                                 int64_t timestamp,
                                                                 int64_t min_offset) {
  const auto bytes = read_batch(found.position, found.size);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  const auto batch = BatchView::at_front_of(*bytes);
  if (!batch) {
    return std::unexpected(batch.error());
  }
  RecordReader reader;
  if (auto open = reader.open(*batch); !open) {
    return std::unexpected(open.error());
  }
  RecordView record;
  while (true) {
    const auto more = reader.next(record);
    if (!more) {
      return std::unexpected(more.error());
    }
    if (!*more) {
      return std::nullopt;
    }
    if (record.timestamp >= timestamp && record.offset >= min_offset) {
      return TimestampAndOffset{record.timestamp, record.offset, found.leader_epoch};
    }
  }
}

Result<Segment::LargestTimestamp> Segment::largest_timestamp() {
  if (size_ == 0) {
    return LargestTimestamp{};
  }
  if (auto tail = load_tail(); !tail) {
    return std::unexpected(tail.error());
  }
  return loaded().largest;
}

Result<int64_t> Segment::first_timestamp() {
  Loaded& state = loaded();
  if (!state.first_timestamp) {
    const auto first = first_batch();
    if (!first) {
      return std::unexpected(first.error());
    }
    if (!first->has_value()) {
      return no_timestamp;
    }
    state.first_timestamp = (*first)->max_timestamp;
  }
  return *state.first_timestamp;
}

Result<bool> Segment::indexes_full(int64_t index_bytes_max) {
  if (auto indexes = load_indexes(); !indexes) {
    return std::unexpected(indexes.error());
  }
  const auto full = [&](int64_t entries, size_t bytes) {
    return entries >= index_bytes_max / static_cast<int64_t>(bytes);
  };
  // The time index keeps one place for the entry that closes it.
  return full(loaded().offsets.count(), OffsetIndexEntry::bytes) ||
         full(loaded().times.count() + 1, TimeIndexEntry::bytes);
}

}  // namespace kafka
