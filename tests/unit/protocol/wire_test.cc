#include "protocol/wire.h"

#include <gtest/gtest.h>

#include <limits>

#include "protocol/error.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

TEST(Wire, NumbersAreBigEndian) {
  Writer out;
  out.int8(-2);
  out.int16(0x0102);
  out.int32(0x01020304);
  out.int64(0x0102030405060708);
  out.number(1.5);
  out.number(true);
  const Bytes bytes = out.take();
  EXPECT_EQ(to_hex(bytes),
            "fe0102010203040102030405060708"
            "3ff8000000000000"
            "01");
  Reader in(bytes);
  EXPECT_EQ(in.int8(), -2);
  EXPECT_EQ(in.int16(), 0x0102);
  EXPECT_EQ(in.int32(), 0x01020304);
  EXPECT_EQ(in.int64(), 0x0102030405060708);
  EXPECT_EQ(in.number<double>(), 1.5);
  EXPECT_EQ(in.number<bool>(), true);
  EXPECT_EQ(in.remaining(), 0U);
  EXPECT_TRUE(in.ok());
}

TEST(Wire, VarintsKeepTheirValueAtEveryEdge) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t near : {-1ULL, 0ULL, 1ULL}) {
      const uint64_t value = (1ULL << bit) + near;
      Writer out;
      out.uvarint(static_cast<uint32_t>(value));
      out.uvarlong(value);
      out.varint(static_cast<int32_t>(value));
      out.varlong(static_cast<int64_t>(value));
      const Bytes bytes = out.take();
      Reader in(bytes);
      EXPECT_EQ(in.uvarint(), static_cast<uint32_t>(value));
      EXPECT_EQ(in.uvarlong(), value);
      EXPECT_EQ(in.varint(), static_cast<int32_t>(value));
      EXPECT_EQ(in.varlong(), static_cast<int64_t>(value));
      EXPECT_TRUE(in.ok() && in.remaining() == 0) << value;
    }
  }
}

TEST(Wire, ZigzagKeepsSmallNegativesSmall) {
  Writer out;
  out.varint(0);
  out.varint(-1);
  out.varint(1);
  out.varint(INT32_MIN);
  out.varlong(INT64_MIN);
  EXPECT_EQ(to_hex(out.take()), "000102ffffffff0fffffffffffffffffff01");
}

TEST(Wire, OverlongVarintsAreErrors) {
  for (const char* hex : {"ffffffff10", "ffffffffff00", "808080808000", "80", ""}) {
    const Bytes bytes = from_hex(hex);
    Reader in(bytes);
    in.uvarint();
    EXPECT_FALSE(in.ok()) << hex;
  }
  const Bytes eleven = from_hex("ffffffffffffffffff02");
  Reader in(eleven);
  in.uvarlong();
  EXPECT_FALSE(in.ok());
}

// Java reads these, so they are read here too: too many bytes, but the value fits.
TEST(Wire, PaddedVarintsAreRead) {
  const Bytes bytes = from_hex("8500");
  Reader in(bytes);
  EXPECT_EQ(in.uvarint(), 5U);
  EXPECT_TRUE(in.ok());
}

TEST(Wire, NegativeAndEndlessLengthsAreErrors) {
  for (const char* hex : {"fffffffe", "80000000", "7fffffff", "00000001"}) {
    const Bytes bytes = from_hex(hex);
    Reader in(bytes);
    EXPECT_EQ(in.length(false), 0) << hex;
    EXPECT_FALSE(in.ok()) << hex;
  }
  const Bytes compact = from_hex("ffffffff0f");
  Reader in(compact);
  EXPECT_EQ(in.length(true), 0);
  EXPECT_FALSE(in.ok());
}

TEST(Wire, MinusOneIsNull) {
  const Bytes bytes = from_hex("ffffffffffff00");
  Reader in(bytes);
  EXPECT_EQ(in.length(false), -1);
  EXPECT_EQ(in.string_length(false), -1);
  EXPECT_EQ(in.length(true), -1);
  EXPECT_TRUE(in.ok());
}

