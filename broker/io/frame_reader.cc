#include "broker/io/frame_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "broker/core/check.h"

namespace kafka {

namespace {

constexpr size_t prefix_bytes = 4;
constexpr size_t first_capacity = 8 * 1024;
// From here on a read stops at the end of the frame, so that the next one starts at the front of
// the buffer and is never moved.
constexpr size_t large_remainder = 16 * 1024;

int32_t read_length(const uint8_t* at) {
  return static_cast<int32_t>(uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 |
                              uint32_t{at[2]} << 8 | uint32_t{at[3]});
}

}  // namespace

void FrameReader::Free::operator()(uint8_t* bytes) const {
  std::free(bytes);
}

size_t FrameReader::frame_bytes() const {
  if (end_ - begin_ < prefix_bytes) {
    return 0;
  }
  return prefix_bytes + static_cast<size_t>(read_length(buffer_.get() + begin_));
}

FrameReader::Status FrameReader::read(int fd) {
  CHECK(!refused_length_, "read after a refused length");
  make_room();
  size_t wanted = capacity_ - end_;
  if (const size_t frame = frame_bytes(); frame != 0) {
    const size_t remainder = frame - (end_ - begin_);
    if (remainder >= large_remainder) {
      wanted = std::min(wanted, remainder);
    }
  }
  const ssize_t n = network_->receive(fd, {buffer_.get() + end_, wanted});
  if (n > 0) {
    end_ += static_cast<size_t>(n);
    return static_cast<size_t>(n) == wanted ? Status::Full : Status::Some;
  }
  if (n == 0) {
    return Status::Closed;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Status::Empty : Status::Failed;
}

std::optional<std::span<uint8_t>> FrameReader::next() {
  if (refused_length_ || end_ - begin_ < prefix_bytes) {
    return std::nullopt;
  }
  const int32_t length = read_length(buffer_.get() + begin_);
  if (length < 0 || length > max_frame_bytes_) {
    refused_length_ = length;
    return std::nullopt;
  }
  const auto body = static_cast<size_t>(length);
  if (end_ - begin_ < prefix_bytes + body) {
    return std::nullopt;
  }
  std::span<uint8_t> frame(buffer_.get() + begin_ + prefix_bytes, body);
  begin_ += prefix_bytes + body;
  return frame;
}

// Afterwards there is room for at least one byte after end_.
void FrameReader::make_room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  }
  const size_t need = std::max(frame_bytes(), prefix_bytes);
  if (begin_ > 0 && begin_ + need > capacity_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ < capacity_) {
    return;
  }
  // Full, so capacity_ bytes of this frame are here: the new buffer is at most twice as large.
  const size_t larger =
      std::max(first_capacity, std::min(need, capacity_ * 2));
  auto* grown = static_cast<uint8_t*>(std::realloc(buffer_.get(), larger));
  if (grown == nullptr) {
    throw std::bad_alloc();
  }
  (void)buffer_.release();
  buffer_.reset(grown);
  capacity_ = larger;
}

void FrameReader::release() {
  if (begin_ == end_) {
    buffer_.reset();
    capacity_ = begin_ = end_ = 0;
  }
}

}  // namespace kafka
