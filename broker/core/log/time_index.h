// The time index of a segment: how far up a timestamp can be ruled out.
//
//    00000000000000000042.timeindex
//    | int64 largest timestamp so far | int32 last offset of the batch that brought it - 42 |  12
//    bytes
//
// An entry says: no record up to that offset has a larger timestamp. One is written together with
// each entry of the offset index if the largest timestamp has grown, and a last one when the
// segment is closed, so that the last entry of a closed segment is the largest timestamp of all.
#pragma once

#include <cstdint>
#include <string>

#include "broker/core/log/big_endian.h"
#include "broker/core/log/index_file.h"

namespace kafka {

struct TimeIndexEntry {
  static constexpr size_t bytes = 12;
  int64_t timestamp = 0;
  int32_t relative_offset = 0;

  void encode(uint8_t* out) const {
    store_big_endian(out, timestamp);
    store_big_endian(out + 8, relative_offset);
  }
  static TimeIndexEntry decode(const uint8_t* in) {
    return {load_big_endian<int64_t>(in), load_big_endian<int32_t>(in + 8)};
  }
  bool is_padding() const { return timestamp <= 0 && relative_offset == 0; }
  bool is_before(const TimeIndexEntry& next) const {
    return timestamp < next.timestamp && relative_offset <= next.relative_offset;
  }
  friend bool operator==(const TimeIndexEntry&, const TimeIndexEntry&) = default;
};

class TimeIndex : public IndexFile<TimeIndexEntry> {
 public:
  TimeIndex(Files& files, std::string path, int64_t base_offset)
      : IndexFile(files, std::move(path)), base_offset_(base_offset) {}

  // Adds an entry if it tells more than the last one.
  Result<> add(int64_t timestamp, int64_t offset) {
    const auto newest = last();
    if (!newest) {
      return std::unexpected(newest.error());
    }
    if (timestamp >= 0 && (!newest->has_value() || (*newest)->timestamp < timestamp)) {
      append({timestamp, static_cast<int32_t>(offset - base_offset_)});
    }
    return {};
  }

  int64_t offset_of(const TimeIndexEntry& entry) const {
    return base_offset_ + entry.relative_offset;
  }

  // The last entry with a timestamp of at most `timestamp`, as an offset that no wanted record lies
  // behind; the base offset when there is none.
  Result<int64_t> offset_before(int64_t timestamp) {
    const auto after =
        partition_point([&](const TimeIndexEntry& entry) { return entry.timestamp <= timestamp; });
    if (!after) {
      return std::unexpected(after.error());
    }
    if (*after == 0) {
      return base_offset_;
    }
    const auto entry = at(*after - 1);
    return entry ? Result<int64_t>(offset_of(*entry)) : std::unexpected(entry.error());
  }

  // Drops the entries about offsets at or above `offset`.
  Result<> truncate_to_offset(int64_t offset) {
    const auto kept =
        partition_point([&](const TimeIndexEntry& entry) { return offset_of(entry) < offset; });
    return kept ? truncate(*kept) : Result<>(std::unexpected(kept.error()));
  }

 private:
  int64_t base_offset_;
};

}  // namespace kafka
