// Log: reading ranges of segment files.
//
//   find the segment (bisect in memory) -> find the position (tail cache, or index and a walk over
//   a few headers) -> bound it by max_offset, max_bytes -> a FileSlice; no record is copied
#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/log/log.h"
#include "broker/core/log/position_cache.h"
#include "broker/core/log/segment.h"

namespace kafka {

// The last segment whose base offset is at most `offset`.
size_t Log::segment_of(int64_t offset) const {
  const auto above = std::ranges::upper_bound(
      segments_, offset, {}, [](const auto& segment) { return segment->base_offset(); });
  return above == segments_.begin() ? 0 : static_cast<size_t>(above - segments_.begin()) - 1;
}

// Where the first batch that ends at or above `offset` starts; nullopt: behind this segment.
Result<std::optional<int64_t>> Log::position_of(size_t segment, int64_t offset) {
  Segment& place = *segments_[segment];
  if (place.size() > 0 && offset <= place.base_offset()) {
    return 0;
  }
  if (positions_) {
    if (const auto known = positions_->find(offset, place.base_offset())) {
      return known;
    }
  }
  const auto found = place.find(offset);
  if (!found) {
    return std::unexpected(found.error());
  }
  return found->has_value() ? std::optional((*found)->position) : std::nullopt;
}

Result<LogRead> Log::read(int64_t offset, int32_t max_bytes, int64_t max_offset,
                          bool min_one_batch) {
  if (offset < log_start_offset_ || offset > log_end_offset_) {
    return fail(ErrorCode::OffsetOutOfRange,
                fmt::format("{} has offsets {} to {}, not {}", directory_, log_start_offset_,
                            log_end_offset_, offset));
  }
  max_offset = std::min(max_offset, log_end_offset_);
  if (offset >= max_offset) {
    return LogRead{};
  }
  // Compaction may leave a segment that ends below the next one's base: go on there.
  for (size_t i = segment_of(offset); i < segments_.size(); ++i) {
    const auto position = position_of(i, offset);
    if (!position) {
      return std::unexpected(position.error());
    }
    if (position->has_value()) {
      return read_segment(i, **position, max_bytes, max_offset, min_one_batch);
    }
  }
  return LogRead{};
}

Result<LogRead> Log::read_segment(size_t index, int64_t position, int32_t max_bytes,
                                  int64_t max_offset, bool min_one_batch) {
  Segment& segment = *segments_[index];
  const bool to_the_end = index + 1 < segments_.size()
                              ? max_offset >= segments_[index + 1]->base_offset()
                              : max_offset >= log_end_offset_;
  int64_t end = segment.size();
  if (!to_the_end) {
    const auto bound = position_of(index, max_offset);
    if (!bound) {
      return std::unexpected(bound.error());
    }
    end = bound->value_or(end);
  }
  int64_t length = std::min<int64_t>(end - position, std::max(max_bytes, 0));
  if (length < end - position) {
    const auto first = segment.batch_at(position);
    if (!first) {
      return std::unexpected(first.error());
    }
    CHECK(first->has_value(), "{}: no batch at {}", segment.path(".log"), position);
    if ((*first)->size > length) {
      if (!min_one_batch) {
        return LogRead{.records = {}, .first_batch_too_large = true};
      }
      length = std::min((*first)->size, end - position);
    }
  }
  if (length <= 0) {
    return LogRead{};
  }
  auto file = segment.file();
  if (!file) {
    return std::unexpected(file.error());
  }
  auto slice = (*file)->slice(position, static_cast<int32_t>(length));
  if (!slice) {
    return std::unexpected(slice.error());
  }
  return LogRead{.records = std::move(*slice)};
}

Result<Bytes> Log::read_bytes(int64_t offset, int32_t max_bytes, int64_t max_offset) {
  const auto found = read(offset, max_bytes, max_offset, true);
  if (!found) {
    return std::unexpected(found.error());
  }
  Bytes bytes(static_cast<size_t>(found->records.length));
  if (bytes.empty()) {
    return bytes;
  }
  const auto copied = files_.read_slice(found->records, bytes);
  if (!copied) {
    return std::unexpected(copied.error());
  }
  bytes.resize(*copied);
  const auto whole = for_each_batch(bytes, [](const BatchView&) {});
  if (!whole) {
    return std::unexpected(whole.error());
  }
  bytes.resize(*whole);
  return bytes;
}

}  // namespace kafka
