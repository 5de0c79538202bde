// Messages as text, for people and for the wire inspector: only the fields that exist in the
// version, under the names of the description.
//
//   to_text: {error_code: 0, api_keys: [{api_key: 18, min_version: 0, max_version: 4}]}
//   to_json: {"error_code":0,"api_keys":[{"api_key":18,"min_version":0,"max_version":4}]}
//
// Uuids are their 22 characters, bytes are base64, records only their size. Tagged fields at their
// default are left out, as on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/describe.h"
#include "protocol/wire.h"

namespace kafka {

namespace detail {

class Printer {
 public:
  explicit Printer(bool json) : json_(json) {}
  [[nodiscard]] std::string take() { return std::move(text_); }

  void open(char bracket);
  void close(char bracket);
  void name(std::string_view name);  // of a field; separates it from the one before
  void element();                    // separates elements of an array
  void null() { text_ += "null"; }
  void boolean(bool value) { text_ += value ? "true" : "false"; }
  void integer(int64_t value) { text_ += std::to_string(value); }
  void real(double value);
  void string(std::string_view value);
  void bytes(const Bytes& value);
  void records(const Records& value);

 private:
  bool json_;
  bool first_ = true;
  std::string text_;
};

template <class T>
void print_value(Printer& out, Layout layout, const T& value);

struct FieldPrinter {
  Printer& out;
  Layout layout;

  template <class F, class... Options>
  void operator()(const char* name, const F& field, Options... options) {
    if (field_spec(options...).exists_in(layout.version)) {
      out.name(name);
      print_value(out, layout, field);
    }
  }
  template <class F, class... Rest>
  void tagged(int, const char* name, const F& field, Rest... rest) {
    if (!is_tag_default(field, rest...)) {
      (*this)(name, field, rest...);
    }
  }
};

template <class T>
void print_value(Printer& out, Layout layout, const T& value) {
  if constexpr (IsOptional<T>::value) {
    value.has_value() ? print_value(out, layout, *value) : out.null();
  } else if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (std::is_integral_v<T>) {
    out.integer(static_cast<int64_t>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    out.real(value);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.string(value.to_string());
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.string(value);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    out.bytes(value);
  } else if constexpr (std::is_same_v<T, Records>) {
    out.records(value);
  } else if constexpr (IsVector<T>::value) {
    out.open('[');
    for (const auto& element : value) {
      out.element();
      print_value<typename T::value_type>(out, layout, element);
    }
    out.close(']');
  } else {
    out.open('{');
    FieldPrinter fields{out, layout};
    T::wire(value, fields);
    out.close('}');
  }
}

}  // namespace detail

template <Message M>
[[nodiscard]] std::string to_text(const M& message, int16_t version) {
  detail::Printer printer(false);
  detail::print_value(printer, layout_of<M>(version), message);
  return printer.take();
}

template <Message M>
[[nodiscard]] std::string to_json(const M& message, int16_t version) {
  detail::Printer printer(true);
  detail::print_value(printer, layout_of<M>(version), message);
  return printer.take();
}

}  // namespace kafka
