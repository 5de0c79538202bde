// Produce over the wire: what is appended, what is refused and with which error, in which version.
#include "protocol/api/00_produce.h"

#include "protocol/api/02_list_offsets.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/22_init_producer_id.h"
#include <set>

#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

using Answer = ProduceResponse::PartitionProduceResponse;

class ProduceTest : public NodeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(start());
    topic_id_ = create_topic("t");
  }

  Answer produce(const ProduceRequest& request, int16_t version = 12) {
    const auto response = client().ask<ProduceResponse>(request, version);
    return response.responses.empty() ? Answer{}
                                      : response.responses[0].partition_responses.at(0);
  }
  Answer produce(const std::string& topic, const Bytes& batch, int16_t version = 12) {
    return produce(produce_request(topic, batch), version);
  }
  ErrorCode error_of(const Answer& answer) { return static_cast<ErrorCode>(answer.error_code); }
  TestClient& client() {
    if (!client_) {
      client_ = std::make_unique<TestClient>(connect());
    }
    return *client_;
  }
  static Bytes idempotent(int64_t producer_id, int16_t epoch, int32_t sequence,
                          int32_t records = 1) {
    TestBatch batch;
    batch.records = records;
    batch.fields.producer_id = producer_id;
    batch.fields.producer_epoch = epoch;
    batch.fields.base_sequence = sequence;
    return make_batch(batch);
  }

  Uuid topic_id_;
  std::unique_ptr<TestClient> client_;
};

TEST_F(ProduceTest, OffsetsGoOnInEveryVersion) {
  int64_t expected = 0;
  for (int16_t version = 3; version <= 12; ++version) {
    const Answer answer = produce("t", make_batch({.records = 3}), version);
    EXPECT_EQ(answer.error_code, 0) << version;
    EXPECT_EQ(answer.base_offset, expected) << version;
    EXPECT_EQ(answer.log_append_time_ms, -1);
    EXPECT_EQ(answer.log_start_offset, version >= 5 ? 0 : -1);
    expected += 3;
  }
  const Bytes batch = make_batch();
  ProduceRequest by_id = produce_request("", batch);
  by_id.topic_data[0].topic_id = topic_id_;
  EXPECT_EQ(produce(by_id, 13).base_offset, expected);
}

