// Text as Java counts it: UTF-16 units. Group ids are hashed and metadata is measured in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kafka {

// Calls `each(unit)` for the UTF-16 units of valid UTF-8; a broken sequence counts as U+FFFD.
template <class Each>
void for_each_utf16(std::string_view text, Each each) {
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<uint8_t>(text[at++]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more; ++i) {
      if (at == text.size() || (static_cast<uint8_t>(text[at]) & 0xC0) != 0x80) {
        point = 0xFFFD;
        break;
      }
      point = point << 6 | (static_cast<uint8_t>(text[at++]) & 0x3F);
    }
    if (point >= 0x10000) {
      each(static_cast<uint16_t>(0xD7C0 + (point >> 10)));
      each(static_cast<uint16_t>(0xDC00 | (point & 0x3FF)));
    } else {
      each(static_cast<uint16_t>(point));
    }
  }
}

inline size_t utf16_length(std::string_view text) {
  size_t length = 0;
  for_each_utf16(text, [&](uint16_t) { ++length; });
  return length;
}

// String.hashCode.
inline int32_t java_hash(std::string_view text) {
  uint32_t hash = 0;
  for_each_utf16(text, [&](uint16_t unit) { hash = 31 * hash + unit; });
  return static_cast<int32_t>(hash);
}

}  // namespace kafka