TEST(Wire, AfterAnErrorEverythingIsZeroOrNullAndTheFirstErrorStays) {
  const Bytes bytes = from_hex("0102");
  Reader in(bytes);
  EXPECT_EQ(in.int32(), 0);
  const std::string first = in.error();
  EXPECT_EQ(in.int8(), 0);
  EXPECT_EQ(in.length(false), 0);
  EXPECT_EQ(in.length(true), -1);
  EXPECT_TRUE(in.take(1).empty());
  EXPECT_EQ(in.error(), first);
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(Wire, Utf8IsCheckedInFull) {
  const Bytes good = from_hex("41c3bce697a5f09fa68aeda080");
  const std::string_view text(reinterpret_cast<const char*>(good.data()), good.size());
  EXPECT_TRUE(is_utf8(text.substr(0, 10)));
  EXPECT_FALSE(is_utf8(text)) << "a surrogate";
  EXPECT_TRUE(is_utf8("more than eight plain characters"));
  for (const char* hex : {"80", "c0af", "c1bf", "c3", "e08080", "e697", "f08080", "f0808080",
                          "f4908080", "f5808080", "ff", "4141414141414141c3"}) {
    const Bytes bad = from_hex(hex);
    EXPECT_FALSE(is_utf8({reinterpret_cast<const char*>(bad.data()), bad.size()})) << hex;
  }
}

TEST(Wire, PrefixSizeMovesWhatWasWritten) {
  for (const size_t size : {0UL, 1UL, 127UL, 128UL, 16383UL, 16384UL, 70000UL}) {
    Writer out;
    out.int8(9);
    const size_t start = out.size();
    out.raw(Bytes(size, 7));
    out.prefix_size(start);
    out.int8(8);
    const Bytes bytes = out.take();
    Reader in(bytes);
    EXPECT_EQ(in.int8(), 9);
    EXPECT_EQ(in.uvarint(), size);
    const auto middle = in.take(size);
    EXPECT_EQ(Bytes(middle.begin(), middle.end()), Bytes(size, 7));
    EXPECT_EQ(in.int8(), 8);
    EXPECT_TRUE(in.ok() && in.remaining() == 0);
  }
}

TEST(Wire, SplicesCountButStayOutside) {
  Writer out;
  out.int32(0);
  out.splice({.owner = nullptr, .fd = 5, .position = 100, .length = 1000});
  out.int8(1);
  EXPECT_EQ(out.size(), 5U);
  EXPECT_EQ(out.total_size(), 1005U);
  ASSERT_EQ(out.splices().size(), 1U);
  EXPECT_EQ(out.splices()[0].offset, 4U);
  out.clear();
  EXPECT_EQ(out.total_size(), 0U);
  EXPECT_TRUE(out.splices().empty());
}

TEST(Wire, StringsOver32767BytesCannotBeWritten) {
  Writer out;
  out.string(std::string(32767, 'x'), true);
  EXPECT_TRUE(out.ok());
  out.string(std::string(32768, 'x'), true);
  EXPECT_FALSE(out.ok());
}

TEST(Uuid, TextIsKafkas) {
  EXPECT_EQ(zero_uuid.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(one_uuid.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
  const Uuid id{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(id.to_string(), "ASNFZ4mrze_-3LqYdlQyEA");
  EXPECT_EQ(Uuid::parse(id.to_string()), id);
}

TEST(Uuid, OtherTextIsRefused) {
  for (const char* text : {"", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA",
                           "AAAAAAAAAAAAAAAAAAAAA+", "AAAAAAAAAAAAAAAAAAAAAB"}) {
    EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
  }
}

TEST(ErrorCode, NamesAreKafkas) {
  EXPECT_EQ(name(ErrorCode::None), "NONE");
  EXPECT_EQ(name(ErrorCode::UnknownServerError), "UNKNOWN_SERVER_ERROR");
  EXPECT_EQ(name(ErrorCode::ShareSessionLimitReached), "SHARE_SESSION_LIMIT_REACHED");
  EXPECT_EQ(name(static_cast<ErrorCode>(9999)), "UNKNOWN_SERVER_ERROR");
  EXPECT_TRUE(is_retriable(ErrorCode::NotLeaderOrFollower));
  EXPECT_FALSE(is_retriable(ErrorCode::InvalidRequest));
  EXPECT_FALSE(describe(ErrorCode::InvalidRequest).empty());
}

}  // namespace
}  // namespace kafka
