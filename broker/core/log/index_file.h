// IndexFile: a file of fixed-size entries in growing order, the common part of the offset index
// (offset_index.h) and the time index (time_index.h).
//
//   | entry 0 | entry 1 | ... | entry n-1 | zeros, if Apache Kafka preallocated the file |
//
// Entries are written in blocks: the newest ones stand in memory first (`pending`) and reach the
// file 64 at a time, at a roll, at a checkpoint and at close. What a kill -9 takes from memory,
// recovery rebuilds from the batches. Nothing of the file is kept in memory: a lookup reads one
// block near the last lookup, or bisects the file.
//
// Entry is a struct with `bytes` (its size on disk), encode, decode, is_padding (zeros that no
// entry can be) and is_before. Invariant: each entry is_before the next one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/check.h"
#include "broker/core/env.h"

namespace kafka {

template <class Entry>
class IndexFile {
 public:
  static constexpr size_t pending_max = 64;
  static constexpr size_t block_entries = 64;

  IndexFile(Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool loaded() const { return loaded_; }

  // Learns how many entries the file has: its size, less a preallocated tail. A missing file has
  // none.
  Result<> load();
  // Forgets all entries: the file is about to be written anew.
  Result<> reset();

  int64_t count() const { return stored_ + static_cast<int64_t>(pending_.size()); }
  bool empty() const { return count() == 0; }

  Result<Entry> at(int64_t slot);
  Result<std::optional<Entry>> last();
  void append(const Entry& entry) {
    pending_.push_back(entry);
    last_ = entry;
  }
  bool wants_to_be_written() const { return pending_.size() >= pending_max; }

  // The number of entries for which `before(entry)` holds; they have to come first.
  template <class Before>
  Result<int64_t> partition_point(Before before);

  Result<> truncate(int64_t entries);
  Result<> write_pending();
  // Creates the file even if it has no entry.
  Result<> make_sure_it_exists();
  // An fsync of what write_pending wrote; nullptr when there is no file.
  Result<std::unique_ptr<PendingSync>> prepare_sync();
  // The whole file, for checks: true when all keys grow.
  Result<bool> is_sorted();

 private:
  Result<std::vector<Entry>> read_block(int64_t slot, size_t entries);
  Result<File*> file(OpenMode mode = OpenMode::Existing);

  Files& files_;
  std::string path_;
  std::shared_ptr<File> file_;
  int64_t stored_ = 0;          // entries in the file
  int64_t hint_ = 0;            // where the last lookup ended
  std::vector<Entry> pending_;  // entries behind them, not yet in the file
  std::optional<Entry> last_;   // of all entries, once it was read or appended
  bool loaded_ = false;
  bool exists_ = false;
};

template <class Entry>
Result<File*> IndexFile<Entry>::file(OpenMode mode) {
  if (!file_ || (mode != OpenMode::Existing && !exists_)) {
    auto opened = files_.open(path_, mode);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    file_ = std::move(*opened);
    exists_ = exists_ || mode != OpenMode::Existing;
  }
  return file_.get();
}

template <class Entry>
Result<> IndexFile<Entry>::load() {
  const auto status = files_.status(path_);
  if (!status) {
    return std::unexpected(status.error());
  }
  last_.reset();
  exists_ = status->has_value();
  stored_ = exists_ ? (*status)->size / static_cast<int64_t>(Entry::bytes) : 0;
  loaded_ = true;
  if (stored_ == 0) {
    return {};
  }
  const auto newest = at(stored_ - 1);
  if (!newest) {
    return std::unexpected(newest.error());
  }
  if (newest->is_padding() || (*status)->size % static_cast<int64_t>(Entry::bytes) != 0) {
    const auto used = partition_point([](const Entry& entry) { return !entry.is_padding(); });
    if (!used) {
      return std::unexpected(used.error());
    }
    stored_ = *used;
    auto opened = file();
    if (!opened) {
      return std::unexpected(opened.error());
    }
    return (*opened)->truncate(stored_ * static_cast<int64_t>(Entry::bytes));
  }
  return {};
}

template <class Entry>
Result<> IndexFile<Entry>::reset() {
  const auto status = files_.status(path_);
  if (!status) {
    return std::unexpected(status.error());
  }
  exists_ = status->has_value();
  stored_ = 0;
  hint_ = 0;
  pending_.clear();
  last_.reset();
  loaded_ = true;
  if (!exists_ || (*status)->size == 0) {
    return {};
  }
  auto opened = file();
  return opened ? (*opened)->truncate(0) : Result<>(std::unexpected(opened.error()));
}

template <class Entry>
Result<std::vector<Entry>> IndexFile<Entry>::read_block(int64_t slot, size_t entries) {
  CHECK(entries <= block_entries && slot >= 0, "slot {}, {} entries", slot, entries);
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  std::array<uint8_t, block_entries * Entry::bytes> buffer;
  const auto want = std::span(buffer).first(entries * Entry::bytes);
  const auto read = (*opened)->read_at(slot * static_cast<int64_t>(Entry::bytes), want);
  if (!read) {
    return std::unexpected(read.error());
  }
  if (*read != want.size()) {
    return fail(ErrorCode::KafkaStorageError,
                fmt::format("{} ends before its entry {}", path_, slot));
  }
  std::vector<Entry> block(entries);
  for (size_t i = 0; i < entries; ++i) {
    block[i] = Entry::decode(buffer.data() + i * Entry::bytes);
  }
  return block;
}

template <class Entry>
Result<Entry> IndexFile<Entry>::at(int64_t slot) {
  CHECK(slot >= 0 && slot < count(), "slot {} of {} in {}", slot, count(), path_);
  if (slot >= stored_) {
    return pending_[static_cast<size_t>(slot - stored_)];
  }
  auto block = read_block(slot, 1);
  return block ? Result<Entry>(block->front()) : std::unexpected(block.error());
}

template <class Entry>
Result<std::optional<Entry>> IndexFile<Entry>::last() {
  if (empty()) {
    return std::nullopt;
  }
  if (!last_) {
    const auto entry = at(count() - 1);
    if (!entry) {
      return std::unexpected(entry.error());
    }
    last_ = *entry;
  }
  return last_;
}

template <class Entry>
template <class Before>
Result<int64_t> IndexFile<Entry>::partition_point(Before before) {
  if (!pending_.empty() && before(pending_.front())) {
    const auto it = std::partition_point(pending_.begin(), pending_.end(), before);
    return stored_ + (it - pending_.begin());
  }
  constexpr auto block_max = static_cast<int64_t>(block_entries);
  int64_t low = 0;         // all entries below are before
  int64_t high = stored_;  // this one and all above are not
  bool try_hint = true;    // sequential readers come back close behind their last lookup
  while (low < high) {
    int64_t slot = low + (high - low) / 2;
    int64_t entries = 1;
    if (high - low <= block_max) {
      slot = low;
      entries = high - low;
    } else if (std::exchange(try_hint, false)) {
      slot = std::min(hint_, high - 1);
      entries = std::min(block_max, high - slot);
    }
    const auto block = read_block(slot, static_cast<size_t>(entries));
    if (!block) {
      return std::unexpected(block.error());
    }
    const auto it = std::partition_point(block->begin(), block->end(), before);
    if (it == block->begin()) {
      high = slot;
    } else if (it == block->end()) {
      low = slot + entries;
    } else {
      low = high = slot + (it - block->begin());
    }
  }
  hint_ = std::max<int64_t>(0, low - 1);
  return low;
}

template <class Entry>
Result<> IndexFile<Entry>::truncate(int64_t entries) {
  CHECK(entries >= 0, "{} entries", entries);
  if (entries >= count()) {
    return {};
  }
  last_.reset();
  if (entries >= stored_) {
    pending_.resize(static_cast<size_t>(entries - stored_));
    return {};
  }
  pending_.clear();
  stored_ = entries;
  hint_ = 0;
  auto opened = file();
  return opened ? (*opened)->truncate(entries * static_cast<int64_t>(Entry::bytes))
                : Result<>(std::unexpected(opened.error()));
}

template <class Entry>
Result<> IndexFile<Entry>::write_pending() {
  if (pending_.empty()) {
    return {};
  }
  auto opened = file(exists_ ? OpenMode::Existing : OpenMode::CreateIfMissing);
  if (!opened) {
    return std::unexpected(opened.error());
  }
  std::vector<uint8_t> bytes(pending_.size() * Entry::bytes);
  for (size_t i = 0; i < pending_.size(); ++i) {
    pending_[i].encode(bytes.data() + i * Entry::bytes);
  }
  auto written = (*opened)->write_at(stored_ * static_cast<int64_t>(Entry::bytes), bytes);
  if (written) {
    stored_ += static_cast<int64_t>(pending_.size());
    pending_.clear();
  }
  return written;
}

template <class Entry>
Result<> IndexFile<Entry>::make_sure_it_exists() {
  if (exists_) {
    return {};
  }
  auto opened = file(OpenMode::CreateIfMissing);
  return opened ? Result<>{} : std::unexpected(opened.error());
}

template <class Entry>
Result<std::unique_ptr<PendingSync>> IndexFile<Entry>::prepare_sync() {
  if (!exists_) {
    return nullptr;
  }
  auto opened = file();
  if (!opened) {
    return std::unexpected(opened.error());
  }
  return (*opened)->prepare_sync();
}

template <class Entry>
Result<bool> IndexFile<Entry>::is_sorted() {
  std::optional<Entry> before;
  for (int64_t slot = 0; slot < stored_;) {
    const auto entries =
        static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(block_entries), stored_ - slot));
    const auto block = read_block(slot, entries);
    if (!block) {
      return std::unexpected(block.error());
    }
    for (const Entry& entry : *block) {
      if (entry.is_padding() || (before && !before->is_before(entry))) {
        return false;
      }
      before = entry;
    }
    slot += static_cast<int64_t>(entries);
  }
  return true;
}

}  // namespace kafka
