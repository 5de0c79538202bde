// What the fuzzers share: a property that does not hold ends the program, so that libFuzzer keeps
// the input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "tests/codecs/codecs.h"

namespace kafka {

inline void require(bool holds, std::string_view property, std::string_view about) {
  if (!holds) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(about.size()), about.data(),
                 static_cast<int>(property.size()), property.data());
    std::abort();
  }
}

// What can be read can be written; and what was written reads back to the same bytes.
inline void require_stable(const MessageCodec& codec, std::span<const uint8_t> bytes,
                           int16_t version) {
  const auto once = codec.reencode(bytes, version);
  if (!once) {
    return;
  }
  const auto twice = codec.reencode(*once, version);
  require(twice.has_value(), "what was written cannot be read", codec.name);
  require(*once == *twice, "written twice, the bytes differ", codec.name);
}

}  // namespace kafka
