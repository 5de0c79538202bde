// What a node leaves in its directories at start and stop.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

constexpr const char* marker = "/data/.kafka_cleanshutdown";

TEST_F(NodeTest, ACleanStopIsMarkedUntilTheNextStart) {
  start();
  create_topic("numbers");
  EXPECT_FALSE(std::filesystem::exists(folder_ + marker));
  stop();
  EXPECT_TRUE(std::filesystem::exists(folder_ + marker));
  // A crash from here on must be seen as one, or what was written since would be cut off.
  start();
  EXPECT_FALSE(std::filesystem::exists(folder_ + marker));
}

}  // namespace
}  // namespace kafka
