// Walking the batches of a segment file.
//
// BatchCursor reads headers only, a few kilobytes at a time: enough to find positions, offsets,
// epochs and sequences in a log that is trusted. BatchScanner reads every byte and checks it: for
// recovery, where the file may end anywhere and hold anything.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "broker/core/env.h"
#include "protocol/record_batch.h"

namespace kafka {

struct BatchAt {
  BatchView batch;       // valid until the next call
  int64_t position = 0;  // of its first byte in the file
  int64_t end() const { return position + static_cast<int64_t>(batch.size()); }
};

class BatchCursor {
 public:
  BatchCursor(File& file, int64_t position, int64_t end)
      : file_(file), position_(position), end_(end) {}

  // The next header; nullopt at the end. CORRUPT_MESSAGE when what stands there is not a batch, or
  // one that reaches beyond the end.
  Result<std::optional<BatchAt>> next();

 private:
  File& file_;
  int64_t position_;
  int64_t end_;
  int64_t buffered_from_ = 0;
  size_t buffered_ = 0;
  std::array<uint8_t, 4096> buffer_;
};

class BatchScanner {
 public:
  BatchScanner(File& file, int64_t position, int64_t end)
      : file_(file), position_(position), end_(end) {}

  // The next whole batch whose checksum holds; nullopt at the end and where anything is wrong.
  Result<std::optional<BatchAt>> next();

  // Everything before this is good.
  int64_t position() const { return position_; }

 private:
  static constexpr size_t chunk_bytes = 1 << 20;
  // The bytes from position_ on, at least `wanted` of them unless the file ends.
  Result<std::span<const uint8_t>> peek(size_t wanted);

  File& file_;
  int64_t position_;
  int64_t end_;
  int64_t buffered_from_ = 0;
  size_t buffered_ = 0;
  Bytes buffer_;
};

}  // namespace kafka
