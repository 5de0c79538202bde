#include "protocol/print.h"

#include <charconv>
#include <cmath>

namespace kafka::detail {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text +=
          {'\\', 'u', '0', '0', hex[static_cast<size_t>(c >> 4)], hex[static_cast<size_t>(c & 15)]};
    } else {
      text += c;
    }
  }
}

void append_base64(std::string& text, const Bytes& bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < n ? bytes[i + j] : 0);
    }
    for (size_t j = 0; j < 4; ++j) {
      text += j <= n ? alphabet[group >> (18 - 6 * j) & 63] : '=';
    }
  }
}

}  // namespace

void Printer::open(char bracket) {
  text_ += bracket;
  first_ = true;
}

void Printer::close(char bracket) {
  text_ += bracket;
  first_ = false;
}

void Printer::element() {
  if (!first_) {
    text_ += json_ ? "," : ", ";
  }
  first_ = false;
}

void Printer::name(std::string_view name) {
  element();
  if (json_) {
    text_ += '"';
    text_ += name;
    text_ += "\":";
  } else {
    text_ += name;
    text_ += ": ";
  }
}

// JSON has no infinities and no NaN: they become strings there.
void Printer::real(double value) {
  if (!std::isfinite(value)) {
    const std::string_view word = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    json_ ? string(word) : void(text_ += word);
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  text_.append(digits, end.ptr);
}

void Printer::string(std::string_view value) {
  text_ += '"';
  append_escaped(text_, value);
  text_ += '"';
}

void Printer::bytes(const Bytes& value) {
  text_ += '"';
  append_base64(text_, value);
  text_ += '"';
}

void Printer::records(const Records& value) {
  value.null ? null() : integer(static_cast<int64_t>(value.size()));
}

}  // namespace kafka::detail
