// The rules of a leader: who may append, what is committed, what a consumer sees.
#include "broker/core/replica/partition.h"

#include <gtest/gtest.h>

#include "broker/core/replica/replica_table.h"
#include "broker/core/sim_files.h"
#include "protocol/record_batch.h"

namespace kafka {
namespace {

constexpr int32_t us = 1;
constexpr int64_t now = 1'700'000'000'000;

class PartitionTest : public testing::Test {
 protected:
  PartitionTest() {
    EXPECT_TRUE(files_.make_directory("/data"));
    topic_.config = std::make_shared<TopicConfig>();
    topic_.log_config = std::make_shared<LogConfig>();
    LogOptions options;
    options.directory = "/data/t-0";
    options.config = topic_.log_config;
    options.create = true;
    options.now_ms = now;
    auto log = Log::open(files_, options);
    EXPECT_TRUE(log);
    partition_ = &table_.add(topic_, 0, std::move(*log), 0);
  }

  void lead(int32_t epoch, std::vector<int32_t> isr = {us}) {
    partition_->set_role({us, epoch, ++partition_epoch_, {us, 2, 3}, std::move(isr)}, now);
  }
  // In epoch 1, with five records: broker 2 has three of them, broker 3 has all.
  void lead_five_records() {
    lead(1, {us, 2, 3});
    EXPECT_TRUE(append(5));
    EXPECT_TRUE(fetch_as(2, 3));
    EXPECT_TRUE(fetch_as(3, 5));
  }
  // Broker `id` asks for what comes at `offset`, so it has everything below.
  Result<PartitionData> fetch_as(int32_t id, int64_t offset, int64_t at_ms = now,
                                 int64_t broker_epoch = -1, int64_t log_start = 0) {
    PartitionFetch fetch;
    fetch.offset = offset;
    fetch.current_leader_epoch = partition_->leader_epoch();
    fetch.max_bytes = 1 << 20;
    fetch.min_one_batch = true;
    return partition_->read_as_follower(fetch, {id, broker_epoch, log_start}, at_ms);
  }
  Result<AppendInfo> append(int records = 1, int16_t acks = 1) {
    BatchBuilder builder;
    for (int i = 0; i < records; ++i) {
      builder.add(now, std::nullopt, bytes_of("value"));
    }
    Bytes batch = builder.build();
    return partition_->append_as_leader(batch, acks, now);
  }
  Result<PartitionData> read(int64_t offset, int32_t leader_epoch = no_epoch) {
    PartitionFetch fetch;
    fetch.offset = offset;
    fetch.current_leader_epoch = leader_epoch;
    fetch.max_bytes = 1 << 20;
    return partition_->read(fetch);
  }
  template <class T>
  static ErrorCode error_of(const Result<T>& result) {
    return result ? ErrorCode::None : result.error().code;
  }

