// Fetch over the wire: which bytes come, when an answer waits, and what a session leaves out.
#include "protocol/api/01_fetch.h"

#include <chrono>

#include "protocol/api/03_metadata.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/21_delete_records.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

using Partition = FetchResponse::PartitionData;

class FetchTest : public NodeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(start());
    topic_id_ = create_topic("t", 3);
    reader_ = std::make_unique<TestClient>(connect());
  }

  void produce(int32_t records = 1, int32_t partition = 0, size_t value_bytes = 10) {
    const Bytes batch = make_batch({.records = records, .value_bytes = value_bytes});
    const auto response =
        connect().ask<ProduceResponse>(produce_request("t", batch, 1, partition), 9);
    ASSERT_EQ(response.responses.at(0).partition_responses.at(0).error_code, 0);
  }
  FetchResponse fetch(const FetchRequest& request, int16_t version = 12) {
    return reader_->ask<FetchResponse>(request, version);
  }
  Partition fetch_one(const FetchRequest& request, int16_t version = 12) {
    const FetchResponse response = fetch(request, version);
    EXPECT_EQ(response.error_code, 0);
    return response.responses.empty() ? Partition{} : response.responses[0].partitions.at(0);
  }
  static ErrorCode error_of(const Partition& partition) {
    return static_cast<ErrorCode>(partition.error_code);
  }
  static int count_of(const Partition& partition) {
    int records = 0;
    EXPECT_TRUE(for_each_record(partition.records.bytes, [&](const RecordView&) { ++records; }));
    return records;
  }

  Uuid topic_id_;
  std::unique_ptr<TestClient> reader_;
};

TEST_F(FetchTest, RecordsComeInEveryVersion) {
  produce(3);
  produce(2);
  for (int16_t version = 4; version <= 18; ++version) {
    FetchRequest request = fetch_request(version >= 13 ? "" : "t", 0);
    request.topics[0].topic_id = version >= 13 ? topic_id_ : Uuid{};
    const Partition partition = fetch_one(request, version);
    EXPECT_EQ(partition.error_code, 0) << version;
    EXPECT_EQ(count_of(partition), 5) << version;
    EXPECT_EQ(partition.high_watermark, 5);
    EXPECT_EQ(partition.last_stable_offset, 5);
    EXPECT_EQ(partition.log_start_offset, version >= 5 ? 0 : -1);
    EXPECT_FALSE(partition.aborted_transactions);
    EXPECT_EQ(partition.preferred_read_replica, -1);
  }
}

TEST_F(FetchTest, ReadCommittedNamesItsAbortedTransactions) {
  produce();
  FetchRequest request = fetch_request("t", 0);
  request.isolation_level = 1;
  const Partition partition = fetch_one(request);
  ASSERT_TRUE(partition.aborted_transactions);
  EXPECT_TRUE(partition.aborted_transactions->empty());
}

TEST_F(FetchTest, TheBatchThatHoldsTheOffsetComesWhole) {
  produce(10);
  const Partition partition = fetch_one(fetch_request("t", 7));
  const auto batch = BatchView::at_front_of(partition.records.bytes);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->base_offset(), 0);
  EXPECT_EQ(batch->count(), 10);
}

TEST_F(FetchTest, OutOfRange) {
  produce(3);
  EXPECT_EQ(error_of(fetch_one(fetch_request("t", 3))), ErrorCode::None);
  for (const int64_t offset : {4, 1000, -1}) {
    const Partition partition = fetch_one(fetch_request("t", offset));
    EXPECT_EQ(error_of(partition), ErrorCode::OffsetOutOfRange) << offset;
    EXPECT_EQ(partition.high_watermark, -1);
    EXPECT_TRUE(partition.records.empty());
  }
}

