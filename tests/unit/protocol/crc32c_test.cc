#include "protocol/crc32c.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>

namespace kafka {
namespace {

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The definition, bit by bit: what every method has to agree with.
uint32_t crc_by_bits(std::span<const uint8_t> bytes) {
  uint32_t crc = 0xffffffff;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) ? 0x82F63B78 : 0);
    }
  }
  return ~crc;
}

TEST(Crc32c, KnownVectors) {  // RFC 3720, appendix B.4, and the check value of the catalogue
  EXPECT_EQ(crc32c({}), 0u);
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c(std::vector<uint8_t>(32, 0x00)), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::vector<uint8_t>(32, 0xff)), 0x62A8AB43u);
  std::vector<uint8_t> rising(32);
  std::iota(rising.begin(), rising.end(), uint8_t{0});
  EXPECT_EQ(crc32c(rising), 0x46DD794Eu);
  const std::vector<uint8_t> falling(rising.rbegin(), rising.rend());
  EXPECT_EQ(crc32c(falling), 0x113FDB5Cu);
}

TEST(Crc32c, EveryMethodAgreesWithTheDefinitionAtEveryLengthAndAlignment) {
  std::mt19937 random(7);
  std::vector<uint8_t> bytes(20'000);
  for (auto& byte : bytes) {
    byte = static_cast<uint8_t>(random());
  }
  for (const auto& method : crc32c_methods()) {
    for (size_t size = 0; size < bytes.size() - 8; size += size < 900 ? 1 : 509) {
      const auto piece = std::span<const uint8_t>(bytes).subspan(size % 8, size);
      ASSERT_EQ(method.extend(0, piece.data(), piece.size()), crc_by_bits(piece))
          << method.name << " at " << size << " bytes";
    }
  }
}

TEST(Crc32c, ExtendGoesOnWhereAPieceEnded) {
  const auto text = bytes_of("the log is the database, the rest is a cache");
  for (const auto& method : crc32c_methods()) {
    for (size_t cut = 0; cut <= text.size(); ++cut) {
      const uint32_t first = method.extend(0, text.data(), cut);
      EXPECT_EQ(method.extend(first, text.data() + cut, text.size() - cut), crc32c(text));
    }
  }
}

TEST(Crc32c, ThePortableMethodIsAlwaysThere) {
  EXPECT_EQ(crc32c_methods().back().name, "table");
}

}  // namespace
}  // namespace kafka
