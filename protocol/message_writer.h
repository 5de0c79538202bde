// The half of message.h that writes: walks a struct's wire() twice, once for the fields and, where
// tagged fields are set, once for each of those in the order of their tags.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "protocol/describe.h"
#include "protocol/wire.h"

namespace kafka::detail {

// Where each described member of a default object lies, to compare others with.
template <class S>
struct Defaults {
  S value{};
  std::array<const void*, described_fields<S>()> fields{};
  size_t count = 0;

  Defaults() { S::wire(value, *this); }
  template <class... Rest>
  void operator()(const char*, const auto& field, Rest...) {
    fields[count++] = &field;
  }
  template <class... Rest>
  void tagged(int, const char*, const auto& field, Rest...) {
    fields[count++] = &field;
  }
};

// Does the field with this index hold what S{} holds? Arrays: nothing at all.
template <class S, class F>
[[gnu::noinline]] bool holds_default(const F& field, size_t index) {
  if constexpr (IsVector<F>::value) {
    return field.empty();
  } else if constexpr (IsOptional<F>::value && !std::is_same_v<F, std::optional<std::string>>) {
    if constexpr (Struct<typename F::value_type>) {
      return !field.has_value();
    } else {
      return !field.has_value() || field->empty();
    }
  } else {
    static const Defaults<S> defaults;
    return field == *static_cast<const F*>(defaults.fields[index]);
  }
}

template <class S>
void write_struct(Writer& out, Layout layout, const S& value);

template <class T>
inline void write_value(Writer& out, Layout layout, const T& value, bool nullable);

inline void write_records(Writer& out, Layout layout, const Records& records, bool nullable) {
  if (records.null && nullable) {
    out.length(-1, layout.flexible);
    return;
  }
  out.length(static_cast<int64_t>(records.size()), layout.flexible);
  records.file.length != 0 ? out.splice(records.file) : out.raw(records.bytes);
}

template <class T>
inline void write_optional(Writer& out, Layout layout, const std::optional<T>& value,
                           bool nullable) {
  if (!value.has_value() && !nullable) [[unlikely]] {
    out.fail("a field is null that must not be null in this version");
    return;
  }
  if constexpr (Struct<T>) {
    if (nullable) {
      out.int8(value.has_value() ? 1 : -1);
    }
  } else if (!value.has_value()) {
    std::is_same_v<T, std::string> ? out.string_length(-1, layout.flexible)
                                   : out.length(-1, layout.flexible);
  }
  if (value.has_value()) {
    write_value(out, layout, *value, false);
  }
}

template <class T>
inline void write_array(Writer& out, Layout layout, const std::vector<T>& values) {
  out.length(static_cast<int64_t>(values.size()), layout.flexible);
  if constexpr (WireNumber<T>) {
    out.numbers(std::span<const T>(values));
  } else {
    for (const T& value : values) {
      write_value(out, layout, value, false);
    }
  }
}

template <class T>
inline void write_value(Writer& out, Layout layout, const T& value, bool nullable) {
  if constexpr (IsOptional<T>::value) {
    write_optional(out, layout, value, nullable);
  } else if constexpr (WireNumber<T>) {
    out.number(value);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.uuid(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.string(value, layout.flexible);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.length(static_cast<int64_t>(value.size()), layout.flexible);
    out.raw(value);
  } else if constexpr (std::is_same_v<T, Records>) {
    write_records(out, layout, value, nullable);
  } else if constexpr (IsVector<T>::value) {
    write_array(out, layout, value);
  } else {
    write_struct(out, layout, value);
  }
}

// Writes the untagged fields and notes which tags are needed.
template <class S>
struct FieldWriter {
  Writer& out;
  Layout layout;
  size_t index = 0;
  uint64_t tags = 0;

  template <class F, class... Options>
  [[gnu::always_inline]] void operator()(const char*, const F& field, Options... options) {
    const FieldSpec spec = field_spec(options...);
    if (spec.exists_in(layout.version)) {
      write_value(out, layout, field, spec.nullable_in(layout.version));
    } else if (!spec.ignorable && !holds_default<S>(field, index)) [[unlikely]] {
      out.fail("a field is set that does not exist in this version");
    }
    ++index;
  }
  template <class F, class... Rest>
  [[gnu::always_inline]] void tagged(int tag, const char*, const F& field, Rest... rest) {
    const FieldSpec spec = field_spec(rest...);
    if (!is_tag_default(field, rest...)) {
      if (layout.flexible && spec.exists_in(layout.version)) {
        tags |= uint64_t{1} << tag;
      } else if (!spec.ignorable) [[unlikely]] {
        out.fail("a tagged field is set that does not exist in this version");
      }
    }
    ++index;
  }
};

// Inside of a tag the mark of a nullable struct is a uvarint, 1 or 0 for null.
template <class F>
inline void write_tagged(Writer& out, Layout layout, const F& field, bool nullable) {
  if constexpr (IsOptional<F>::value) {
    if constexpr (Struct<typename F::value_type>) {
      out.uvarint(field.has_value() ? 1 : 0);
      if (field.has_value()) {
        write_struct(out, layout, *field);
      }
      return;
    }
  }
  write_value(out, layout, field, nullable);
}

// Walks a struct to write the one tagged field with this number.
struct TagWriter {
  Writer& out;
  Layout layout;
  int wanted;

  template <class... Rest>
  constexpr void operator()(const char*, const auto&, Rest...) {}
  template <class F, class... Rest>
  void tagged(int tag, const char*, const F& field, Rest... rest) {
    if (tag == wanted) {
      const size_t start = out.size();
      write_tagged(out, layout, field, field_spec(rest...).nullable_in(layout.version));
      out.prefix_size(start);
    }
  }
};

template <class S>
void write_tags(Writer& out, Layout layout, const S& value, uint64_t tags) {
  out.uvarint(static_cast<uint32_t>(std::popcount(tags)));
  for (; tags != 0; tags &= tags - 1) {
    TagWriter writer{out, layout, std::countr_zero(tags)};
    out.uvarint(static_cast<uint32_t>(writer.wanted));
    S::wire(value, writer);
  }
}

template <class S>
void write_struct(Writer& out, Layout layout, const S& value) {
  static_assert(is_described<S>, "wire() must describe every member of the struct");
  FieldWriter<S> writer{out, layout};
  S::wire(value, writer);
  if (layout.flexible) {
    write_tags(out, layout, value, writer.tags);
  }
}

}  // namespace kafka::detail