  SimFiles files_;
  ReplicaTable table_{us};
  TopicReplicas& topic_ = table_.topic(Uuid{1, 2}, "t");
  Partition* partition_ = nullptr;
  int32_t partition_epoch_ = 0;
};

TEST_F(PartitionTest, OnlyTheLeaderAppendsAndIsRead) {
  EXPECT_EQ(error_of(append()), ErrorCode::NotLeaderOrFollower);
  EXPECT_EQ(error_of(read(0)), ErrorCode::NotLeaderOrFollower);
  lead(3);
  EXPECT_EQ(error_of(append()), ErrorCode::None);
  EXPECT_EQ(error_of(read(0)), ErrorCode::None);
  partition_->set_role({2, 4, ++partition_epoch_, {us, 2}, {2}}, now);
  EXPECT_EQ(error_of(append()), ErrorCode::NotLeaderOrFollower);
}

TEST_F(PartitionTest, OldEpochsAreFencedAndNewOnesUnknown) {
  lead(3);
  EXPECT_EQ(error_of(read(0, 2)), ErrorCode::FencedLeaderEpoch);
  EXPECT_EQ(error_of(read(0, 3)), ErrorCode::None);
  EXPECT_EQ(error_of(read(0, 4)), ErrorCode::UnknownLeaderEpoch);
}

TEST_F(PartitionTest, AloneTheHighWatermarkIsTheLogEnd) {
  lead(0);
  ASSERT_TRUE(append(3));
  EXPECT_EQ(partition_->high_watermark(), 3);
  EXPECT_TRUE(*partition_->is_committed(3));
}

TEST_F(PartitionTest, TheHighWatermarkIsTheSmallestEndOfTheInSyncReplicas) {
  lead(0, {us, 2, 3});
  ASSERT_TRUE(append(5));
  EXPECT_EQ(partition_->high_watermark(), 0);
  ASSERT_TRUE(fetch_as(2, 4));
  EXPECT_EQ(partition_->high_watermark(), 0);
  ASSERT_TRUE(fetch_as(3, 2));
  EXPECT_EQ(partition_->high_watermark(), 2);
  EXPECT_FALSE(*partition_->is_committed(3));
  lead(0, {us, 2});  // 3 fell out
  EXPECT_EQ(partition_->high_watermark(), 4);
}

TEST_F(PartitionTest, WhatFollowersHadHoldsInTheNextEpochOfTheSameLeader) {
  lead_five_records();
  lead(2, {us, 2, 3});
  EXPECT_TRUE(fetch_as(2, 5));
  EXPECT_EQ(partition_->high_watermark(), 5);
}

// Another broker may have led in between, and broker 3 have cut to what that one had.
TEST_F(PartitionTest, WhatFollowersHadMayBeGoneWhereAnEpochWasSkipped) {
  lead_five_records();
  lead(3, {us, 2, 3});
  EXPECT_TRUE(fetch_as(2, 5));
  EXPECT_EQ(partition_->high_watermark(), 3);
  EXPECT_TRUE(fetch_as(3, 5));
  EXPECT_EQ(partition_->high_watermark(), 5);
}

TEST_F(PartitionTest, ConsumersNeverReadPastTheHighWatermark) {
  lead(0, {us, 2});
  ASSERT_TRUE(append());
  ASSERT_TRUE(append());
  EXPECT_EQ(read(0)->records.length, 0);
  EXPECT_EQ(error_of(read(2)), ErrorCode::None);  // beyond it, and still in the log
  ASSERT_TRUE(fetch_as(2, 1));
  const auto one = read(0);
  ASSERT_TRUE(fetch_as(2, 2));
  EXPECT_EQ(read(0)->records.length, 2 * one->records.length);
  EXPECT_EQ(error_of(read(3)), ErrorCode::OffsetOutOfRange);
}

TEST_F(PartitionTest, AcksAllNeedsEnoughReplicasBeforeAndAfter) {
  auto config = std::make_shared<TopicConfig>();
  config->min_insync_replicas = 2;
  topic_.config = config;
  lead(0);
  EXPECT_EQ(error_of(append(1, -1)), ErrorCode::NotEnoughReplicas);
  EXPECT_EQ(error_of(append(1, 1)), ErrorCode::None);
  lead(1, {us, 2});
  ASSERT_TRUE(append(1, -1));
  EXPECT_FALSE(*partition_->is_committed(2));
  lead(1, {us});
  EXPECT_EQ(error_of(partition_->is_committed(2)), ErrorCode::NotEnoughReplicasAfterAppend);
}

TEST_F(PartitionTest, MinInsyncReplicasIsNeverMoreThanThereAre) {
  auto config = std::make_shared<TopicConfig>();
  config->min_insync_replicas = 2;
  topic_.config = config;
  partition_->set_role({us, 0, 0, {us}, {us}}, now);
  EXPECT_EQ(error_of(append(1, -1)), ErrorCode::None);
}

TEST_F(PartitionTest, WhoWaitsIsToldOncePerEvent) {
  lead(0);
  const std::vector<ReplicaTable::Moved> once{{partition_, true}};
  EXPECT_EQ(table_.take_moved(), once);
  EXPECT_FALSE(table_.any_moved());
  ASSERT_TRUE(append());
  ASSERT_TRUE(append());
  EXPECT_EQ(table_.take_moved(), once);
}

TEST_F(PartitionTest, RecordsAreDeletedUpToTheHighWatermark) {
  lead(0, {us, 2});
  ASSERT_TRUE(append(5));
  ASSERT_TRUE(fetch_as(2, 3));
  EXPECT_EQ(error_of(partition_->delete_records_before(4)), ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(*partition_->delete_records_before(2), 2);
  EXPECT_EQ(*partition_->delete_records_before(1), 2);  // never back
  EXPECT_EQ(*partition_->delete_records_before(-1), 3);
  EXPECT_EQ(error_of(read(2)), ErrorCode::OffsetOutOfRange);
}

TEST_F(PartitionTest, ATopicOfTheSameNameIsAnotherTopic) {
  const std::unique_ptr<TopicReplicas> gone = table_.remove(Uuid{1, 2});
  EXPECT_EQ(table_.find("t", 0), nullptr);
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_FALSE(table_.any_moved());
  table_.topic(Uuid{3, 4}, "t");
  EXPECT_EQ(table_.find_topic("t")->id, (Uuid{3, 4}));
  EXPECT_EQ(table_.find_topic(Uuid{1, 2}), nullptr);
}

}  // namespace
}  // namespace kafka
