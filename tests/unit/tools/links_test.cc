// The network of a local cluster: which pairs are cut off from each other.
#include "broker/tools/links/links.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace kafka {
namespace {

TEST(Links, ACutIsFeltOnBothSides) {
  Cuts cuts;
  cuts.cut(3, 1);
  cuts.cut(1, 2);
  EXPECT_TRUE(cuts.between(1, 3));
  EXPECT_TRUE(cuts.between(3, 1));
  EXPECT_FALSE(cuts.between(2, 3));
  EXPECT_EQ(cuts.to_string(), "1-2 1-3");
}

TEST(Links, HealingANodeMendsItsOwnCutsOnly) {
  Cuts cuts;
  cuts.cut(1, 2);
  cuts.cut(2, 3);
  cuts.cut(1, 3);
  cuts.heal(2);
  EXPECT_EQ(cuts.to_string(), "1-3");
  cuts.heal();
  EXPECT_EQ(cuts.to_string(), "");
}

TEST(Links, WhoIsNoNodeIsNeverCutOff) {
  Cuts cuts;
  cuts.cut(1, 2);
  EXPECT_FALSE(cuts.between(0, 1));
  EXPECT_EQ(owner_of_port(1, {{1, getpid()}}), 0);  // nobody has a socket there
}

TEST(Links, NameANodeAndTwoPorts) {
  const auto link = parse_link("2:9294:9194");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->node, 2);
  EXPECT_EQ(link->listen_port, 9294);
  EXPECT_EQ(link->target_port, 9194);
  for (const char* wrong : {"", "2", "2:9294", "2:0:1", "2:1:65536", "x:1:2", "1:2:3:4"}) {
    EXPECT_FALSE(parse_link(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace kafka
