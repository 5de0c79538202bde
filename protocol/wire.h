// The alphabet of the wire: integers, varints, strings, arrays' counts, records.
//
// Reader takes values from a span that it does not own. It is used on bytes from outside, so it
// never reads past the end and never allocates more than a budget derived from the size of the
// input. The first thing that is wrong is remembered (`error()`), every later read returns zero
// or null, and the caller looks once at the end.
//
// Writer appends to one growing buffer. Ranges of files can be spliced in between: they stay
// outside of the buffer and are sent by the kernel (sendfile), so that a Fetch answer is a small
// header and a list of file ranges.
//
// Everything is big endian. Layouts are drawn in protocol/README.md.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocol/uuid.h"

namespace kafka {

using Bytes = std::vector<uint8_t>;

// A range of an open file. The owner keeps the descriptor open until the last copy is gone.
struct FileSlice {
  std::shared_ptr<const void> owner;
  int fd = -1;
  int64_t position = 0;
  int32_t length = 0;

  friend bool operator==(const FileSlice&, const FileSlice&) = default;
};

// Record batches as a field of a message: bytes nobody looks into here.
// Read: `bytes` points into the frame. To write: `bytes` (kept alive by `owner`, if it is set) or,
// when `file.length` is not 0, that range of a file.
struct Records {
  std::span<const uint8_t> bytes;
  std::shared_ptr<const void> owner;
  FileSlice file;
  bool null = false;

  static Records none() { return {.bytes = {}, .owner = {}, .file = {}, .null = true}; }
  static Records of(std::span<const uint8_t> bytes) { return {bytes, {}, {}, false}; }
  static Records of(Bytes bytes) {
    auto held = std::make_shared<const Bytes>(std::move(bytes));
    return {*held, held, {}, false};
  }
  static Records of(FileSlice file) { return {{}, {}, std::move(file), false}; }

