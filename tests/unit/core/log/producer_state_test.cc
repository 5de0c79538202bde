// Idempotent producers: what is taken, what is recognised, what is refused; and the snapshot file.
#include "broker/core/log/producer_state.h"

#include <cstdlib>

#include "protocol/crc32c.h"
#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class ProducerStateTest : public LogTest {
 protected:
  static constexpr int64_t id = 4711;

  AppendInfo produce(int16_t epoch, int32_t sequence, int records = 1) {
    return append(idempotent_batch(id, epoch, sequence, records));
  }
  ErrorCode error(int16_t epoch, int32_t sequence, int records = 1) {
    return append_error(idempotent_batch(id, epoch, sequence, records));
  }
};

TEST_F(ProducerStateTest, TheLastFiveBatchesAreRecognised) {
  create();
  for (int32_t i = 0; i < 6; ++i) {
    EXPECT_EQ(produce(0, i * 2, 2).first_offset, i * 2);
  }
  for (int32_t i = 1; i < 6; ++i) {
    const AppendInfo info = produce(0, i * 2, 2);
    EXPECT_TRUE(info.duplicate);
    EXPECT_EQ(info.first_offset, i * 2);
    EXPECT_EQ(info.last_offset, i * 2 + 1);
  }
  EXPECT_EQ(log_->log_end_offset(), 12);
  EXPECT_EQ(error(0, 0, 2), ErrorCode::OutOfOrderSequenceNumber);  // the sixth is forgotten
}

TEST_F(ProducerStateTest, ADuplicateHasTheTimeOfItsFirstAppend) {
  config_->timestamp_type = TimestampType::LogAppendTime;
  create();
  Bytes batch = idempotent_batch(id, 0, 0);
  Bytes again = batch;
  value_of(log_->append_as_leader(batch, 0, now + 5));
  const AppendInfo info = value_of(log_->append_as_leader(again, 0, now + 99));
  EXPECT_TRUE(info.duplicate);
  EXPECT_EQ(info.log_append_time_ms, now + 5);
}

