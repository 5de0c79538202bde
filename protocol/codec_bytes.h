// What compression.cc and decompression.cc share of the codecs' C libraries.
#pragma once

#include <cstdint>

namespace kafka {

inline constexpr int gzip_window_bits = 15 + 16;  // 16: with gzip's header and trailer

inline const char* chars(const uint8_t* bytes) {
  return reinterpret_cast<const char*>(bytes);
}
inline char* chars(uint8_t* bytes) {
  return reinterpret_cast<char*>(bytes);
}

}  // namespace kafka
