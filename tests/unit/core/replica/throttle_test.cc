// Replication quotas and the choice of a replica near the consumer.
#include "broker/core/replica/throttle.h"

#include "broker/core/replica/replica_selector.h"
#include "tests/unit/core/replica/replication_fixture.h"

namespace kafka {
namespace {

TEST(ThrottledReplicasTest, NamesPartitionsByBroker) {
  const auto ours = ThrottledReplicas::parse("0:1, 3:1,2:9", 1);
  EXPECT_TRUE(ours.contains(0));
  EXPECT_TRUE(ours.contains(3));
  EXPECT_FALSE(ours.contains(2));
  EXPECT_TRUE(ThrottledReplicas::parse("*", 1).contains(77));
  EXPECT_TRUE(ThrottledReplicas::parse("", 1).empty());
}

TEST(ReplicationQuotaTest, TheRateIsThatOfElevenSeconds) {
  ReplicationQuota quota;
  int64_t now = 1'700'000'000'000;
  quota.record(1 << 30, now);
  EXPECT_FALSE(quota.exceeded(now)) << "no rate is set";
  quota.set_rate(1000);
  EXPECT_TRUE(quota.exceeded(now));
  now += 11'000;
  EXPECT_FALSE(quota.exceeded(now));
  for (int i = 0; i < 20; ++i) {
    quota.record(1000, now += 1000);
  }
  EXPECT_TRUE(quota.exceeded(now)) << "eleven thousand in ten seconds and a moment";
  EXPECT_FALSE(quota.exceeded(now + 2000));
}

class ThrottledFollower : public ReplicationTest {};

TEST_F(ThrottledFollower, IsLeftOutUntilTheRateIsBelowTheQuota) {
  elect(1, 0, {1});
  produce(1, {"a"});
  table(2).find_topic(topic_id)->follower_throttled = ThrottledReplicas::parse("0:2", 2);
  table(2).follower_quota().set_rate(1);
  ASSERT_TRUE(fetch(2)) << "nothing was measured yet";
  EXPECT_EQ(log_of(2), "0:a@0 ");
  produce(1, {"b"});
  follower(2).unfollow(at(2).key());
  follower(2).follow(at(2).key());  // no longer known to be caught up
  EXPECT_FALSE(fetch(2));
  EXPECT_GT(follower(2).next_deadline_ms(), now_ms_);
  now_ms_ += 120'000;
  settle();
  EXPECT_EQ(log_of(2), "0:a@0 1:b@0 ");
}

class SelectorTest : public ReplicationTest {
 protected:
  SelectorTest() : ReplicationTest(3) {}
  std::optional<int32_t> choose(std::string_view rack, int64_t offset) {
    return preferred_read_replica(at(1), 1, rack, offset, [](int32_t id) {
      return std::optional<std::string>(id == 1 ? "north" : "south");
    });
  }
};

TEST_F(SelectorTest, TheReplicaInTheConsumersRackThatIsFurthestAhead) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a", "b"});
  settle();
  produce(1, {"c"});
  fetch(3);
  fetch(3);
  EXPECT_EQ(choose("south", 1), 3);
  EXPECT_EQ(choose("north", 1), std::nullopt) << "the leader is there itself";
  EXPECT_EQ(choose("", 1), std::nullopt);
  EXPECT_EQ(choose("east", 1), std::nullopt);
  EXPECT_EQ(choose("south", 9), std::nullopt) << "no follower has that yet";
  elect(1, 0, {1, 2});
  EXPECT_EQ(choose("south", 1), 2) << "only from who is in sync";
}

TEST_F(SelectorTest, AFollowerServesConsumersUpToItsHighWatermark) {
  elect(1, 0, {1, 2, 3});
  produce(1, {"a"});
  settle();
  produce(1, {"b"});
  fetch(2);
  PartitionFetch fetch;
  fetch.max_bytes = 1 << 20;
  EXPECT_EQ(at(2).read(fetch).error().code, ErrorCode::NotLeaderOrFollower);
  fetch.leader_only = false;
  const auto one = at(2).read(fetch);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->high_watermark, 1);
  fetch.offset = 1;
  EXPECT_EQ(at(2).read(fetch)->records.length, 0);
  fetch.current_leader_epoch = 9;
  EXPECT_EQ(at(2).read(fetch).error().code, ErrorCode::UnknownLeaderEpoch);
}

}  // namespace
}  // namespace kafka