TEST_F(ProducerStateTest, DuplicatesAreRecognisedAcrossAKill) {
  create();
  for (int32_t i = 0; i < 6; ++i) {
    produce(0, i);
  }
  kill_and_reopen();
  for (int32_t i = 1; i < 6; ++i) {
    const AppendInfo info = produce(0, i);
    EXPECT_TRUE(info.duplicate) << i;
    EXPECT_EQ(info.first_offset, i);
  }
  EXPECT_EQ(error(0, 0), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(log_->log_end_offset(), 6);
}

// A snapshot keeps one batch per producer, as Apache Kafka's does. The others are in the log.
TEST_F(ProducerStateTest, DuplicatesAreRecognisedAcrossACleanStop) {
  create();
  for (int32_t i = 0; i < 6; ++i) {
    produce(0, i);
  }
  close_and_reopen();
  for (int32_t i = 1; i < 6; ++i) {
    const AppendInfo info = produce(0, i);
    EXPECT_TRUE(info.duplicate) << i;
    EXPECT_EQ(info.first_offset, i);
  }
  EXPECT_EQ(error(0, 0), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce(0, 6).first_offset, 6);
  kill_and_reopen();
  EXPECT_TRUE(produce(0, 6).duplicate);
  EXPECT_TRUE(produce(0, 2).duplicate);
}

// What is read again was true before the snapshot: an epoch that is over does not come back.
TEST_F(ProducerStateTest, AnEarlierEpochIsNotRecalledAcrossACleanStop) {
  create();
  for (int32_t i = 0; i < 3; ++i) {
    produce(0, i);
  }
  produce(1, 0);
  produce(1, 1);
  close_and_reopen();
  EXPECT_EQ(error(0, 2), ErrorCode::InvalidProducerEpoch);
  EXPECT_TRUE(produce(1, 0).duplicate);
  EXPECT_EQ(produce(1, 2).first_offset, 5);
}

TEST_F(ProducerStateTest, AGapIsOutOfOrder) {
  create();
  produce(0, 0, 3);
  EXPECT_EQ(error(0, 4), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(error(0, 2), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce(0, 3).first_offset, 3);
}

TEST_F(ProducerStateTest, SequencesWrapToZero) {
  create();
  produce(0, INT32_MAX - 2, 2);
  EXPECT_EQ(produce(0, INT32_MAX, 3).last_offset, 4);  // INT32_MAX, 0, 1
  const AppendInfo again = produce(0, INT32_MAX, 3);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.first_offset, 2);
  EXPECT_EQ(produce(0, 2).first_offset, 5);
  close_and_reopen();
  EXPECT_EQ(produce(0, 3).first_offset, 6);
}

TEST_F(ProducerStateTest, SequenceZeroFollowsTheLargestOne) {
  create();
  produce(0, INT32_MAX);
  EXPECT_EQ(error(0, 1), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce(0, 0).first_offset, 1);
}

TEST_F(ProducerStateTest, AnUnknownProducerMayStartAnywhere) {
  create();
  EXPECT_EQ(produce(3, 1000).first_offset, 0);
  EXPECT_EQ(produce(3, 1001).first_offset, 1);
}

TEST_F(ProducerStateTest, ANewEpochFencesTheOldOneAndStartsAtZero) {
  create();
  produce(1, 0, 5);
  EXPECT_EQ(error(2, 5), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce(2, 0).first_offset, 5);
  EXPECT_EQ(error(1, 5), ErrorCode::InvalidProducerEpoch);
  EXPECT_EQ(error(1, 0, 5), ErrorCode::InvalidProducerEpoch);
  EXPECT_EQ(produce(2, 1).first_offset, 6);
}

TEST_F(ProducerStateTest, IdleProducersAreForgotten) {
  create();
  produce(0, 0);
  const int64_t day = config_->producer_id_expiration_ms;
  EXPECT_EQ(value_of(log_->producers(now + day - 1)).size(), 1u);
  EXPECT_EQ(value_of(log_->producers(now + day)).size(), 0u);
  EXPECT_EQ(produce(0, 77).first_offset, 1);  // unknown by now
}

TEST_F(ProducerStateTest, ProducersAreDescribed) {
  create();
  produce(2, 0, 3);
  const auto rows = value_of(log_->producers(now));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].producer_id, id);
  EXPECT_EQ(rows[0].producer_epoch, 2);
  EXPECT_EQ(rows[0].last_sequence, 2);
  EXPECT_EQ(rows[0].last_timestamp, now);
  EXPECT_EQ(rows[0].coordinator_epoch, -1);
  EXPECT_EQ(rows[0].current_transaction_start_offset, -1);
}

TEST_F(ProducerStateTest, TruncationForgetsWhatWasCut) {
  create();
  for (int32_t i = 0; i < 6; ++i) {
    produce(0, i);
  }
  EXPECT_TRUE(value_of(log_->truncate_to(3)));
  EXPECT_TRUE(produce(0, 2).duplicate);
  EXPECT_EQ(error(0, 5), ErrorCode::OutOfOrderSequenceNumber);
  EXPECT_EQ(produce(0, 3).first_offset, 3);
}

TEST_F(ProducerStateTest, AFloodOfProducersStaysBounded) {
  ProducerStates states;
  for (int64_t i = 0; i < static_cast<int64_t>(ProducerStates::producers_max) + 1000; ++i) {
    const Bytes batch =
        make_batch({.timestamp = i, .producer_id = i, .producer_epoch = 0, .sequence = 0});
    states.update(value_of(BatchView::at_front_of(batch)));
  }
  EXPECT_LE(states.size(), ProducerStates::producers_max);
  EXPECT_EQ(states.list().back().producer_id,
            static_cast<int64_t>(ProducerStates::producers_max) + 999);
}

