// The hash by which Java producers choose a partition: murmur2 (32 bits, seed 0x9747b28c) of the
// key's bytes, its sign bit cleared, modulo the number of partitions. librdkafka calls it
// `murmur2`, kafka-python and Java have it as their default. It is the oracle of lab 04.
#pragma once

#include <cstdint>
#include <string_view>

namespace kraftlab {

uint32_t murmur2(std::string_view key);

inline int32_t partition_of(std::string_view key, int32_t partitions) {
  return static_cast<int32_t>((murmur2(key) & 0x7fffffffu) % static_cast<uint32_t>(partitions));
}

}  // namespace kraftlab
