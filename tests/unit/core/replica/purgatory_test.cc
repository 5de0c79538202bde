#include "broker/core/purgatory.h"

#include <gtest/gtest.h>

#include <string>

namespace kafka {
namespace {

struct PurgatoryTest : testing::Test {
  Purgatory purgatory;
  TopicIdPartition a{{1, 1}, 0};
  TopicIdPartition b{{1, 1}, 1};
  std::string log;

  // Answers when `ready` is true, or when its time is over.
  void park(char name, std::vector<TopicIdPartition> keys, int64_t deadline_ms, bool& ready,
            uint64_t connection = 1) {
    ParkedRequest request;
    request.reply_to.connection_id = connection;
    request.deadline_ms = deadline_ms;
    request.waits_for = std::move(keys);
    request.attempt = [this, name, &ready](bool expired) {
      log += expired ? '!' : '?';
      if (ready || expired) {
        log += name;
      }
      return ready || expired;
    };
    purgatory.park(std::move(request));
  }
};

TEST_F(PurgatoryTest, TriedWhenAPartitionMovesAndGoneOnceAnswered) {
  bool ready = false;
  park('x', {a, b}, 100, ready);
  purgatory.moved(a);
  EXPECT_EQ(log, "?");
  ready = true;
  purgatory.moved(b);
  EXPECT_EQ(log, "??x");
  purgatory.moved(a);
  purgatory.expire(1000);
  EXPECT_EQ(log, "??x");
  EXPECT_EQ(purgatory.size(), 0u);
}

TEST_F(PurgatoryTest, TriedForTheLastTimeAtItsDeadline) {
  bool ready = false;
  park('x', {a}, 100, ready);
  EXPECT_EQ(purgatory.next_deadline_ms(), 100);
  purgatory.expire(99);
  EXPECT_EQ(log, "");
  purgatory.expire(100);
  EXPECT_EQ(log, "!x");
  EXPECT_EQ(purgatory.next_deadline_ms(), INT64_MAX);
}

TEST_F(PurgatoryTest, OtherPartitionsDoNotDisturb) {
  bool ready = true;
  park('x', {a}, 100, ready);
  purgatory.moved(b);
  EXPECT_EQ(log, "");
}

TEST_F(PurgatoryTest, AClosedConnectionsRequestsAreForgotten) {
  bool ready = true;
  park('x', {a}, 100, ready, 1);
  park('y', {a}, 100, ready, 2);
  purgatory.drop_connection(1);
  purgatory.moved(a);
  EXPECT_EQ(log, "?y");
}

TEST_F(PurgatoryTest, AnAttemptMayParkAgainOnTheSamePartition) {
  ParkedRequest first;
  first.deadline_ms = 10;
  first.waits_for = {a};
  bool ready = false;
  first.attempt = [&](bool) {
    park('n', {a}, 20, ready);
    return true;
  };
  purgatory.park(std::move(first));
  purgatory.moved(a);
  EXPECT_EQ(log, "");
  EXPECT_EQ(purgatory.size(), 1u);
  ready = true;
  purgatory.moved(a);
  EXPECT_EQ(log, "?n");
}

TEST_F(PurgatoryTest, ManyRequestsThatComeAndGoLeaveNoTrace) {
  bool ready = false;
  for (int i = 0; i < 10'000; ++i) {
    park('x', {a, b}, 1'000'000 + i, ready);
    ready = true;
    purgatory.moved(a);
    ready = false;
  }
  EXPECT_EQ(purgatory.size(), 0u);
  EXPECT_EQ(purgatory.next_deadline_ms(), INT64_MAX);
}

}  // namespace
}  // namespace kafka
