#include "broker/core/log/batch_cursor.h"

#include <algorithm>

#include "broker/core/check.h"

namespace kafka {

Result<std::optional<BatchAt>> BatchCursor::next() {
  if (position_ >= end_) {
    return std::nullopt;
  }
  const int64_t skip = position_ - buffered_from_;
  if (skip < 0 ||
      skip + static_cast<int64_t>(batch::header_bytes) > static_cast<int64_t>(buffered_)) {
    const auto wanted = std::min<size_t>(buffer_.size(), static_cast<size_t>(end_ - position_));
    const auto read = file_.read_at(position_, std::span(buffer_).first(wanted));
    if (!read) {
      return std::unexpected(read.error());
    }
    buffered_from_ = position_;
    buffered_ = *read;
  }
  const auto header = std::span<const uint8_t>(buffer_).first(buffered_).subspan(
      static_cast<size_t>(position_ - buffered_from_));
  const auto view = BatchView::of_header(header);
  if (!view) {
    return fail(view.error().code, fmt::format("{}: at position {}: {}", file_.path(), position_,
                                               view.error().message));
  }
  const BatchAt found{*view, position_};
  if (found.end() > end_) {
    return fail(ErrorCode::CorruptMessage,
                fmt::format("{}: the batch at position {} reaches beyond the end at {}",
                            file_.path(), position_, end_));
  }
  position_ = found.end();
  return found;
}

Result<std::span<const uint8_t>> BatchScanner::peek(size_t wanted) {
  auto skip = static_cast<size_t>(position_ - buffered_from_);
  wanted = std::min(wanted, static_cast<size_t>(end_ - position_));
  if (skip + wanted > buffered_) {
    const size_t size =
        std::min(std::max(wanted, chunk_bytes), static_cast<size_t>(end_ - position_));
    buffer_.resize(std::max(buffer_.size(), size));
    const auto read = file_.read_at(position_, std::span(buffer_).first(size));
    if (!read) {
      return std::unexpected(read.error());
    }
    buffered_from_ = position_;
    buffered_ = *read;
    skip = 0;
  }
  return std::span<const uint8_t>(buffer_).first(buffered_).subspan(skip);
}

Result<std::optional<BatchAt>> BatchScanner::next() {
  if (position_ >= end_) {
    return std::nullopt;
  }
  auto bytes = peek(batch::header_bytes);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  const auto size = first_batch_size(*bytes);
  if (!size || !size->has_value() || static_cast<int64_t>(**size) > end_ - position_) {
    return std::nullopt;
  }
  bytes = peek(**size);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  const auto view = BatchView::at_front_of(*bytes);
  if (!view || !view->crc_matches()) {
    return std::nullopt;
  }
  const BatchAt found{*view, position_};
  position_ = found.end();
  return found;
}

}  // namespace kafka
