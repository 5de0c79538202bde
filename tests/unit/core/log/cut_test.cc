// Truncation, DeleteRecords, retention, and what a failing disk does.
#include "broker/core/log/deletion_queue.h"
#include "broker/core/log/log_directory.h"
#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class CutTest : public LogTest {
 protected:
  Bytes padded(int64_t timestamp = now) {
    return make_batch({.value_bytes = 100, .timestamp = timestamp});
  }
  // Two batches of one record to a segment.
  void create_with_segments(int batches) {
    config_->segment_bytes = 400;
    create();
    for (int i = 0; i < batches; ++i) {
      append(padded());
    }
  }
};

TEST_F(CutTest, TruncationAnywhereLeavesThePrefixOfWholeBatches) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    config_->segment_bytes = static_cast<int32_t>(1200 + random.below(5000));
    config_->index_interval_bytes = static_cast<int32_t>(random.below(1000));
    log_.reset();
    options_.recovery_point = options_.log_start_offset = 0;
    create();
    for (uint64_t n = random.below(80) + 1; n > 0; --n) {
      append(make_batch({.records = static_cast<int>(random.below(4) + 1),
                         .value_bytes = random.below(200),
                         .timestamp = now + static_cast<int64_t>(random.below(50))}));
    }
    const Bytes before = read_all();
    const auto offset =
        static_cast<int64_t>(random.below(static_cast<uint64_t>(log_->log_end_offset()) + 2));
    const bool expected_change = offset < log_->log_end_offset();
    size_t kept = 0;
    int64_t end = 0;
    value_of(for_each_batch(before, [&](const BatchView& batch) {
      if (batch.last_offset() < offset) {
        kept += batch.size();
        end = batch.next_offset();
      }
    }));
    ASSERT_EQ(value_of(log_->truncate_to(offset)), expected_change);
    ASSERT_EQ(log_->log_end_offset(), end);
    ASSERT_TRUE(std::ranges::equal(read_all(), std::span(before).first(kept)));
    append(padded(now + 100));
    random.below(2) == 0 ? close_and_reopen() : kill_and_reopen();
    ASSERT_EQ(log_->log_end_offset(), end + 1);
    ASSERT_EQ(value_of(log_->max_timestamp())->offset, end);
    ASSERT_EQ(read_all().size(), kept + padded().size());
  }
}

TEST_F(CutTest, TruncationBelowTheFirstSegmentStartsAnew) {
  create();
  value_of(log_->truncate_fully_and_start_at(100));
  EXPECT_EQ(log_->log_start_offset(), 100);
  EXPECT_EQ(append(padded()).first_offset, 100);
  EXPECT_TRUE(value_of(log_->truncate_to(50)));
  EXPECT_EQ(log_->log_start_offset(), 50);
  EXPECT_EQ(log_->log_end_offset(), 50);
  EXPECT_EQ(append(padded()).first_offset, 50);
  kill_and_reopen();
  EXPECT_EQ(log_->log_end_offset(), 51);
}

