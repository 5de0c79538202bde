// The offset index of a segment: where in the .log file to start looking for an offset.
//
//    00000000000000000042.index
//    | int32 last offset of a batch - 42 | int32 position of that batch in the .log file |  8 bytes
//
// It is sparse: a batch gets an entry when more than index.interval.bytes (4096) were appended
// since the last one, so there is never an entry for position 0. A lookup finds the last entry at
// or below the wanted offset; the rest of the way is a walk over at most a few batch headers.
#pragma once

#include <cstdint>
#include <string>

#include "broker/core/log/big_endian.h"
#include "broker/core/log/index_file.h"

namespace kafka {

struct OffsetIndexEntry {
  static constexpr size_t bytes = 8;
  int32_t relative_offset = 0;
  int32_t position = 0;

  void encode(uint8_t* out) const {
    store_big_endian(out, relative_offset);
    store_big_endian(out + 4, position);
  }
  static OffsetIndexEntry decode(const uint8_t* in) {
    return {load_big_endian<int32_t>(in), load_big_endian<int32_t>(in + 4)};
  }
  bool is_padding() const { return position == 0; }
  bool is_before(const OffsetIndexEntry& next) const {
    return relative_offset < next.relative_offset && position < next.position;
  }
  friend bool operator==(const OffsetIndexEntry&, const OffsetIndexEntry&) = default;
};

class OffsetIndex : public IndexFile<OffsetIndexEntry> {
 public:
  OffsetIndex(Files& files, std::string path, int64_t base_offset)
      : IndexFile(files, std::move(path)), base_offset_(base_offset) {}

  void add(int64_t last_offset, int64_t position) {
    append({static_cast<int32_t>(last_offset - base_offset_), static_cast<int32_t>(position)});
  }

  // The position of the last batch with an entry whose last offset is at most `offset`; 0 when
  // there is none.
  Result<int64_t> position_before(int64_t offset) {
    auto entry = entry_before(offset);
    return entry ? Result<int64_t>(entry->position) : std::unexpected(entry.error());
  }
  Result<OffsetIndexEntry> entry_before(int64_t offset) {
    const auto after = partition_point([&](const OffsetIndexEntry& entry) {
      return base_offset_ + entry.relative_offset <= offset;
    });
    if (!after) {
      return std::unexpected(after.error());
    }
    return *after == 0 ? Result<OffsetIndexEntry>(OffsetIndexEntry{}) : at(*after - 1);
  }

  // Drops the entries of batches that start at or behind `position`.
  Result<> truncate_to_position(int64_t position) {
    const auto kept =
        partition_point([&](const OffsetIndexEntry& entry) { return entry.position < position; });
    return kept ? truncate(*kept) : Result<>(std::unexpected(kept.error()));
  }

 private:
  int64_t base_offset_;
};

}  // namespace kafka
