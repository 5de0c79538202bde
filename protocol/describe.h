// How a message says what it looks like.
//
// Each struct has one `wire()` that names its fields in the order of the wire:
//
//   static constexpr void wire(auto& m, auto& w) {
//     w("error_code", m.error_code);
//     w("throttle_time_ms", m.throttle_time_ms, since(1), ignorable);
//     w.tagged(1, "finalized_features_epoch", m.finalized_features_epoch, -1, since(3));
//   }
//
// Whoever walks it passes its own `w`: the reader and the writer (message.h), the printer
// (print.h), the table that is compared with the official schemas (schema.h). A tagged field is on
// the wire only when its value is not the default, which is written out when it is not empty, null
// or zero.
//
// A member that is declared but not described does not compile (`is_described`).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "protocol/uuid.h"
#include "protocol/wire.h"

namespace kafka {

inline constexpr int16_t version_max = INT16_MAX;
inline constexpr int16_t never_flexible = INT16_MAX;

// In which versions a field exists and may be null.
struct FieldSpec {
  int since = 0;
  int until = version_max;
  int nullable_since = version_max;
  int nullable_until = version_max;
  bool ignorable = false;  // a value set in a version without the field is dropped silently

  [[nodiscard]] constexpr bool exists_in(int version) const {
    return version >= since && version <= until;
  }
  [[nodiscard]] constexpr bool nullable_in(int version) const {
    return version >= nullable_since && version <= nullable_until;
  }
};

// The words a description uses. Each changes one thing of the FieldSpec.
struct since {
  int version;
  explicit constexpr since(int v) : version(v) {}
  constexpr void apply(FieldSpec& spec) const { spec.since = version; }
};
struct until {
  int version;
  explicit constexpr until(int v) : version(v) {}
  constexpr void apply(FieldSpec& spec) const { spec.until = version; }
};
struct nullable {
  int from;
  int to;
  explicit constexpr nullable(int first, int last = version_max) : from(first), to(last) {}
  constexpr void apply(FieldSpec& spec) const {
    spec.nullable_since = from;
    spec.nullable_until = to;
  }
};
struct Ignorable {
  constexpr void apply(FieldSpec& spec) const { spec.ignorable = true; }
};
inline constexpr Ignorable ignorable{};

template <class T>
concept FieldOption = requires(T option, FieldSpec& spec) {
  option.apply(spec);
};

template <class... Options>
constexpr FieldSpec field_spec(Options... options) {
  FieldSpec spec;
  (
      [&] {
        if constexpr (FieldOption<Options>) {
          options.apply(spec);
        }
      }(),
      ...);
  return spec;
}

// Is `value` what a tagged field holds when it is not on the wire? The default, when there is
// one, comes before the options.
template <class F, class... Rest>
constexpr bool is_tag_default(const F& value, const Rest&... rest) {
  if constexpr (sizeof...(Rest) != 0) {
    const auto& first = std::get<0>(std::tie(rest...));
    if constexpr (!FieldOption<std::remove_cvref_t<decltype(first)>>) {
      return value == static_cast<F>(first);
    } else {
      return is_tag_default(value);
    }
  } else if constexpr (requires { value.has_value(); }) {
    return !value.has_value();
  } else if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return value == F{};
  }
}

// Kinds of C++ types a field can have.
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
concept Struct =
    std::is_class_v<T> && !IsVector<T>::value && !IsOptional<T>::value &&
    !std::is_same_v<T, std::string> && !std::is_same_v<T, Uuid> && !std::is_same_v<T, Records>;

// What a top-level struct says about itself.
template <class M>
concept Message = Struct<M> && requires {
  { M::min_version } -> std::convertible_to<int>;
  { M::max_version } -> std::convertible_to<int>;
  { M::flexible_since } -> std::convertible_to<int>;
};

// "OffsetCommitKey": the last part of a struct's name, as the compiler spells it.
template <class T>
consteval std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = kafka::A::B; ...]" or "[T = ...]"
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);
}

// What every part of a message needs to know about the whole.
struct Layout {
  int version;
  bool flexible;
};
template <Message M>
constexpr Layout layout_of(int version) {
  return {version, version >= M::flexible_since};
}

// An object that never exists: its members are named, never read.
template <class T>
struct Phantom {
  static const T value;
};

namespace detail {

// Converts into any member, except that optionals find it ambiguous: those take nullopt.
struct Anything {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor): never defined
};

template <class T, class... Taken>
consteval size_t count_members() {
  if constexpr (requires { T{std::declval<Taken>()..., std::declval<Anything>()}; }) {
    return count_members<T, Taken..., Anything>();
  } else if constexpr (requires { T{std::declval<Taken>()..., std::declval<std::nullopt_t>()}; }) {
    return count_members<T, Taken..., std::nullopt_t>();
  } else {
    return sizeof...(Taken);
  }
}

struct FieldCounter {
  size_t count = 0;
  template <class... Rest>
  constexpr void operator()(const char*, const auto&, Rest...) {
    ++count;
  }
  template <class... Rest>
  constexpr void tagged(int, const char*, const auto&, Rest...) {
    ++count;
  }
};

}  // namespace detail

// How many fields wire() describes, and how many members the struct has.
template <Struct T>
consteval size_t described_fields() {
  detail::FieldCounter counter;
  T::wire(Phantom<T>::value, counter);
  return counter.count;
}
template <Struct T>
inline constexpr bool is_described = described_fields<T>() == detail::count_members<T>();

}  // namespace kafka
