#include "protocol/uuid.h"

namespace kafka {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// 22 characters hold 132 bits: the last character carries 2 bits of the id and 4 zeros.
constexpr int text_size = 22;

}  // namespace

std::string Uuid::to_string() const {
  std::string text(text_size, 'A');
  uint64_t top = high;
  uint64_t bottom = low;
  for (char& c : text) {
    c = alphabet[top >> 58];
    top = top << 6 | bottom >> 58;
    bottom <<= 6;
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != text_size) {
    return std::nullopt;
  }
  Uuid id;
  for (int i = 0; i < text_size; ++i) {
    const auto six = alphabet.find(text[static_cast<size_t>(i)]);
    if (six == std::string_view::npos) {
      return std::nullopt;
    }
    const bool last = i == text_size - 1;
    if (last && (six & 0xf) != 0) {
      return std::nullopt;
    }
    const int width = last ? 2 : 6;
    id.high = id.high << width | id.low >> (64 - width);
    id.low = id.low << width | (last ? six >> 4 : six);
  }
  return id;
}

}  // namespace kafka
