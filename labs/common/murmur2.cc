#include "labs/common/murmur2.h"

namespace kraftlab {

uint32_t murmur2(std::string_view key) {
  constexpr uint32_t multiplier = 0x5bd1e995;
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(key[i])); };
  uint32_t hash = 0x9747b28cu ^ static_cast<uint32_t>(key.size());
  size_t i = 0;
  for (; i + 4 <= key.size(); i += 4) {
    uint32_t block = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    block *= multiplier;
    block ^= block >> 24;
    block *= multiplier;
    hash = (hash * multiplier) ^ block;
  }
  const size_t left = key.size() - i;
  if (left >= 3) {
    hash ^= byte(i + 2) << 16;
  }
  if (left >= 2) {
    hash ^= byte(i + 1) << 8;
  }
  if (left >= 1) {
    hash = (hash ^ byte(i)) * multiplier;
  }
  hash ^= hash >> 13;
  hash *= multiplier;
  return hash ^ hash >> 15;
}

}  // namespace kraftlab
