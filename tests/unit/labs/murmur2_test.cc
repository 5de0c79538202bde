// murmur2 against values that Java's clients give.
#include <gtest/gtest.h>

#include "labs/common/murmur2.h"

namespace kraftlab {
namespace {

TEST(Murmur2, AgreesWithJavasClients) {
  EXPECT_EQ(static_cast<int32_t>(murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<int32_t>(murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<int32_t>(murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<int32_t>(murmur2("abc")), 479470107);
}

TEST(Murmur2, PartitionIsNeverNegative) {
  for (const char* key : {"", "21", "foobar", "abc", "\xff\xfe"}) {
    EXPECT_GE(partition_of(key, 3), 0);
    EXPECT_LT(partition_of(key, 3), 3);
  }
}

}  // namespace
}  // namespace kraftlab
