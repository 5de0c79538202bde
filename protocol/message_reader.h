// The half of message.h that reads: walks a struct's wire() and fills its fields from a Reader.
// Bounded on every side: a count is checked against the least its elements can take, memory against
// the Reader's budget, lengths against the bytes that are left.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "protocol/describe.h"
#include "protocol/wire.h"

namespace kafka::detail {

// The least number of bytes a value takes in any version, to check counts before anything is
// allocated: fields that exist in some versions only count nothing.
template <class T>
consteval size_t least_bytes();

struct LeastBytes {
  size_t sum = 0;

  template <class F, class... Options>
  constexpr void operator()(const char*, const F&, Options... options) {
    const FieldSpec spec = field_spec(options...);
    if (spec.since == 0 && spec.until == version_max) {
      sum += least_bytes<F>();
    }
  }
  template <class... Rest>
  constexpr void tagged(int, const char*, const auto&, Rest...) {}
};

template <class T>
consteval size_t least_bytes() {
  if constexpr (WireNumber<T>) {
    return sizeof(T);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return 16;
  } else if constexpr (Struct<T>) {
    LeastBytes least;
    T::wire(Phantom<T>::value, least);
    return least.sum;
  } else {
    return 1;  // a compact length, or the mark of a null struct
  }
}

template <class S>
void read_struct(Reader& in, Layout layout, S& value);

template <class T>
inline void read_value(Reader& in, Layout layout, T& value, bool nullable);

inline void read_string(Reader& in, std::string& value, size_t n) {
  if (n >= sizeof(std::string) / 2 && !in.charge(n)) {
    return;
  }
  const auto bytes = in.take(n);
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (!is_utf8(text)) [[unlikely]] {
    in.fail("a string is not UTF-8");
    return;
  }
  value.assign(text);
}

inline void read_bytes(Reader& in, Bytes& value, size_t n) {
  if (in.charge(n)) {
    const auto bytes = in.take(n);
    value.assign(bytes.begin(), bytes.end());
  }
}

template <class T>
void read_array(Reader& in, Layout layout, std::vector<T>& values, size_t n) {
  constexpr size_t least = std::max<size_t>(1, least_bytes<T>());
  if (n > in.remaining() / least) [[unlikely]] {
    in.fail("an array has more elements than the message has bytes");
    return;
  }
  if (!in.charge(n * sizeof(T))) {
    return;
  }
  values.resize(n);
  if constexpr (WireNumber<T>) {
    in.numbers(std::span<T>(values));
  } else {
    for (T& value : values) {
      read_value(in, layout, value, false);
      if (!in.ok()) [[unlikely]] {
        return;
      }
    }
  }
}

// The length of a string, an array, bytes; -1 only if null is allowed.
template <class T>
inline int32_t read_length(Reader& in, Layout layout, bool nullable) {
  const int32_t n = std::is_same_v<T, std::string> ? in.string_length(layout.flexible)
                                                   : in.length(layout.flexible);
  if (n < 0 && !nullable) [[unlikely]] {
    in.fail("a field that must not be null is null");
    return 0;
  }
  return n;
}

template <class T>
inline void read_sized(Reader& in, Layout layout, T& value, size_t n) {
  if constexpr (std::is_same_v<T, std::string>) {
    read_string(in, value, n);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    read_bytes(in, value, n);
  } else {
    read_array(in, layout, value, n);
  }
}

template <class T>
inline void read_optional(Reader& in, Layout layout, std::optional<T>& value, bool nullable) {
  if constexpr (Struct<T>) {
    if (nullable && in.int8() < 0) {
      value.reset();
      return;
    }
    read_struct(in, layout, value.emplace(T{}));
  } else {
    const int32_t n = read_length<T>(in, layout, nullable);
    if (n < 0) {
      value.reset();
      return;
    }
    read_sized(in, layout, value.emplace(), static_cast<size_t>(n));
  }
}

template <class T>
inline void read_value(Reader& in, Layout layout, T& value, bool nullable) {
  if constexpr (IsOptional<T>::value) {
    read_optional(in, layout, value, nullable);
  } else if constexpr (WireNumber<T>) {
    value = in.number<T>();
  } else if constexpr (std::is_same_v<T, Uuid>) {
    value = in.uuid();
  } else if constexpr (std::is_same_v<T, Records>) {
    const int32_t n = read_length<Records>(in, layout, nullable);
    value = n < 0 ? Records::none() : Records::of(in.take(static_cast<size_t>(n)));
  } else if constexpr (Struct<T>) {
    read_struct(in, layout, value);
  } else {
    const int32_t n = read_length<T>(in, layout, false);
    read_sized(in, layout, value, static_cast<size_t>(n));
  }
}

struct FieldReader {
  Reader& in;
  Layout layout;

  template <class F, class... Options>
  [[gnu::always_inline]] void operator()(const char*, F& field, Options... options) {
    const FieldSpec spec = field_spec(options...);
    if (spec.exists_in(layout.version)) {
      read_value(in, layout, field, spec.nullable_in(layout.version));
    }
  }
  template <class... Rest>
  constexpr void tagged(int, const char*, const auto&, Rest...) {}
};

// Inside of a tag the mark of a nullable struct is a uvarint, 1 or 0 for null.
template <class F>
inline void read_tagged(Reader& in, Layout layout, F& field, bool nullable) {
  if constexpr (IsOptional<F>::value) {
    if constexpr (Struct<typename F::value_type>) {
      if (in.uvarint() == 0) {
        field.reset();
      } else {
        read_struct(in, layout, field.emplace(typename F::value_type{}));
      }
      return;
    }
  }
  read_value(in, layout, field, nullable);
}

// Walks a struct to find the one tagged field with this number.
struct TagReader {
  Reader& in;
  Layout layout;
  uint32_t wanted;

  template <class... Rest>
  constexpr void operator()(const char*, const auto&, Rest...) {}
  template <class F, class... Rest>
  void tagged(int tag, const char*, F& field, Rest... rest) {
    const FieldSpec spec = field_spec(rest...);
    if (static_cast<uint32_t>(tag) == wanted && spec.exists_in(layout.version)) {
      read_tagged(in, layout, field, spec.nullable_in(layout.version));
      if (in.ok() && in.remaining() != 0) {
        in.fail("a tagged field is longer than its value");
      }
    }
  }
};

template <class S>
void read_tags(Reader& in, Layout layout, S& value) {
  int64_t last = -1;
  for (uint32_t left = in.uvarint(); left != 0 && in.ok(); --left) {
    const uint32_t tag = in.uvarint();
    if (static_cast<int64_t>(tag) <= last) {
      in.fail("tagged fields are not in ascending order");
      return;
    }
    last = tag;
    const uint32_t size = in.uvarint();
    const uint8_t* end = in.narrow(size);
    TagReader reader{in, layout, tag};
    S::wire(value, reader);
    in.take(in.remaining());  // an unknown tag
    in.widen(end);
  }
}

template <class S>
void read_struct(Reader& in, Layout layout, S& value) {
  static_assert(is_described<S>, "wire() must describe every member of the struct");
  FieldReader reader{in, layout};
  S::wire(value, reader);
  if (layout.flexible) {
    if (in.remaining() != 0 && in.rest().front() == 0) [[likely]] {
      in.take(1);
    } else {
      read_tags(in, layout, value);
    }
  }
}

}  // namespace kafka::detail
