#include "protocol/wire.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kafka {

bool operator==(const Records& a, const Records& b) {
  return a.null == b.null && a.file == b.file && std::ranges::equal(a.bytes, b.bytes);
}

namespace {

// The length of the sequence that starts with this byte; 0 when no sequence can.
int sequence_length(uint8_t lead) {
  if (lead >= 0xc2 && lead <= 0xdf) {
    return 2;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return 3;
  }
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

// The second byte has a narrower range after some leads: no overlong forms, no surrogates,
// nothing beyond U+10FFFF.
bool valid_second(uint8_t lead, uint8_t second) {
  const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const uint8_t*>(text.data());
  const auto* end = at + text.size();
  while (at != end) {
    uint64_t eight = 0;
    if (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080ULL) == 0)) {
      at += 8;
      continue;
    }
    if (*at < 0x80) {
      ++at;
      continue;
    }
    const int n = sequence_length(*at);
    if (n == 0 || end - at < n || !valid_second(at[0], at[1])) {
      return false;
    }
    for (int i = 2; i < n; ++i) {
      if ((at[i] & 0xc0) != 0x80) {
        return false;
      }
    }
    at += n;
  }
  return true;
}

// Seven bits a byte, lowest first; the top bit says that more follow.
uint64_t Reader::long_uvarint(int bits) {
  uint64_t value = 0;
  for (int shift = 0; shift < bits; shift += 7) {
    if (at_ == end_) {
      fail("the bytes end inside of a varint");
      return 0;
    }
    const uint8_t byte = *at_++;
    const uint64_t seven = byte & 0x7f;
    if (bits - shift < 7 && seven >> (bits - shift) != 0) {
      break;
    }
    value |= seven << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  fail("a varint is too long");
  return 0;
}

Bytes Writer::take() {
  buffer_.resize(size_);
  size_ = 0;
  return std::exchange(buffer_, {});
}

void Writer::clear() {
  size_ = 0;
  spliced_ = 0;
  splices_.clear();
  error_ = nullptr;
}

void Writer::splice(FileSlice slice) {
  spliced_ += static_cast<size_t>(slice.length);
  splices_.push_back({size_, std::move(slice)});
}

void Writer::patch_int32(size_t offset, int32_t value) {
  const uint32_t bits = big_endian(static_cast<uint32_t>(value));
  std::memcpy(buffer_.data() + offset, &bits, sizeof bits);
}

void Writer::prefix_size(size_t start) {
  const size_t n = size_ - start;
  size_t width = 1;
  for (size_t rest = n >> 7; rest != 0; rest >>= 7) {
    ++width;
  }
  grow(width);
  std::memmove(buffer_.data() + start + width, buffer_.data() + start, n);
  size_ = start;
  uvarint(static_cast<uint32_t>(n));
  size_ += n;
}

void Writer::enlarge(size_t n) {
  constexpr size_t least = 256;
  buffer_.resize(std::max({least, buffer_.size() * 2, size_ + n}));
}

}  // namespace kafka
