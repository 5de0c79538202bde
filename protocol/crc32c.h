// CRC32C (Castagnoli), the checksum of every record batch, producer snapshot and KRaft record.
//
// Interface: crc32c(bytes) for one piece, crc32c_extend(crc, bytes) to go on where a piece ended:
//   crc32c_extend(crc32c(a), b) == crc32c(a followed by b)
// Invariants: the value is the finished one (inverted before and after), the same on every
// machine; which instructions compute it is found out once, at the first call.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kafka {

[[nodiscard]] uint32_t crc32c(std::span<const uint8_t> bytes);
[[nodiscard]] uint32_t crc32c_extend(uint32_t crc, std::span<const uint8_t> bytes);

// One way to compute it. The tests run each one that this processor can run.
struct Crc32cMethod {
  std::string_view name;
  uint32_t (*extend)(uint32_t crc, const uint8_t* bytes, size_t size);
};

// What this machine can run, the fastest first; the last is the portable one.
[[nodiscard]] std::vector<Crc32cMethod> crc32c_methods();

}  // namespace kafka
