// PositionCache: where the last few appends begin in their segment file.
//
// A consumer at the tail asks for the offset that was the log end a moment ago, and a follower for
// a high watermark close to it: both are the beginning of a recent append. So the common fetch
// needs neither index nor header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace kafka {

class PositionCache {
 public:
  static constexpr size_t places = 8;

  // `offset` is the first of a batch that starts at `position` of the segment.
  void add(int64_t offset, int64_t segment_base, int64_t position) {
    entries_[next_++ % places] = {offset, segment_base, position};
  }
  std::optional<int64_t> find(int64_t offset, int64_t segment_base) const {
    for (const Entry& entry : entries_) {
      if (entry.offset == offset && entry.segment_base == segment_base) {
        return entry.position;
      }
    }
    return std::nullopt;
  }

 private:
  struct Entry {
    int64_t offset = -1;
    int64_t segment_base = -1;
    int64_t position = 0;
  };
  std::array<Entry, places> entries_;
  size_t next_ = 0;
};

}  // namespace kafka
