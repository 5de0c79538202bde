// How it gets fast: the CRC instruction takes three cycles but one can start every cycle, so three
// blocks are summed side by side, and their sums are joined by carry-less multiplication:
//
//   | block 0 | block 1 | block 2 |      crc = c0 * x^(16n) + c1 * x^(8n) + c2   (mod P)
//    n bytes   n bytes   n bytes
//
// In the reflected bit order of CRC32C the product of two 32-bit values comes out one power too
// low, and the CRC instruction multiplies by x^32 when it reduces the product. Hence the constant
// for a shift by n bytes is x^(8n - 33) mod P.
#include "protocol/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace kafka {
namespace {

constexpr uint32_t polynomial = 0x82F63B78;  // reflected: bit 31 is x^0

// One step of multiplication by x, modulo the polynomial.
constexpr uint32_t times_x(uint32_t value) {
  return (value >> 1) ^ ((value & 1) ? polynomial : 0);
}

// Eight bytes at a time: table[k][b] is the CRC of byte b followed by k zero bytes.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = times_x(crc);
    }
    tables[0][byte] = crc;
  }
  for (size_t zeros = 1; zeros < 8; ++zeros) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[zeros - 1][byte];
      tables[zeros][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

uint64_t load_u64(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

uint32_t extend_by_table(uint32_t crc, const uint8_t* bytes, size_t size) {
  crc = ~crc;
  while (size >= 8) {
    uint64_t word = load_u64(bytes);
    if constexpr (std::endian::native == std::endian::big) {
      word = __builtin_bswap64(word);
    }
    word ^= crc;
    crc = 0;
    for (int i = 0; i < 8; ++i) {
      crc ^= tables[7 - i][(word >> (8 * i)) & 0xff];
    }
    bytes += 8;
    size -= 8;
  }
  while (size-- > 0) {
    crc = (crc >> 8) ^ tables[0][(crc ^ *bytes++) & 0xff];
  }
  return ~crc;
}

#if defined(__x86_64__) || defined(__aarch64__)

// The constant that shifts a CRC over n bytes (n > 4), see the head of the file.
constexpr uint32_t shift_constant(size_t n) {
  uint32_t value = 0x80000000;  // 1
  for (size_t power = 0; power < 8 * n - 33; ++power) {
    value = times_x(value);
  }
  return value;
}

// Block sizes: the large one for batches of many kilobytes, the small one for what is left.
constexpr size_t large_block = 2048;
constexpr size_t small_block = 128;

#endif

#if defined(__x86_64__)

#define CRC_TARGET __attribute__((target("sse4.2,pclmul")))

CRC_TARGET uint64_t join(uint64_t c0, uint64_t c1, uint64_t c2, uint32_t by_two, uint32_t by_one) {
  const __m128i a = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(c0)),
                                         _mm_cvtsi64_si128(by_two), 0);
  const __m128i b = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(c1)),
                                         _mm_cvtsi64_si128(by_one), 0);
  const auto sum = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_xor_si128(a, b)));
  return _mm_crc32_u64(0, sum) ^ c2;
}

CRC_TARGET uint64_t step(uint64_t crc, uint64_t word) {
  return _mm_crc32_u64(crc, word);
}
CRC_TARGET uint32_t step_byte(uint32_t crc, uint8_t byte) {
  return _mm_crc32_u8(crc, byte);
}

#elif defined(__aarch64__)

#define CRC_TARGET __attribute__((target("+crc+crypto")))

CRC_TARGET uint64_t join(uint64_t c0, uint64_t c1, uint64_t c2, uint32_t by_two, uint32_t by_one) {
  const uint64_t a = vgetq_lane_u64(vreinterpretq_u64_p128(vmull_p64(c0, by_two)), 0);
  const uint64_t b = vgetq_lane_u64(vreinterpretq_u64_p128(vmull_p64(c1, by_one)), 0);
  return __crc32cd(0, a ^ b) ^ c2;
}

CRC_TARGET uint64_t step(uint64_t crc, uint64_t word) {
  return __crc32cd(static_cast<uint32_t>(crc), word);
}
CRC_TARGET uint32_t step_byte(uint32_t crc, uint8_t byte) {
  return __crc32cb(crc, byte);
}

#endif

#if defined(CRC_TARGET)

template <size_t block>
CRC_TARGET uint64_t three_blocks(uint64_t crc, const uint8_t* bytes) {
  constexpr uint32_t by_two = shift_constant(2 * block);
  constexpr uint32_t by_one = shift_constant(block);
  uint64_t c0 = crc;
  uint64_t c1 = 0;
  uint64_t c2 = 0;
  for (size_t i = 0; i < block; i += 8) {
    c0 = step(c0, load_u64(bytes + i));
    c1 = step(c1, load_u64(bytes + block + i));
    c2 = step(c2, load_u64(bytes + 2 * block + i));
  }
  return join(c0, c1, c2, by_two, by_one);
}

CRC_TARGET uint32_t extend_by_instruction(uint32_t start, const uint8_t* bytes, size_t size) {
  uint64_t crc = static_cast<uint32_t>(~start);
  while (size >= 3 * large_block) {
    crc = three_blocks<large_block>(crc, bytes);
    bytes += 3 * large_block;
    size -= 3 * large_block;
  }
  while (size >= 3 * small_block) {
    crc = three_blocks<small_block>(crc, bytes);
    bytes += 3 * small_block;
    size -= 3 * small_block;
  }
  while (size >= 8) {
    crc = step(crc, load_u64(bytes));
    bytes += 8;
    size -= 8;
  }
  auto last = static_cast<uint32_t>(crc);
  while (size-- > 0) {
    last = step_byte(last, *bytes++);
  }
  return ~last;
}

bool processor_has_instruction() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
#else
  const unsigned long needed = HWCAP_CRC32 | HWCAP_PMULL;
  return (getauxval(AT_HWCAP) & needed) == needed;
#endif
}

#endif

}  // namespace

std::vector<Crc32cMethod> crc32c_methods() {
  std::vector<Crc32cMethod> methods;
#if defined(CRC_TARGET)
  if (processor_has_instruction()) {
    methods.push_back({"instruction", extend_by_instruction});
  }
#endif
  methods.push_back({"table", extend_by_table});
  return methods;
}

uint32_t crc32c_extend(uint32_t crc, std::span<const uint8_t> bytes) {
  static const auto extend = crc32c_methods().front().extend;
  return extend(crc, bytes.data(), bytes.size());
}

uint32_t crc32c(std::span<const uint8_t> bytes) {
  return crc32c_extend(0, bytes);
}

}  // namespace kafka
