// ListOffsets, OffsetForLeaderEpoch, DescribeLogDirs, DescribeProducers over the wire.
#include "protocol/api/02_list_offsets.h"
#include "protocol/api/23_offset_for_leader_epoch.h"
#include "protocol/api/35_describe_log_dirs.h"
#include "protocol/api/61_describe_producers.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

using Answer = ListOffsetsResponse::ListOffsetsPartitionResponse;

class OffsetsTest : public NodeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(start());
    create_topic("t");
    for (const int64_t timestamp : {1000, 3000, 2000}) {
      TestBatch batch{.records = 2, .timestamp = timestamp};
      batch.fields.producer_id = 7;
      batch.fields.producer_epoch = 0;
      batch.fields.base_sequence = next_sequence_;
      next_sequence_ += 2;
      const Bytes bytes = make_batch(batch);
      connect().ask<ProduceResponse>(produce_request("t", bytes), 9);
    }
  }

  Answer list(int64_t timestamp, int16_t version = 11, int32_t leader_epoch = -1) {
    ListOffsetsRequest request;
    request.replica_id = -1;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.push_back({0, leader_epoch, timestamp});
    return connect().ask<ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }

  int32_t next_sequence_ = 0;
};

TEST_F(OffsetsTest, BothEndsInEveryVersion) {
  for (int16_t version = 1; version <= 11; ++version) {
    EXPECT_EQ(list(-1, version).offset, 6) << version;
    EXPECT_EQ(list(-2, version).offset, 0) << version;
    EXPECT_EQ(list(-1, version).timestamp, -1);
    EXPECT_EQ(list(-1, version).leader_epoch, version >= 4 ? 0 : -1);
  }
}

TEST_F(OffsetsTest, ByTimeTheFirstRecordThatIsNotOlder) {
  EXPECT_EQ(list(0).offset, 0);
  EXPECT_EQ(list(1000).offset, 0);
  EXPECT_EQ(list(1001).offset, 2);
  EXPECT_EQ(list(1001).timestamp, 3000);
  EXPECT_EQ(list(3001).offset, -1);
  EXPECT_EQ(list(3001).error_code, 0);
}

TEST_F(OffsetsTest, SpecialTimesFromTheirVersionsOn) {
  const auto unsupported = static_cast<int16_t>(ErrorCode::UnsupportedVersion);
  EXPECT_EQ(list(-3, 7).offset, 2);
  EXPECT_EQ(list(-3, 7).timestamp, 3000);
  EXPECT_EQ(list(-3, 6).error_code, unsupported);
  EXPECT_EQ(list(-4, 8).offset, 0);
  EXPECT_EQ(list(-4, 7).error_code, unsupported);
  EXPECT_EQ(list(-5, 9).offset, -1);
  EXPECT_EQ(list(-5, 8).error_code, unsupported);
  EXPECT_EQ(list(-6, 11).offset, -1);
  EXPECT_EQ(list(-6, 10).error_code, unsupported);
  EXPECT_EQ(list(-7, 11).error_code, unsupported);
}

TEST_F(OffsetsTest, APartitionNamedTwiceIsInvalid) {
  ListOffsetsRequest request;
  request.topics.push_back({"t", {{0, -1, -1}, {0, -1, -2}}});
  const auto response = connect().ask<ListOffsetsResponse>(request, 5);
  ASSERT_EQ(response.topics.at(0).partitions.size(), 1u);
  EXPECT_EQ(static_cast<ErrorCode>(response.topics[0].partitions[0].error_code),
            ErrorCode::InvalidRequest);
}

TEST_F(OffsetsTest, AnUnknownLeaderEpochIsRefused) {
  EXPECT_EQ(static_cast<ErrorCode>(list(-1, 11, 4).error_code), ErrorCode::UnknownLeaderEpoch);
}

TEST_F(OffsetsTest, WhereALeaderEpochEnds) {
  const auto end_of = [&](int32_t epoch, int32_t current_epoch, int32_t partition = 0) {
    OffsetForLeaderEpochRequest request;
    request.topics.push_back({"t", {{partition, current_epoch, epoch}}});
    return connect().ask<OffsetForLeaderEpochResponse>(request, 4).topics.at(0).partitions.at(0);
  };
  EXPECT_EQ(end_of(0, 0).end_offset, 6);
  EXPECT_EQ(end_of(0, 0).leader_epoch, 0);
  EXPECT_EQ(static_cast<ErrorCode>(end_of(0, 3).error_code), ErrorCode::UnknownLeaderEpoch);
  EXPECT_EQ(static_cast<ErrorCode>(end_of(0, 0, 5).error_code),
            ErrorCode::UnknownTopicOrPartition);
}

TEST_F(OffsetsTest, LogDirectoriesSayWhatIsInThemAndWhatIsLeft) {
  DescribeLogDirsRequest request;
  request.topics.reset();
  const auto response = connect().ask<DescribeLogDirsResponse>(request, 5);
  ASSERT_EQ(response.results.size(), 1u);
  EXPECT_EQ(response.results[0].log_dir, folder_ + "/data");
  EXPECT_GT(response.results[0].total_bytes, response.results[0].usable_bytes);
  ASSERT_EQ(response.results[0].topics.size(), 1u);
  EXPECT_GT(response.results[0].topics[0].partitions.at(0).partition_size, 200);
  request.topics.emplace();
  request.topics->push_back({"other", {0}});
  EXPECT_TRUE(connect().ask<DescribeLogDirsResponse>(request, 1).results.at(0).topics.empty());
}

TEST_F(OffsetsTest, ProducersAreDescribed) {
  TestBatch now{.records = 2};
  now.fields.producer_id = 8;
  now.fields.producer_epoch = 3;
  now.fields.base_sequence = 10;
  const Bytes bytes = make_batch(now);
  connect().ask<ProduceResponse>(produce_request("t", bytes), 9);
  DescribeProducersRequest request;
  request.topics.push_back({"t", {0, 5}});
  const auto response = connect().ask<DescribeProducersResponse>(request, 0);
  const auto& partitions = response.topics.at(0).partitions;
  // Producer 7's last record is from 1970: it has expired.
  ASSERT_EQ(partitions.at(0).active_producers.size(), 1u);
  EXPECT_EQ(partitions[0].active_producers[0].producer_id, 8);
  EXPECT_EQ(partitions[0].active_producers[0].producer_epoch, 3);
  EXPECT_EQ(partitions[0].active_producers[0].last_sequence, 11);
  EXPECT_EQ(static_cast<ErrorCode>(partitions.at(1).error_code),
            ErrorCode::UnknownTopicOrPartition);
}

}  // namespace
}  // namespace kafka
