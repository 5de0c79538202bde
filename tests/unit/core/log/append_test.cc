// Appending, reading and rolling.
#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class AppendTest : public LogTest {};

TEST_F(AppendTest, OffsetsAndEpochAreAssignedInPlace) {
  create();
  EXPECT_EQ(append(make_batch({.records = 3}), 7).last_offset, 2);
  const AppendInfo info = append(make_batch({.records = 2}), 7);
  EXPECT_EQ(info.first_offset, 3);
  EXPECT_EQ(info.last_offset, 4);
  EXPECT_EQ(info.log_append_time_ms, -1);
  EXPECT_EQ(log_->log_end_offset(), 5);
  value_of(for_each_batch(read_all(), [](const BatchView& batch) {
    EXPECT_EQ(batch.partition_leader_epoch(), 7);
    EXPECT_TRUE(batch.crc_matches());
  }));
  EXPECT_EQ(offsets(), (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(AppendTest, ASetOfBatchesIsOneWrite) {
  create();
  Bytes set = make_batch({.records = 2});
  const Bytes second = make_batch({.records = 3});
  set.insert(set.end(), second.begin(), second.end());
  const int64_t writes = files_.count(FileOperation::Write);
  const AppendInfo info = append(set, 0);
  EXPECT_EQ(info.last_offset, 4);
  // One for the batches, one for the checkpoint of the first epoch.
  EXPECT_EQ(files_.count(FileOperation::Write) - writes, 2);
  append(make_batch({}));
  EXPECT_EQ(files_.count(FileOperation::Write) - writes, 3);
  EXPECT_EQ(offsets().size(), 6u);
}

TEST_F(AppendTest, ASetThatEndsInsideABatchIsRefusedWhole) {
  create();
  Bytes set = make_batch({.records = 2});
  Bytes second = make_batch({.records = 3});
  second.pop_back();
  set.insert(set.end(), second.begin(), second.end());
  EXPECT_EQ(append_error(set), ErrorCode::CorruptMessage);
  EXPECT_EQ(log_->log_end_offset(), 0);
}

TEST_F(AppendTest, LogAppendTimeStampsTheBatchAndItsChecksum) {
  config_->timestamp_type = TimestampType::LogAppendTime;
  create();
  const AppendInfo info = append(make_batch({.records = 2, .timestamp = 5}));
  EXPECT_EQ(info.log_append_time_ms, now);
  value_of(for_each_batch(read_all(), [](const BatchView& batch) {
    EXPECT_EQ(batch.max_timestamp(), now);
    EXPECT_TRUE(batch.has_log_append_time());
    EXPECT_TRUE(batch.crc_matches());
  }));
}

TEST_F(AppendTest, AFollowerKeepsOffsetsAndEpochs) {
  create();
  Bytes batch = make_batch({.records = 2, .base_offset = 10, .leader_epoch = 3});
  EXPECT_EQ(value_of(log_->append_as_follower(batch, now)).first_offset, 10);
  EXPECT_EQ(log_->log_end_offset(), 12);
  EXPECT_EQ(value_of(log_->last_epoch()), 3);
  batch = make_batch({.records = 1, .base_offset = 11, .leader_epoch = 3});
  EXPECT_EQ(log_->append_as_follower(batch, now).error().code, ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(log_->log_end_offset(), 12);
}

TEST_F(AppendTest, OffsetsOutsideOfTheLogAreOutOfRange) {
  create();
  append(make_batch({.records = 5}));
  EXPECT_EQ(log_->read(-1, 100, 5, true).error().code, ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(log_->read(6, 100, 5, true).error().code, ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(value_of(log_->read(5, 100, 5, true)).records.length, 0);
}

TEST_F(AppendTest, NothingIsReadAtOrAboveTheBound) {
  create();
  const auto size = static_cast<int32_t>(make_batch({.records = 5}).size());
  append(make_batch({.records = 5}));
  append(make_batch({.records = 5}));
  append(make_batch({.records = 5}));
  EXPECT_EQ(value_of(log_->read(0, 1 << 20, 10, true)).records.length, 2 * size);
  EXPECT_EQ(value_of(log_->read(0, 1 << 20, 12, true)).records.length, 2 * size);
  EXPECT_EQ(value_of(log_->read(7, 1 << 20, 10, true)).records.position, size);
  EXPECT_EQ(value_of(log_->read(10, 1 << 20, 10, true)).records.length, 0);
  EXPECT_EQ(value_of(log_->read(0, 1 << 20, 15, true)).records.length, 3 * size);
}

TEST_F(AppendTest, TheFirstBatchComesWholeOnlyWhenAskedFor) {
  create();
  const auto size = static_cast<int32_t>(make_batch({.records = 5}).size());
  append(make_batch({.records = 5}));
  append(make_batch({.records = 5}));
  EXPECT_EQ(value_of(log_->read(0, 1, 10, true)).records.length, size);
  const LogRead refused = value_of(log_->read(0, size - 1, 10, false));
  EXPECT_EQ(refused.records.length, 0);
  EXPECT_TRUE(refused.first_batch_too_large);
  EXPECT_EQ(value_of(log_->read(0, size + 10, 10, false)).records.length, size + 10);
  EXPECT_EQ(value_of(log_->read_bytes(0, size + 10, 10)).size(), static_cast<size_t>(size));
}

TEST_F(AppendTest, ASliceStaysReadableAfterItsSegmentIsGone) {
  config_->segment_bytes = 200;
  create();
  for (int i = 0; i < 5; ++i) {
    append(make_batch({.records = 1, .value_bytes = 100, .timestamp = now}));
  }
  const LogRead read = value_of(log_->read(0, 1 << 20, 5, true));
  value_of(log_->delete_records_before(5, 5));
  EXPECT_EQ(value_of(log_->apply_retention(now, 5)), 4);
  Bytes bytes(static_cast<size_t>(read.records.length));
  EXPECT_EQ(value_of(files_.read_slice(read.records, bytes)), bytes.size());
  EXPECT_TRUE(value_of(BatchView::at_front_of(bytes)).crc_matches());
}

TEST_F(AppendTest, ASegmentRollsBySize) {
  config_->segment_bytes = 400;
  create();
  const Bytes batch = make_batch({.records = 1, .value_bytes = 100});
  ASSERT_LT(batch.size() * 2, 400u);
  for (int i = 0; i < 5; ++i) {
    append(batch);
  }
  EXPECT_EQ(log_->segment_count(), 3u);
  EXPECT_EQ(log_->active_segment_base(), 4);
  EXPECT_TRUE(files_.exists(file(2, ".log")));
  EXPECT_TRUE(files_.exists(file(2, ".snapshot")));
  EXPECT_TRUE(files_.exists(file(0, ".index")));
  EXPECT_TRUE(files_.exists(file(0, ".timeindex")));
  EXPECT_EQ(offsets().size(), 5u);
}

TEST_F(AppendTest, ASetLargerThanASegmentIsRefused) {
  config_->segment_bytes = 400;
  create();
  EXPECT_EQ(append_error(make_batch({.records = 1, .value_bytes = 400})),
            ErrorCode::RecordListTooLarge);
}

TEST_F(AppendTest, ASegmentRollsByTheTimeOfItsRecords) {
  config_->segment_ms = 1000;
  create();
  append(make_batch({.timestamp = now}));
  append(make_batch({.timestamp = now + 1000}));
  EXPECT_EQ(log_->segment_count(), 1u);
  append(make_batch({.timestamp = now + 1001}));
  EXPECT_EQ(log_->segment_count(), 2u);
}

TEST_F(AppendTest, ASegmentRollsWhenItsIndexIsFull) {
  config_->segment_index_bytes = 24;  // room for 3 offsets, but for 2 times only, one kept free
  config_->index_interval_bytes = 1;
  create();
  for (int i = 0; i < 4; ++i) {
    append(make_batch({.timestamp = now + i}));
  }
  EXPECT_EQ(log_->segment_count(), 2u);
  EXPECT_EQ(offsets().size(), 4u);
}

TEST_F(AppendTest, ASegmentHoldsOffsetsOfAnInt32AboveItsBase) {
  create();
  value_of(
      log_->append_as_follower(make_batch({.base_offset = INT32_MAX, .leader_epoch = 0}), now));
  EXPECT_EQ(log_->segment_count(), 1u);
  value_of(log_->append_as_follower(
      make_batch({.base_offset = int64_t{INT32_MAX} + 1, .leader_epoch = 0}), now));
  EXPECT_EQ(log_->segment_count(), 2u);
  EXPECT_EQ(log_->active_segment_base(), int64_t{INT32_MAX} + 1);
  value_of(log_->truncate_fully_and_start_at(0));
  value_of(log_->append_as_follower(
      make_batch({.base_offset = int64_t{INT32_MAX} * 3, .leader_epoch = 0}), now));
  EXPECT_EQ(log_->segment_count(), 1u);
  EXPECT_EQ(log_->active_segment_base(), int64_t{INT32_MAX} * 3);
}

TEST_F(AppendTest, AChangedConfigurationCountsAtOnce) {
  create();
  append(make_batch({.value_bytes = 100}));
  append(make_batch({.value_bytes = 100}));
  auto smaller = std::make_shared<LogConfig>();
  smaller->segment_bytes = 300;
  log_->set_config(smaller);
  append(make_batch({.value_bytes = 100}));
  EXPECT_EQ(log_->segment_count(), 2u);
}

TEST_F(AppendTest, ReadingAtTheTailNeedsNoReadOfTheDisk) {
  create();
  for (int i = 0; i < 1000; ++i) {
    append(make_batch({.value_bytes = 1000}));
  }
  const int64_t reads = files_.count(FileOperation::Read);
  for (int i = 0; i < 8; ++i) {
    const int64_t offset = log_->log_end_offset();
    append(make_batch({.value_bytes = 1000}));
    EXPECT_GT(value_of(log_->read(offset, 1 << 20, log_->log_end_offset(), true)).records.length,
              0);
  }
  EXPECT_EQ(files_.count(FileOperation::Read), reads);
}

}  // namespace
}  // namespace kafka