TEST_F(FetchTest, UnknownTopicsPartitionsAndIds) {
  EXPECT_EQ(error_of(fetch_one(fetch_request("nowhere", 0))), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(error_of(fetch_one(fetch_request("t", 0, 9))), ErrorCode::UnknownTopicOrPartition);
  FetchRequest by_id = fetch_request("", 0);
  by_id.topics[0].topic_id = Uuid{1, 2};
  EXPECT_EQ(error_of(fetch_one(by_id, 13)), ErrorCode::UnknownTopicId);
}

TEST_F(FetchTest, LeaderEpochsAreCompared) {
  produce();
  FetchRequest request = fetch_request("t", 0);
  request.topics[0].partitions[0].current_leader_epoch = 0;
  EXPECT_EQ(error_of(fetch_one(request)), ErrorCode::None);
  request.topics[0].partitions[0].current_leader_epoch = 5;
  EXPECT_EQ(error_of(fetch_one(request)), ErrorCode::UnknownLeaderEpoch);
}

TEST_F(FetchTest, AReaderWithAnotherHistoryLearnsWhereItDiverged) {
  produce(3);
  stop();
  ASSERT_NO_FATAL_FAILURE(start());  // a new leader epoch
  reader_ = std::make_unique<TestClient>(connect());
  produce(2);
  FetchRequest request = fetch_request("t", 5);
  request.topics[0].partitions[0].last_fetched_epoch = 0;  // whose records end at 3 here
  const Partition partition = fetch_one(request);
  EXPECT_EQ(partition.error_code, 0);
  EXPECT_EQ(partition.diverging_epoch.epoch, 0);
  EXPECT_EQ(partition.diverging_epoch.end_offset, 3);
  EXPECT_TRUE(partition.records.empty());
  request.topics[0].partitions[0].fetch_offset = 3;
  EXPECT_EQ(fetch_one(request).diverging_epoch.epoch, -1);
  request.topics[0].partitions[0].last_fetched_epoch = 99;
  EXPECT_EQ(error_of(fetch_one(request)), ErrorCode::OffsetOutOfRange);
}

TEST_F(FetchTest, TheFirstBatchComesEvenWhenItIsLargerThanAllowed) {
  produce(1, 0, 5000);
  produce(1, 1, 5000);
  FetchRequest request = fetch_request("t", 0);
  request.max_bytes = 10;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  request.topics[0].partitions.push_back(request.topics[0].partitions[0]);
  request.topics[0].partitions[1].partition = 1;
  const FetchResponse response = fetch(request);
  EXPECT_EQ(count_of(response.responses.at(0).partitions.at(0)), 1);
  EXPECT_TRUE(response.responses[0].partitions.at(1).records.empty());
}

TEST_F(FetchTest, BytesAreBoundedByPartitionAndInAll) {
  for (int i = 0; i < 10; ++i) {
    produce(1, 0, 1000);
    produce(1, 1, 1000);
  }
  FetchRequest request = fetch_request("t", 0);
  request.topics[0].partitions[0].partition_max_bytes = 2500;
  EXPECT_EQ(fetch_one(request).records.size(), 2500u);
  request.max_bytes = 3000;
  request.topics[0].partitions.push_back(request.topics[0].partitions[0]);
  request.topics[0].partitions[1].partition = 1;
  const FetchResponse response = fetch(request);
  EXPECT_EQ(response.responses.at(0).partitions.at(0).records.size(), 2500u);
  EXPECT_LE(response.responses[0].partitions.at(1).records.size(), 500u);
}

TEST_F(FetchTest, AnEmptyAnswerWaitsForTheNextRecord) {
  FetchRequest request = fetch_request("t", 0);
  request.max_wait_ms = 10'000;
  reader_->send(request, 12);
  EXPECT_TRUE(reader_->is_silent_for(50));
  produce();
  const auto response = reader_->receive<FetchResponse>(12);
  ASSERT_TRUE(response);
  EXPECT_EQ(count_of(response->responses.at(0).partitions.at(0)), 1);
}

TEST_F(FetchTest, MinBytesAreWaitedForAndMaxWaitEndsIt) {
  FetchRequest request = fetch_request("t", 0);
  request.max_wait_ms = 10'000;
  request.min_bytes = 1500;
  reader_->send(request, 12);
  produce(1, 0, 1000);
  EXPECT_TRUE(reader_->is_silent_for(50));
  produce(1, 0, 1000);
  const auto response = reader_->receive<FetchResponse>(12);
  ASSERT_TRUE(response);
  EXPECT_EQ(count_of(response->responses.at(0).partitions.at(0)), 2);
  request.max_wait_ms = 100;
  request.min_bytes = 1 << 20;
  EXPECT_EQ(count_of(fetch_one(request)), 2);
}

TEST_F(FetchTest, AnErrorDoesNotWait) {
  FetchRequest request = fetch_request("t", 100);
  request.max_wait_ms = 60'000;
  EXPECT_EQ(error_of(fetch_one(request)), ErrorCode::OffsetOutOfRange);
}

TEST_F(FetchTest, RequestsBehindAWaitingFetchAreAnsweredAfterIt) {
  FetchRequest request = fetch_request("t", 0);
  request.max_wait_ms = 10'000;
  const int32_t first = reader_->send(request, 12);
  const int32_t second = reader_->send(MetadataRequest{}, 9);
  EXPECT_TRUE(reader_->is_silent_for(50));
  produce();
  ASSERT_TRUE(reader_->receive<FetchResponse>(12));
  EXPECT_EQ(reader_->last_correlation_id(), first);
  ASSERT_TRUE(reader_->receive<MetadataResponse>(9));
  EXPECT_EQ(reader_->last_correlation_id(), second);
}

TEST_F(FetchTest, ATopicThatIsDeletedEndsTheWait) {
  FetchRequest request = fetch_request("", 0);
  request.topics[0].topic_id = topic_id_;
  request.max_wait_ms = 60'000;
  reader_->send(request, 13);
  DeleteTopicsRequest deletion;
  deletion.topics.push_back({"t", {}});
  deletion.timeout_ms = 10'000;
  EXPECT_EQ(connect().ask<DeleteTopicsResponse>(deletion, 6).responses.at(0).error_code, 0);
  const auto response = reader_->receive<FetchResponse>(13);
  ASSERT_TRUE(response);
  EXPECT_EQ(error_of(response->responses.at(0).partitions.at(0)), ErrorCode::UnknownTopicId);
}

TEST_F(FetchTest, ASessionNamesOnlyWhatChanged) {
  FetchRequest request = fetch_request("t", 0);
  request.session_epoch = 0;
  const FetchResponse full = fetch(request);
  EXPECT_NE(full.session_id, 0);
  EXPECT_EQ(full.responses.size(), 1u);
  FetchRequest next;
  next.max_bytes = 1 << 20;
  next.session_id = full.session_id;
  next.session_epoch = 1;
  EXPECT_TRUE(fetch(next).responses.empty());
  produce();
  next.session_epoch = 2;
  EXPECT_EQ(count_of(fetch_one(next)), 1);
  EXPECT_EQ(fetch(next).error_code, static_cast<int16_t>(ErrorCode::InvalidFetchSessionEpoch));
  next.session_id += 1;
  EXPECT_EQ(fetch(next).error_code, static_cast<int16_t>(ErrorCode::FetchSessionIdNotFound));
}

TEST_F(FetchTest, WhoClaimsToBeAReplicaAndIsNoneIsRefused) {
  FetchRequest request = fetch_request("t", 0);
  for (const int32_t id : {0, 1, 99}) {
    request.replica_id = id;
    const FetchResponse response = fetch(request);
    EXPECT_EQ(static_cast<ErrorCode>(response.error_code), ErrorCode::ClusterAuthorizationFailed);
    EXPECT_EQ(error_of(response.responses.at(0).partitions.at(0)),
              ErrorCode::ClusterAuthorizationFailed);
  }
}

TEST_F(FetchTest, ArgumentsWithoutSenseAreAnError) {
  FetchRequest request = fetch_request("t", 0);
  request.isolation_level = 7;
  EXPECT_EQ(fetch(request).error_code, -1);
  request = fetch_request("t", 0);
  request.max_bytes = -1;
  EXPECT_EQ(error_of(fetch_one(request)), ErrorCode::UnknownServerError);
}

TEST_F(FetchTest, DeletedRecordsAreOutOfRangeAndStayDeletedAfterARestart) {
  produce(10);
  DeleteRecordsRequest request;
  request.topics.push_back({"t", {{0, 4}, {1, 1}, {9, 0}}});
  const auto response = connect().ask<DeleteRecordsResponse>(request, 2);
  const auto& partitions = response.topics.at(0).partitions;
  EXPECT_EQ(partitions.at(0).error_code, 0);
  EXPECT_EQ(partitions.at(0).low_watermark, 4);
  EXPECT_EQ(static_cast<ErrorCode>(partitions.at(1).error_code), ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(static_cast<ErrorCode>(partitions.at(2).error_code),
            ErrorCode::UnknownTopicOrPartition);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(error_of(fetch_one(fetch_request("t", 3))), ErrorCode::OffsetOutOfRange);
    const Partition partition = fetch_one(fetch_request("t", 4));
    EXPECT_EQ(partition.log_start_offset, 4);
    EXPECT_EQ(partition.high_watermark, 10);
    stop();
    ASSERT_NO_FATAL_FAILURE(start());
    reader_ = std::make_unique<TestClient>(connect());
  }
}

}  // namespace
}  // namespace kafka