  [[nodiscard]] size_t size() const {
    return file.length != 0 ? static_cast<size_t>(file.length) : bytes.size();
  }
  [[nodiscard]] bool empty() const { return size() == 0; }
  friend bool operator==(const Records& a, const Records& b);
};

[[nodiscard]] bool is_utf8(std::string_view text);

inline constexpr int32_t string_bytes_max = INT16_MAX;

template <class T>
concept WireNumber = std::is_arithmetic_v<T>;

// The unsigned integer that has the same size as T.
template <class T>
using BitsOf =
    std::conditional_t<sizeof(T) == 1, uint8_t,
                       std::conditional_t<sizeof(T) == 2, uint16_t,
                                          std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>>;

template <class U>
constexpr U big_endian(U value) {
  if constexpr (sizeof(U) == 1) {
    return value;
  } else if constexpr (sizeof(U) == 2) {
    return __builtin_bswap16(value);
  } else if constexpr (sizeof(U) == 4) {
    return __builtin_bswap32(value);
  } else {
    return __builtin_bswap64(value);
  }
}

class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes)
      : begin_(bytes.data()),
        at_(bytes.data()),
        end_(bytes.data() + bytes.size()),
        budget_(bytes.size() * budget_factor + budget_floor) {}

  [[nodiscard]] bool ok() const { return error_ == nullptr; }
  [[nodiscard]] const char* error() const { return error_; }  // nullptr while all is well
  [[nodiscard]] size_t error_position() const { return error_position_; }
  [[nodiscard]] size_t position() const { return static_cast<size_t>(at_ - begin_); }
  [[nodiscard]] size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  [[nodiscard]] std::span<const uint8_t> rest() const { return {at_, remaining()}; }

  template <WireNumber T>
  T number() {
    if (remaining() < sizeof(T)) [[unlikely]] {
      fail("the bytes end inside of a number");
      return T{};
    }
    BitsOf<T> bits;
    std::memcpy(&bits, at_, sizeof(T));
    at_ += sizeof(T);
    if constexpr (std::is_same_v<T, bool>) {
      return bits != 0;
    } else {
      return std::bit_cast<T>(big_endian(bits));
    }
  }
  template <WireNumber T>
  void numbers(std::span<T> values) {
    const auto bytes = take(values.size_bytes());
    for (size_t i = 0; i * sizeof(T) < bytes.size(); ++i) {
      BitsOf<T> bits;
      std::memcpy(&bits, bytes.data() + i * sizeof(T), sizeof(T));
      values[i] = std::bit_cast<T>(big_endian(bits));
    }
  }
  int8_t int8() { return number<int8_t>(); }
  int16_t int16() { return number<int16_t>(); }
  int32_t int32() { return number<int32_t>(); }
  int64_t int64() { return number<int64_t>(); }
  Uuid uuid() {
    const auto high = number<uint64_t>();
    return {high, number<uint64_t>()};
  }

  uint32_t uvarint() {
    if (at_ != end_ && *at_ < 0x80) [[likely]] {
      return *at_++;
    }
    return static_cast<uint32_t>(long_uvarint(32));
  }
  uint64_t uvarlong() { return long_uvarint(64); }
  int32_t varint() {
    const uint32_t zigzag = uvarint();
    return static_cast<int32_t>(zigzag >> 1 ^ -(zigzag & 1));
  }
  int64_t varlong() {
    const uint64_t zigzag = uvarlong();
    return static_cast<int64_t>(zigzag >> 1 ^ -(zigzag & 1));
  }

  // Lengths and counts: -1 means null. Compact: uvarint of n + 1. Classic: an int16 for strings
  // and an int32 for the rest. A length below -1 or beyond the remaining bytes is an error.
  int32_t length(bool compact) { return checked_length(compact ? compact_length() : int32()); }
  int32_t string_length(bool compact) {
    const int32_t n = checked_length(compact ? compact_length() : int16());
    if (n > string_bytes_max) [[unlikely]] {
      fail("a string is longer than 32767 bytes");
      return 0;
    }
    return n;
  }

  // The next n bytes, in place; empty after an error.
  std::span<const uint8_t> take(size_t n) {
    if (remaining() < n) [[unlikely]] {
      fail("the bytes end too early");
      return {};
    }
    const std::span<const uint8_t> taken{at_, n};
    at_ += n;
    return taken;
  }

  // Asks leave to allocate; false (and an error) when the input has used up its budget.
  bool charge(size_t bytes) {
    if (bytes > budget_) [[unlikely]] {
      fail("decoding would need far more memory than the message has bytes");
      return false;
    }
    budget_ -= bytes;
    return true;
  }

  // Narrows the reader to its next n bytes; returns what to give to `widen` afterwards.
  const uint8_t* narrow(size_t n) {
    const uint8_t* end = end_;
    if (remaining() < n) [[unlikely]] {
      fail("a tagged field is longer than the message");
    } else {
      end_ = at_ + n;
    }
    return end;
  }
  void widen(const uint8_t* end) {
    if (ok()) {
      end_ = end;
    }
  }

  void fail(const char* why) {
    if (error_ == nullptr) {
      error_ = why;
      error_position_ = position();
    }
    end_ = at_;
  }

 private:
  // Structs in memory are larger than on the wire, but not by more than this: a string of one letter
  // takes 2 bytes there and 32 here.
  static constexpr size_t budget_factor = 16;
  static constexpr size_t budget_floor = 64 * 1024;

  int32_t compact_length() {
    const uint32_t n = uvarint();
    return n > static_cast<uint32_t>(INT32_MAX) ? -2 : static_cast<int32_t>(n) - 1;
  }
  int32_t checked_length(int32_t n) {
    if (n < -1) [[unlikely]] {
      fail("a length is negative");
      return 0;
    }
    if (n > 0 && static_cast<size_t>(n) > remaining()) [[unlikely]] {
      fail("a length is beyond the end of the message");
      return 0;
    }
    return n;
  }
  uint64_t long_uvarint(int bits);

  const uint8_t* begin_;
  const uint8_t* at_;
  const uint8_t* end_;
  size_t budget_;
  size_t error_position_ = 0;
  const char* error_ = nullptr;
};

// Where a file range belongs: before the byte at `offset` of the writer's buffer.
struct Splice {
  size_t offset = 0;
  FileSlice slice;
};

class Writer {
 public:
  Writer() = default;

