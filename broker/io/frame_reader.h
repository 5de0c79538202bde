// FrameReader: turns what a socket delivers into whole frames.
//
//   +----------------+---------------------------+
//   | int32 length n | n bytes: one request      |   repeated; bytes may come in any portions
//   +----------------+---------------------------+
//
// One buffer per connection, kept from frame to frame. It grows with the bytes that have arrived,
// at most twofold, and never for a length that is only announced. A length below 0 or over the
// limit ends the connection before anything is allocated for it.
//
// Invariant: [begin_, end_) of the buffer holds the bytes received and not yet given out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "broker/io/network.h"

namespace kafka {

class FrameReader {
 public:
  explicit FrameReader(int32_t max_frame_bytes, Network& network = posix_network())
      : network_(&network), max_frame_bytes_(max_frame_bytes) {}

  enum class Status {
    Full,    // as many bytes as were asked for: there may be more
    Some,    // fewer: the socket was empty
    Empty,   // nothing to read now
    Closed,  // the peer has closed its side
    Failed,  // errno says why
  };
  // One recv(). Frames given out before are gone.
  Status read(int fd);

  // The next whole frame without its length, valid until the next read(). Nothing when it has not
  // arrived whole, or when its length is refused.
  std::optional<std::span<uint8_t>> next();

  // The length that ended the stream, if one did.
  std::optional<int32_t> refused_length() const { return refused_length_; }

  // Whether a frame has begun and not ended.
  bool is_inside_frame() const { return begin_ != end_; }
  size_t capacity() const { return capacity_; }

  // Gives the buffer back if it is empty; the next read makes a small one.
  void release();

 private:
  struct Free {
    void operator()(uint8_t* bytes) const;
  };

  size_t frame_bytes() const;  // prefix and body of the frame at begin_, 0 while unknown
  void make_room();

  Network* network_;
  int32_t max_frame_bytes_;
  std::unique_ptr<uint8_t[], Free> buffer_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::optional<int32_t> refused_length_;
};

}  // namespace kafka
