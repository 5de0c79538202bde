// Numbers in files: big endian, at any address.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "protocol/wire.h"

namespace kafka {

template <WireNumber T>
void store_big_endian(uint8_t* out, T value) {
  const BitsOf<T> bits = big_endian(std::bit_cast<BitsOf<T>>(value));
  std::memcpy(out, &bits, sizeof bits);
}

template <WireNumber T>
T load_big_endian(const uint8_t* in) {
  BitsOf<T> bits;
  std::memcpy(&bits, in, sizeof bits);
  return std::bit_cast<T>(big_endian(bits));
}

}  // namespace kafka