TEST_F(ProduceTest, UnknownTopicsPartitionsAndIds) {
  const Bytes batch = make_batch();
  EXPECT_EQ(error_of(produce("nowhere", batch)), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(error_of(produce(produce_request("t", batch, 1, 7))),
            ErrorCode::UnknownTopicOrPartition);
  ProduceRequest by_id = produce_request("", batch);
  by_id.topic_data[0].topic_id = Uuid{1, 2};
  EXPECT_EQ(error_of(produce(by_id, 13)), ErrorCode::UnknownTopicId);
}

TEST_F(ProduceTest, AcksZeroGetsNoAnswer) {
  const Bytes batch = make_batch();
  client().send(produce_request("t", batch, 0), 9);
  client().send(ApiVersionsRequest{"test", "1"}, 3);
  const auto next = client().receive<ApiVersionsResponse>(3);
  ASSERT_TRUE(next);
  EXPECT_EQ(client().last_correlation_id(), 2);
  EXPECT_EQ(produce("t", batch).base_offset, 1);
}

TEST_F(ProduceTest, AnErrorWithAcksZeroCloses) {
  const Bytes batch = make_batch();
  client().send(produce_request("nowhere", batch, 0), 9);
  EXPECT_TRUE(client().is_closed_by_node());
}

TEST_F(ProduceTest, OtherAcksAreInvalid) {
  const Bytes batch = make_batch();
  for (const int16_t acks : {-2, 2, 100}) {
    EXPECT_EQ(error_of(produce(produce_request("t", batch, acks))),
              ErrorCode::InvalidRequiredAcks);
  }
  EXPECT_EQ(produce("t", batch).base_offset, 0);
}

TEST_F(ProduceTest, ATopicOfOneReplicaIsContentWithItWhateverMinInsyncReplicasSays) {
  create_topic("strict", 1, {{"min.insync.replicas", "2"}});
  const Bytes batch = make_batch();
  EXPECT_EQ(error_of(produce(produce_request("strict", batch, -1))), ErrorCode::None);
}

TEST_F(ProduceTest, ABrokenBatchIsNotAppended) {
  Bytes batch = make_batch();
  batch.back() ^= 1;
  EXPECT_EQ(error_of(produce("t", batch)), ErrorCode::CorruptMessage);
  EXPECT_EQ(error_of(produce("t", Bytes(batch.begin(), batch.begin() + 30))),
            ErrorCode::InvalidRecord);
  EXPECT_EQ(produce("t", make_batch()).base_offset, 0);
}

TEST_F(ProduceTest, SizeIsMeasuredAsSent) {
  create_topic("small", 1, {{"max.message.bytes", "500"}});
  EXPECT_EQ(error_of(produce("small", make_batch({.value_bytes = 1000}))),
            ErrorCode::MessageTooLarge);
  TestBatch packed{.value_bytes = 10'000};
  packed.fields.codec = Codec::Gzip;
  EXPECT_EQ(error_of(produce("small", make_batch(packed))), ErrorCode::None);
}

TEST_F(ProduceTest, ZstdNeedsVersion7) {
  TestBatch packed;
  packed.fields.codec = Codec::Zstd;
  EXPECT_EQ(error_of(produce("t", make_batch(packed), 6)), ErrorCode::UnsupportedCompressionType);
  EXPECT_EQ(error_of(produce("t", make_batch(packed), 7)), ErrorCode::None);
}

TEST_F(ProduceTest, TimestampsOutOfBoundsNameTheRecord) {
  create_topic("dated", 1, {{"message.timestamp.after.max.ms", "1000"}});
  const Answer answer = produce("dated", make_batch({.timestamp = 99'999'999'999'999}));
  EXPECT_EQ(error_of(answer), ErrorCode::InvalidTimestamp);
  ASSERT_EQ(answer.record_errors.size(), 1u);
  EXPECT_EQ(answer.record_errors[0].batch_index, 0);
}

TEST_F(ProduceTest, LogAppendTimeIsAnswered) {
  create_topic("stamped", 1, {{"message.timestamp.type", "LogAppendTime"}});
  EXPECT_GT(produce("stamped", make_batch({.timestamp = 5})).log_append_time_ms,
            1'600'000'000'000);
}

TEST_F(ProduceTest, TheTopicsCodecIsUsed) {
  create_topic("gz", 1, {{"compression.type", "gzip"}});
  EXPECT_EQ(produce("gz", make_batch({.records = 50})).base_offset, 0);
  const auto fetched = client().ask<FetchResponse>(fetch_request("gz", 0), 12);
  const auto batch = BatchView::at_front_of(fetched.responses.at(0).partitions.at(0).records.bytes);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->codec(), Codec::Gzip);
  EXPECT_EQ(batch->count(), 50);
  EXPECT_TRUE(batch->crc_matches());
}

TEST_F(ProduceTest, ARetryOfOneOfTheLastFiveBatchesGetsItsFirstOffset) {
  for (int32_t i = 0; i < 6; ++i) {
    EXPECT_EQ(produce("t", idempotent(7, 0, i)).base_offset, i);
  }
  EXPECT_EQ(produce("t", idempotent(7, 0, 5)).base_offset, 5);
  EXPECT_EQ(produce("t", idempotent(7, 0, 1)).base_offset, 1);
  EXPECT_EQ(error_of(produce("t", idempotent(7, 0, 0))), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce("t", idempotent(7, 0, 6)).base_offset, 6);
}

TEST_F(ProduceTest, AGapIsOutOfOrderAndAnOldEpochIsFenced) {
  EXPECT_EQ(produce("t", idempotent(7, 1, 0, 3)).base_offset, 0);
  EXPECT_EQ(error_of(produce("t", idempotent(7, 1, 4))), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(error_of(produce("t", idempotent(7, 0, 3))), ErrorCode::InvalidProducerEpoch);
  EXPECT_EQ(produce("t", idempotent(7, 2, 0)).base_offset, 3);
}

TEST_F(ProduceTest, ProducerIdsAreNeverGivenTwiceAcrossRestarts) {
  std::set<int64_t> ids;
  for (int round = 0; round < 2; ++round) {
    InitProducerIdRequest request;
    request.transactional_id.reset();
    for (int16_t version = 0; version <= 5; ++version) {
      const auto response = client().ask<InitProducerIdResponse>(request, version);
      EXPECT_EQ(response.error_code, 0);
      EXPECT_EQ(response.producer_epoch, 0);
      EXPECT_TRUE(ids.insert(response.producer_id).second) << response.producer_id;
    }
    client_.reset();
    stop();
    ASSERT_NO_FATAL_FAILURE(start());
  }
}

TEST_F(ProduceTest, DuplicatesAreKnownAfterARestart) {
  EXPECT_EQ(produce("t", idempotent(7, 0, 0)).base_offset, 0);
  EXPECT_EQ(produce("t", idempotent(7, 0, 1)).base_offset, 1);
  client_.reset();
  stop();
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(produce("t", idempotent(7, 0, 1)).base_offset, 1);
  EXPECT_EQ(produce("t", idempotent(7, 0, 2)).base_offset, 2);
}

TEST_F(ProduceTest, TransactionsAreRefused) {
  InitProducerIdRequest request;
  request.transactional_id = "tx";
  EXPECT_EQ(client().ask<InitProducerIdResponse>(request, 4).error_code, 35);
  request.transactional_id = "";
  EXPECT_EQ(client().ask<InitProducerIdResponse>(request, 4).error_code, 42);
  TestBatch batch;
  batch.fields.transactional = true;
  batch.fields.producer_id = 7;
  batch.fields.producer_epoch = 0;
  batch.fields.base_sequence = 0;
  EXPECT_EQ(error_of(produce("t", make_batch(batch))), ErrorCode::InvalidTxnState);
}

TEST_F(ProduceTest, TheBrokersOwnTopicsAreNotForClients) {
  create_topic("__consumer_offsets", 3, {{"cleanup.policy", "compact"}});
  const Bytes batch = make_batch();
  EXPECT_EQ(error_of(produce("__consumer_offsets", batch)), ErrorCode::InvalidTopicException);
}

}  // namespace
}  // namespace kafka