  [[nodiscard]] bool ok() const { return error_ == nullptr; }
  [[nodiscard]] const char* error() const { return error_; }
  void fail(const char* why) {
    if (error_ == nullptr) {
      error_ = why;
    }
  }

  [[nodiscard]] size_t size() const { return size_; }                   // bytes in the buffer
  [[nodiscard]] size_t total_size() const { return size_ + spliced_; }  // and in the splices
  [[nodiscard]] std::span<const uint8_t> bytes() const { return {buffer_.data(), size_}; }
  [[nodiscard]] const std::vector<Splice>& splices() const { return splices_; }

  // Gives the buffer away; splices stay until clear().
  [[nodiscard]] Bytes take();
  // Ready for the next message; keeps its memory.
  void clear();

  template <WireNumber T>
  void number(T value) {
    using U = BitsOf<T>;
    U bits;
    if constexpr (std::is_same_v<T, bool>) {
      bits = value ? 1 : 0;
    } else {
      bits = big_endian(std::bit_cast<U>(value));
    }
    std::memcpy(grow(sizeof(U)), &bits, sizeof(U));
  }
  template <WireNumber T>
  void numbers(std::span<const T> values) {
    uint8_t* at = grow(values.size_bytes());
    for (const T value : values) {
      const auto bits = big_endian(std::bit_cast<BitsOf<T>>(value));
      std::memcpy(at, &bits, sizeof bits);
      at += sizeof bits;
    }
  }
  void int8(int8_t v) { number(v); }
  void int16(int16_t v) { number(v); }
  void int32(int32_t v) { number(v); }
  void int64(int64_t v) { number(v); }
  void uuid(const Uuid& id) {
    number(id.high);
    number(id.low);
  }
  void uvarint(uint32_t v) {
    while (v >= 0x80) {
      *grow(1) = static_cast<uint8_t>(v | 0x80);
      v >>= 7;
    }
    *grow(1) = static_cast<uint8_t>(v);
  }
  void uvarlong(uint64_t v) {
    while (v >= 0x80) {
      *grow(1) = static_cast<uint8_t>(v | 0x80);
      v >>= 7;
    }
    *grow(1) = static_cast<uint8_t>(v);
  }
  void varint(int32_t v) {
    uvarint(static_cast<uint32_t>(v) << 1 ^ static_cast<uint32_t>(v >> 31));
  }
  void varlong(int64_t v) {
    uvarlong(static_cast<uint64_t>(v) << 1 ^ static_cast<uint64_t>(v >> 63));
  }

  void raw(std::span<const uint8_t> bytes) {
    if (!bytes.empty()) {
      std::memcpy(grow(bytes.size()), bytes.data(), bytes.size());
    }
  }
  void splice(FileSlice slice);

  // Lengths and counts, see Reader::length. `n` of -1 is null.
  void length(int64_t n, bool compact) {
    if (n > INT32_MAX - 1) [[unlikely]] {
      fail("a field is longer than 2 GiB");
    }
    compact ? uvarint(static_cast<uint32_t>(n + 1)) : int32(static_cast<int32_t>(n));
  }
  void string_length(int64_t n, bool compact) {
    if (n > string_bytes_max) [[unlikely]] {
      fail("a string is longer than 32767 bytes");
    }
    compact ? uvarint(static_cast<uint32_t>(n + 1)) : int16(static_cast<int16_t>(n));
  }
  void string(std::string_view text, bool compact) {
    string_length(static_cast<int64_t>(text.size()), compact);
    raw({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

  // Overwrites four bytes that were written before (the size of a frame).
  void patch_int32(size_t offset, int32_t value);
  // Puts the uvarint of what was written since `start` in front of it (the size of a tagged field).
  void prefix_size(size_t start);

 private:
  uint8_t* grow(size_t n) {
    if (buffer_.size() - size_ < n) [[unlikely]] {
      enlarge(n);
    }
    uint8_t* at = buffer_.data() + size_;
    size_ += n;
    return at;
  }
  void enlarge(size_t n);

  Bytes buffer_;  // its size is the room; size_ is what is written
  size_t size_ = 0;
  size_t spliced_ = 0;
  std::vector<Splice> splices_;
  const char* error_ = nullptr;
};

}  // namespace kafka
