// A message's description as a table, in JSON: what the comparison with Apache Kafka's own schemas
// reads. One object for each field:
//
//   {"name":"topics","type":"[]CreatableTopic","since":0,"until":32767,"nullable_since":32767,
//    "nullable_until":32767,"tag":-1,"ignorable":false,"default":[],"fields":[...]}
//
// The default is the member's initializer; for a tagged field `default_agrees` says that wire()
// gives the same one.
#pragma once

#include <string>
#include <string_view>

#include "protocol/describe.h"
#include "protocol/print.h"

namespace kafka {

namespace detail {

template <class F>
std::string wire_type() {
  if constexpr (IsOptional<F>::value) {
    return wire_type<typename F::value_type>();
  } else if constexpr (std::is_same_v<F, bool>) {
    return "bool";
  } else if constexpr (std::is_floating_point_v<F>) {
    return "float64";
  } else if constexpr (std::is_integral_v<F>) {
    return (std::is_signed_v<F> ? "int" : "uint") + std::to_string(8 * sizeof(F));
  } else if constexpr (std::is_same_v<F, std::string>) {
    return "string";
  } else if constexpr (std::is_same_v<F, Uuid>) {
    return "uuid";
  } else if constexpr (std::is_same_v<F, Bytes>) {
    return "bytes";
  } else if constexpr (std::is_same_v<F, Records>) {
    return "records";
  } else if constexpr (IsVector<F>::value) {
    return "[]" + wire_type<typename F::value_type>();
  } else {
    return std::string(type_name<F>());
  }
}

// The struct inside of vectors and optionals.
template <class F>
struct Innermost {
  using type = F;
};
template <class F>
struct Innermost<std::vector<F>> : Innermost<F> {};
template <class F>
struct Innermost<std::optional<F>> : Innermost<F> {};
template <>
struct Innermost<Bytes> {
  using type = Bytes;
};

template <class S>
std::string describe_fields();

struct FieldTable {
  std::string json;

  template <class F, class... Options>
  void operator()(const char* name, const F& field, Options... options) {
    add(name, field, -1, true, field_spec(options...));
  }
  template <class F, class... Rest>
  void tagged(int tag, const char* name, const F& field, Rest... rest) {
    add(name, field, tag, is_tag_default(field, rest...), field_spec(rest...));
  }

 private:
  void number(std::string_view name, int value) {
    json += ",\"" + std::string(name) + "\":" + std::to_string(value);
  }
  void flag(std::string_view name, bool value) {
    json += ",\"" + std::string(name) + "\":" + (value ? "true" : "false");
  }

  template <class F>
  void add(const char* name, const F& field, int tag, bool default_agrees, FieldSpec spec) {
    using Inner = typename Innermost<F>::type;
    json += json.empty() ? "" : ",";
    json += "{\"name\":\"" + std::string(name) + "\",\"type\":\"" + wire_type<F>() + '"';
    number("since", spec.since);
    number("until", spec.until);
    number("nullable_since", spec.nullable_since);
    number("nullable_until", spec.nullable_until);
    number("tag", tag);
    flag("ignorable", spec.ignorable);
    flag("optional", IsOptional<F>::value);
    flag("default_agrees", default_agrees);
    Printer value(true);
    print_value(value, {version_max, true}, field);
    json += ",\"default\":" + value.take();
    if constexpr (Struct<Inner>) {
      json += ",\"fields\":[" + describe_fields<Inner>() + "]";
    }
    json += '}';
  }
};

template <class S>
std::string describe_fields() {
  FieldTable table;
  const S defaults{};
  S::wire(defaults, table);
  return table.json;
}

}  // namespace detail

template <Message M>
[[nodiscard]] std::string describe_message() {
  return "{\"name\":\"" + std::string(type_name<M>()) +
         "\",\"min_version\":" + std::to_string(M::min_version) +
         ",\"max_version\":" + std::to_string(M::max_version) +
         ",\"flexible_since\":" + std::to_string(M::flexible_since) + ",\"fields\":[" +
         detail::describe_fields<M>() + "]}";
}

}  // namespace kafka