TEST_F(CutTest, DeletedRecordsAreGoneAtOnceAndTheirSegmentsAtTheNextRetention) {
  create_with_segments(7);
  value_of(log_->delete_records_before(3, 7));
  EXPECT_EQ(log_->log_start_offset(), 3);
  EXPECT_EQ(log_->read(2, 100, 7, true).error().code, ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(log_->segment_count(), 4u);
  EXPECT_EQ(value_of(log_->apply_retention(now, 7)), 1);
  EXPECT_EQ(log_->log_start_offset(), 3);
  kill_and_reopen();
  EXPECT_EQ(log_->log_start_offset(), 3);
}

TEST_F(CutTest, RecordsAboveTheHighWatermarkCannotBeDeleted) {
  create_with_segments(5);
  EXPECT_EQ(log_->delete_records_before(4, 3).error().code, ErrorCode::OffsetOutOfRange);
  EXPECT_EQ(log_->log_start_offset(), 0);
}

TEST_F(CutTest, OldSegmentsGoByTime) {
  config_->retention_ms = 1000;
  config_->segment_bytes = 400;
  create();
  for (int i = 0; i < 7; ++i) {
    append(padded(now + i));
  }
  EXPECT_EQ(value_of(log_->apply_retention(now + 1001, 7)), 0);  // record 1 is 1000 ms old
  EXPECT_EQ(value_of(log_->apply_retention(now + 1002, 7)), 1);
  EXPECT_EQ(log_->log_start_offset(), 2);
  EXPECT_EQ(value_of(log_->apply_retention(now + 9000, 3)), 0);  // held by the high watermark
  EXPECT_EQ(value_of(log_->apply_retention(now + 9000, 7)), 3);  // the active one too, after a roll
  EXPECT_EQ(log_->log_start_offset(), 7);
  EXPECT_EQ(log_->segment_count(), 1u);
  EXPECT_EQ(append(padded()).first_offset, 7);
}

TEST_F(CutTest, OldSegmentsGoBySize) {
  create_with_segments(8);
  const int64_t segment = 2 * static_cast<int64_t>(padded().size());
  config_->retention_bytes = 2 * segment + 1;
  EXPECT_EQ(value_of(log_->apply_retention(now, 8)), 1);
  config_->retention_bytes = 2 * segment;
  EXPECT_EQ(value_of(log_->apply_retention(now, 8)), 1);
  EXPECT_EQ(log_->size_bytes(), 2 * segment);
}

TEST_F(CutTest, ACompactedTopicKeepsItsOldSegments) {
  config_->delete_old = false;
  config_->compact = true;
  config_->retention_ms = 1;
  config_->retention_bytes = 1;
  create_with_segments(8);
  EXPECT_EQ(value_of(log_->apply_retention(now + 1'000'000, 8)), 0);
  value_of(log_->delete_records_before(4, 8));
  EXPECT_EQ(value_of(log_->apply_retention(now, 8)), 2);
}

TEST_F(CutTest, DeletedFilesKeepTheirDotDeletedNameUntilTheDelayIsOver) {
  DeletionQueue deletions;
  options_.deletions = &deletions;
  create_with_segments(5);
  value_of(log_->delete_records_before(4, 5));
  EXPECT_EQ(value_of(log_->apply_retention(now, 5)), 2);
  EXPECT_TRUE(files_.exists(file(0, ".log.deleted")));
  EXPECT_FALSE(files_.exists(file(0, ".log")));
  EXPECT_EQ(deletions.next_due_ms(), now + 60'000);
  value_of(deletions.run(files_, now + 59'999));
  EXPECT_TRUE(files_.exists(file(0, ".log.deleted")));
  value_of(deletions.run(files_, now + 60'000));
  EXPECT_FALSE(files_.exists(file(0, ".log.deleted")));
  EXPECT_EQ(deletions.size(), 0u);
}

TEST_F(CutTest, ADeletedTopicsDirectoryIsRenamedAndGoesLater) {
  DeletionQueue deletions;
  options_.deletions = &deletions;
  create_with_segments(5);
  const LogRead read = value_of(log_->read(0, 1000, 5, true));
  value_of(log_->remove(Uuid{0x0123456789abcdef, 0xfedcba9876543210}, now));
  const std::string renamed = "/data/orders-0.0123456789abcdeffedcba9876543210-delete";
  EXPECT_TRUE(files_.exists(renamed));
  EXPECT_FALSE(files_.exists(directory));
  EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
  value_of(deletions.run(files_, now + 60'000));
  EXPECT_FALSE(files_.exists(renamed));
  Bytes bytes(static_cast<size_t>(read.records.length));
  EXPECT_EQ(value_of(files_.read_slice(read.records, bytes)), bytes.size());
}

// ---- A failing disk ----

TEST_F(CutTest, AFullDiskLeavesTheLogAsItWasForEveryByteOfAShortWrite) {
  create();
  append(padded());
  const Bytes before = read_all();
  for (size_t space = 0; space < padded().size(); ++space) {
    files_.space_left(static_cast<int64_t>(space));
    EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
    files_.space_unlimited();
    ASSERT_EQ(files_.contents(file(0, ".log")), before) << space << " bytes left";
    ASSERT_FALSE(log_->broken());
  }
  EXPECT_EQ(append(padded()).first_offset, 1);
}

TEST_F(CutTest, TheErrorOfAFullDiskNamesTheFileAndTheReason) {
  create();
  append(padded());
  files_.space_left(0);
  Bytes batch = padded();
  const auto result = log_->append_as_leader(batch, 0, now);
  EXPECT_EQ(result.error().message,
            "write /data/orders-0/00000000000000000000.log: No space left on device");
}

TEST_F(CutTest, AFailedRetryKeepsTheProducersSequence) {
  create();
  append(idempotent_batch(1, 0, 0));
  files_.fail_next(FileOperation::Write, ".log");
  EXPECT_EQ(append_error(idempotent_batch(1, 0, 1)), ErrorCode::KafkaStorageError);
  const AppendInfo info = append(idempotent_batch(1, 0, 1));
  EXPECT_FALSE(info.duplicate);
  EXPECT_EQ(info.first_offset, 1);
}

TEST_F(CutTest, ALogThatCannotBeCutBackIsClosedForWriting) {
  create();
  append(padded());
  files_.fail_next(FileOperation::Write, ".log");
  files_.fail_next(FileOperation::Truncate, ".log");
  EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
  EXPECT_TRUE(log_->broken());
  EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
  EXPECT_EQ(offsets(), std::vector<int64_t>{0});  // what is there is still served
  kill_and_reopen();
  EXPECT_EQ(append(padded()).first_offset, 1);
}

// Its segments are gone already when the directory cannot be synced: where the log ends is unknown.
TEST_F(CutTest, ATruncationThatStopsHalfWayBreaksTheLogAndSaysWhy) {
  LogNews news;
  options_.news = &news;
  create_with_segments(5);
  files_.fail_next(FileOperation::Sync, directory);
  EXPECT_FALSE(log_->truncate_to(1).has_value());
  EXPECT_TRUE(log_->broken());
  ASSERT_TRUE(news.failure);
  EXPECT_EQ(news.failure->message, "fsync /data/orders-0: Input/output error");
  EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
  EXPECT_FALSE(log_->truncate_to(0).has_value());
  kill_and_reopen();
  EXPECT_EQ(offsets(), (std::vector<int64_t>{0, 1}));
}

// What comes behind the cut is not synced, and the checkpoint on disk says that it is.
TEST_F(CutTest, ATruncationBelowTheRecoveryPointIsNews) {
  LogNews news;
  options_.news = &news;
  create_with_segments(5);
  value_of(log_->truncate_to(4));
  EXPECT_FALSE(news.recovery_point_fell);
  value_of(log_->flush());
  value_of(log_->truncate_to(3));
  EXPECT_TRUE(news.recovery_point_fell);
  EXPECT_EQ(log_->recovery_point(), 3);
}

TEST_F(CutTest, ALogThatEndsBelowItsRecoveryPointIsNews) {
  LogNews news;
  options_.news = &news;
  create_with_segments(5);
  kill_and_reopen();
  EXPECT_FALSE(news.recovery_point_fell);
  log_.reset();
  options_.recovery_point = 7;
  kill_and_reopen();
  EXPECT_TRUE(news.recovery_point_fell);
  EXPECT_EQ(log_->recovery_point(), 5);
}

TEST_F(CutTest, AFullDiskDoesNotBreakATruncation) {
  create();
  append(padded(), 1);
  append(padded(), 2);
  files_.space_left(0);
  EXPECT_FALSE(log_->truncate_to(1).has_value());  // the epochs could not be written
  EXPECT_FALSE(log_->broken());
  EXPECT_EQ(log_->log_end_offset(), 1);
  files_.space_unlimited();
  EXPECT_EQ(append(padded(), 3).first_offset, 1);
  close_and_reopen();
  EXPECT_EQ(value_of(log_->end_of_epoch(2)), (OffsetAndEpoch{1, 1}));
}

// The epoch of the append that failed is known in memory: the next append must not believe that the
// file knows it, too.
TEST_F(CutTest, AnEpochThatCouldNotBeWrittenIsWrittenLater) {
  create();
  append(padded(), 1);
  files_.fail_next(FileOperation::Create, "leader-epoch-checkpoint");
  EXPECT_EQ(append_error(padded(), 2), ErrorCode::KafkaStorageError);
  append(padded(), 2);
  close_and_reopen();
  EXPECT_EQ(value_of(log_->last_epoch()), 2);
}

TEST_F(CutTest, WithoutItsEpochsALogIsNotFlushed) {
  create();
  append(padded(), 1);
  append(padded(), 2);
  files_.fail_next(FileOperation::Create, "leader-epoch-checkpoint");
  EXPECT_FALSE(log_->truncate_to(1).has_value());
  files_.fail_next(FileOperation::Create, "leader-epoch-checkpoint");
  EXPECT_FALSE(log_->flush().has_value());
  EXPECT_EQ(log_->recovery_point(), 0);
  value_of(log_->flush());
  options_.recovery_point = log_->recovery_point();
  kill_and_reopen();
  EXPECT_EQ(value_of(log_->last_epoch()), 1);
}

TEST_F(CutTest, AfterAFailedFsyncNothingIsAppendedAndTheRecoveryPointStays) {
  create();
  append(padded());
  value_of(log_->flush());
  append(padded());
  files_.fail_next(FileOperation::Sync, ".log");
  EXPECT_FALSE(log_->flush().has_value());
  EXPECT_TRUE(log_->broken());
  EXPECT_EQ(log_->recovery_point(), 1);
  EXPECT_EQ(append_error(padded()), ErrorCode::KafkaStorageError);
  EXPECT_FALSE(log_->flush().has_value());  // a second try must not pretend that all is well
  EXPECT_FALSE(log_->close(now).has_value());
}

TEST_F(CutTest, AFlushInTheBackgroundCoversWhatWasThereWhenItBegan) {
  create();
  append(padded());
  FlushJob job = value_of(log_->prepare_flush());
  append(padded());
  value_of(log_->finish_flush(job, job.run()));
  EXPECT_EQ(log_->recovery_point(), 1);
  // A job from before a truncation says nothing of what was written in its place.
  job = value_of(log_->prepare_flush());
  value_of(log_->truncate_to(0));
  append(padded());
  append(padded());
  value_of(log_->finish_flush(job, job.run()));
  EXPECT_EQ(log_->recovery_point(), 0);
}

TEST_F(CutTest, EveryFailingOperationIsReportedAndLosesNothing) {
  // Fails the n-th operation of a workload, for every n, and looks at what is left.
  for (int n = 0;; ++n) {
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    config_->segment_bytes = 400;
    log_.reset();
    options_.recovery_point = options_.log_start_offset = 0;
    create();
    for (const FileOperation operation : {FileOperation::Write, FileOperation::Create,
                                          FileOperation::Truncate, FileOperation::Rename}) {
      files_.fail_next(operation, directory, n);
    }
    int64_t acknowledged = 0;
    int failures = 0;
    for (int i = 0; i < 7; ++i) {
      Bytes batch = idempotent_batch(1, 0, i * 3, 3);
      const auto result = log_->append_as_leader(batch, i / 3, now);
      failures += result ? 0 : 1;
      if (!result) {
        EXPECT_EQ(result.error().code, ErrorCode::KafkaStorageError) << result.error().message;
        break;
      }
      acknowledged = result->last_offset + 1;
    }
    ASSERT_EQ(log_->log_end_offset(), acknowledged) << "operation " << n;
    if (n > 40) {
      EXPECT_EQ(failures, 0);
      break;
    }
    files_.heal();
    kill_and_reopen();
    ASSERT_GE(log_->log_end_offset(), acknowledged) << "operation " << n;
    ASSERT_EQ(offsets().size(), static_cast<size_t>(log_->log_end_offset())) << "operation " << n;
  }
}

}  // namespace
}  // namespace kafka