TEST_F(ProducerStateTest, TheSnapshotIsApacheKafkasByteForByte) {
  ProducerStates states;
  EXPECT_EQ(states.encode_snapshot().size(), 10u);
  Bytes batch = make_batch({.records = 3,
                            .timestamp = 0x0102030405060708,
                            .producer_id = 0x1112131415161718,
                            .producer_epoch = 0x2122,
                            .sequence = 0x31323334,
                            .base_offset = 0x4142434445464748});
  states.update(value_of(BatchView::at_front_of(batch)));
  const Bytes snapshot = states.encode_snapshot();
  const Bytes body = {0,    0,    0,    1,                              // count
                      0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,   // producer id
                      0x21, 0x22,                                       // epoch
                      0x31, 0x32, 0x33, 0x36,                           // last sequence
                      0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x4a,   // last offset
                      0,    0,    0,    2,                              // offset delta
                      1,    2,    3,    4,    5,    6,    7,    8,      // timestamp
                      0xff, 0xff, 0xff, 0xff,                           // coordinator epoch
                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};  // transaction
  const uint32_t crc = crc32c(body);
  Bytes expected = {0, 1, uint8_t(crc >> 24), uint8_t(crc >> 16), uint8_t(crc >> 8), uint8_t(crc)};
  expected.insert(expected.end(), body.begin(), body.end());
  EXPECT_EQ(snapshot, expected);

  const ProducerStates decoded = value_of(ProducerStates::decode_snapshot(snapshot));
  EXPECT_EQ(decoded.encode_snapshot(), snapshot);
}

TEST_F(ProducerStateTest, ADamagedSnapshotIsNotBelieved) {
  ProducerStates states;
  const Bytes batch = idempotent_batch(1, 0, 0);
  states.update(value_of(BatchView::at_front_of(batch)));
  const Bytes snapshot = states.encode_snapshot();
  for (size_t i = 0; i < snapshot.size(); ++i) {
    Bytes damaged = snapshot;
    damaged[i] ^= 1;
    EXPECT_FALSE(ProducerStates::decode_snapshot(damaged).has_value()) << i;
    EXPECT_FALSE(ProducerStates::decode_snapshot(std::span(snapshot).first(i)).has_value()) << i;
  }
}

TEST_F(ProducerStateTest, ATornSnapshotFallsBackToTheBatches) {
  create();
  for (int32_t i = 0; i < 6; ++i) {
    produce(0, i);
  }
  value_of(log_->close(now));
  Bytes torn = files_.contents(file(6, ".snapshot"));
  torn.resize(20);
  files_.put(file(6, ".snapshot"), torn);
  reopen(true);
  EXPECT_TRUE(produce(0, 2).duplicate);
  EXPECT_EQ(produce(0, 6).first_offset, 6);
}

TEST_F(ProducerStateTest, ATransactionMarkerEndsTheTransactionAndBumpsTheEpoch) {
  ProducerStates states;
  BatchBuilder data(
      {.transactional = true, .producer_id = id, .producer_epoch = 0, .base_sequence = 0});
  data.add(now, std::nullopt, bytes_of("v"));
  const Bytes batch = data.build();
  states.update(value_of(BatchView::at_front_of(batch)));
  EXPECT_EQ(states.list()[0].current_transaction_start_offset, 0);

  BatchBuilder marker({.base_offset = 1,
                       .transactional = true,
                       .control = true,
                       .producer_id = id,
                       .producer_epoch = 1});
  const Bytes key = {0, 0, 0, 1};
  const Bytes value = {0, 0, 0, 0, 0, 42};
  marker.add(now, key, value);
  const Bytes end = marker.build();
  states.update(value_of(BatchView::at_front_of(end)));
  const ProducerInfo row = states.list()[0];
  EXPECT_EQ(row.current_transaction_start_offset, -1);
  EXPECT_EQ(row.producer_epoch, 1);
  EXPECT_EQ(row.coordinator_epoch, 42);
  EXPECT_EQ(row.last_sequence, -1);
  const Bytes old = idempotent_batch(id, 0, 1);
  EXPECT_EQ(states.check(value_of(BatchView::at_front_of(old))).error().code,
            ErrorCode::InvalidProducerEpoch);
}

}  // namespace
}  // namespace kafka
