// Opening after a clean stop, after kill -9 and after a power loss.
#include <algorithm>

#include "broker/core/log/log_directory.h"
#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class RecoveryTest : public LogTest {
 protected:
  // Batches of 1 to 4 records of growing size, so that no two positions look alike.
  void append_some(int batches, int32_t leader_epoch = 0) {
    for (int i = 0; i < batches; ++i) {
      append(make_batch({.records = 1 + i % 4,
                         .value_bytes = static_cast<size_t>(5 + i * 3 % 50),
                         .timestamp = now + i,
                         .producer_id = 9,
                         .producer_epoch = 0,
                         .sequence = static_cast<int32_t>(log_->log_end_offset())}),
             leader_epoch);
    }
  }
};

// The heart of it: whatever byte a write was torn at, the log is the whole batches before it.
TEST_F(RecoveryTest, ATornTailIsCutAtTheLastWholeBatchForEveryByte) {
  create();
  append_some(6);
  const Bytes whole = files_.contents(file(0, ".log"));
  std::vector<size_t> ends = {0};
  std::vector<int64_t> next_offsets = {0};
  value_of(for_each_batch(whole, [&](const BatchView& batch) {
    ends.push_back(ends.back() + batch.size());
    next_offsets.push_back(batch.next_offset());
  }));
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    files_ = SimFiles();
    files_.put(file(0, ".log"), std::span(whole).first(cut));
    log_.reset();
    options_.recovery_point = 0;
    kill_and_reopen();
    const size_t kept = static_cast<size_t>(std::ranges::upper_bound(ends, cut) - ends.begin()) - 1;
    ASSERT_EQ(log_->log_end_offset(), next_offsets[kept]) << "cut at byte " << cut;
    ASSERT_EQ(log_->cut_bytes(), static_cast<int64_t>(cut - ends[kept])) << "cut at byte " << cut;
    const Bytes left = files_.contents(file(0, ".log"));
    ASSERT_TRUE(std::ranges::equal(left, std::span(whole).first(ends[kept])))
        << "cut at byte " << cut;
    // It goes on as if nothing had happened: the producer's next sequence fits.
    append_some(1);
    ASSERT_EQ(read_all().size(), files_.contents(file(0, ".log")).size());
  }
}

TEST_F(RecoveryTest, GarbageBehindTheLastBatchIsCutForEveryByteFlipped) {
  create();
  append_some(4);
  const Bytes whole = files_.contents(file(0, ".log"));
  size_t last_start = 0;
  int64_t last_base = 0;
  value_of(for_each_batch(whole, [&](const BatchView& batch) {
    last_start = static_cast<size_t>(batch.bytes().data() - whole.data());
    last_base = batch.base_offset();
  }));
  for (size_t at = last_start; at < whole.size(); ++at) {
    // Base offset and leader epoch stand outside of the checksum.
    const size_t field = at - last_start;
    if (field < batch::length || (field >= batch::partition_leader_epoch && field < batch::magic)) {
      continue;
    }
    files_ = SimFiles();
    files_.put(file(0, ".log"), whole);
    files_.flip_bit(file(0, ".log"), static_cast<int64_t>(at), static_cast<int>(at % 8));
    log_.reset();
    kill_and_reopen();
    ASSERT_EQ(log_->log_end_offset(), last_base) << "byte " << at;
  }
}

TEST_F(RecoveryTest, WhatFollowsATornSegmentGoesWithIt) {
  config_->segment_bytes = 500;
  create();
  append_some(12);
  ASSERT_GT(log_->segment_count(), 3u);
  files_.flip_bit(file(0, ".log"), 40);
  options_.recovery_point = 0;
  kill_and_reopen();
  EXPECT_EQ(log_->segment_count(), 1u);
  EXPECT_EQ(log_->log_end_offset(), 0);
  EXPECT_EQ(files_.paths_under(directory).size(), 4u)  // .log, both indexes, epochs
      << ::testing::PrintToString(files_.paths_under(directory));
}

// A power loss may take the end of a segment at the border of two batches and leave the next one.
TEST_F(RecoveryTest, WhatFollowsALostEndGoesWithIt) {
  config_->segment_bytes = 500;
  create();
  append_some(12);
  ASSERT_GT(log_->segment_count(), 3u);
  const Bytes whole = files_.contents(file(0, ".log"));
  const size_t first = BatchView::at_front_of(whole)->size();
  const int64_t next = BatchView::at_front_of(whole)->next_offset();
  ASSERT_LT(first, whole.size());
  files_.put(file(0, ".log"), std::span(whole).first(first));
  options_.recovery_point = 0;
  kill_and_reopen();
  EXPECT_EQ(log_->segment_count(), 1u);
  EXPECT_EQ(log_->log_end_offset(), next);
  append_some(1);
  EXPECT_EQ(offsets().size(), static_cast<size_t>(log_->log_end_offset()));
}

// Where a cleaner has been, offsets are missing and nothing is lost.
TEST_F(RecoveryTest, AGapThatACleanerLeftIsKept) {
  config_->segment_bytes = 500;
  create();
  append_some(12);
  const size_t segments = log_->segment_count();
  const int64_t end = log_->log_end_offset();
  const Bytes whole = files_.contents(file(0, ".log"));
  files_.put(file(0, ".log"), std::span(whole).first(BatchView::at_front_of(whole)->size()));
  options_.recovery_point = 0;
  const std::string text = "0\n1\norders 0 " + std::to_string(end) + "\n";
  files_.put("/data/cleaner-offset-checkpoint",
             BytesView(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  kill_and_reopen();
  EXPECT_EQ(log_->segment_count(), segments);
  EXPECT_EQ(log_->log_end_offset(), end);
}

TEST_F(RecoveryTest, NothingBelowTheRecoveryPointIsReadAgain) {
  create();
  append_some(2000);
  value_of(log_->checkpoint(now));
  value_of(log_->flush());
  append_some(10);
  const int64_t size = log_->size_bytes();
  kill_and_reopen();
  EXPECT_LT(log_->recovered_bytes(), 8192 + 2000);
  EXPECT_GT(size, 100'000);
  EXPECT_EQ(log_->cut_bytes(), 0);
  EXPECT_EQ(static_cast<int64_t>(read_all().size()), size);
  append_some(1);
}

TEST_F(RecoveryTest, IndexesAfterARecoveryAreThoseOfALogThatNeverStopped) {
  create();
  append_some(1500);
  value_of(log_->checkpoint(now));
  value_of(log_->flush());
  append_some(700);
  value_of(log_->close(now));
  const Bytes index = files_.contents(file(0, ".index"));
  const Bytes times = files_.contents(file(0, ".timeindex"));
  ASSERT_GT(index.size(), 100u);
  for (const int64_t recovery_point : {int64_t{0}, int64_t{1000}, int64_t{3750}}) {
    reopen(true);
    options_.recovery_point = recovery_point;
    log_.reset();
    kill_and_reopen();
    value_of(log_->close(now));
    EXPECT_EQ(files_.contents(file(0, ".index")), index) << recovery_point;
    EXPECT_EQ(files_.contents(file(0, ".timeindex")), times) << recovery_point;
  }
}

TEST_F(RecoveryTest, ACleanStopIsOpenedWithoutReadingAFile) {
  create();
  append_some(500);
  value_of(log_->close(now));
  const int64_t end = log_->log_end_offset();
  const int64_t reads = files_.count(FileOperation::Read);
  reopen(true);
  EXPECT_EQ(files_.count(FileOperation::Read), reads);
  EXPECT_EQ(log_->log_end_offset(), end);
  EXPECT_EQ(log_->recovery_point(), end);
  append_some(1);
  EXPECT_EQ(offsets().size(), static_cast<size_t>(log_->log_end_offset()));
}

// flush.messages: nobody has to ask for the fsync, neither of a leader nor of a follower.
TEST_F(RecoveryTest, WhatFlushMessagesSyncedSurvivesAPowerLoss) {
  config_->flush_messages = 3;
  create();
  append(make_batch({.records = 2}));
  EXPECT_EQ(log_->recovery_point(), 0);
  append(make_batch({}));
  EXPECT_EQ(log_->recovery_point(), 3);
  value_of(log_->append_as_follower(
      make_batch({.records = 3, .base_offset = 3, .leader_epoch = 0}), now));
  EXPECT_EQ(log_->recovery_point(), 6);
  append(make_batch({}));
  log_.reset();
  SeededRandom random(1);
  files_.power_loss(random);
  options_.recovery_point = 6;
  reopen(false);
  EXPECT_GE(log_->log_end_offset(), 6);
}

TEST_F(RecoveryTest, FlushMsCountsFromTheLastFlush) {
  config_->flush_ms = 100;
  create();
  append(make_batch({}));
  FlushJob job = value_of(log_->prepare_flush());
  job.begun_ms = now;
  value_of(log_->finish_flush(job, job.run()));
  EXPECT_FALSE(log_->flush_is_due(now + 99));
  EXPECT_TRUE(log_->flush_is_due(now + 100));
}

TEST_F(RecoveryTest, AnUntouchedLogClosesWithoutWritingAFile) {
  create();
  append_some(5);
  close_and_reopen();
  const int64_t writes = files_.count(FileOperation::Write) + files_.count(FileOperation::Sync) +
                         files_.count(FileOperation::Create);
  value_of(log_->close(now));
  EXPECT_EQ(files_.count(FileOperation::Write) + files_.count(FileOperation::Sync) +
                files_.count(FileOperation::Create),
            writes);
}

TEST_F(RecoveryTest, ManyLogsAreClosedWithOneSync) {
  std::vector<std::unique_ptr<Log>> logs;
  std::vector<Log*> all;
  options_.config = config_;
  options_.create = true;
  for (int i = 0; i < 100; ++i) {
    options_.directory = "/data/many-" + std::to_string(i);
    logs.push_back(value_of(Log::open(files_, options_)));
    all.push_back(logs.back().get());
    Bytes batch = make_batch({.records = i % 5 + 1});
    if (i % 2 == 0) {
      value_of(logs.back()->append_as_leader(batch, 0, now));
    }
  }
  const int64_t syncs = files_.count(FileOperation::Sync);
  value_of(Log::close_all(files_, "/data", all, now));
  EXPECT_EQ(files_.count(FileOperation::Sync), syncs + 1);
  SeededRandom random(1);
  files_.power_loss(random);
  options_.create = false;
  options_.clean_shutdown = true;
  for (int i = 0; i < 100; ++i) {
    options_.directory = all[static_cast<size_t>(i)]->directory();
    options_.recovery_point = all[static_cast<size_t>(i)]->recovery_point();
    const auto reopened = value_of(Log::open(files_, options_));
    EXPECT_EQ(reopened->log_end_offset(), i % 2 == 0 ? i % 5 + 1 : 0);
    EXPECT_EQ(reopened->cut_bytes(), 0);
  }
}

TEST_F(RecoveryTest, WithoutItsSnapshotACleanLogFindsItsEndByIndexAndHeaders) {
  create();
  append_some(500);
  const int64_t end = log_->log_end_offset();
  value_of(log_->close(now));
  value_of(files_.remove(file(end, ".snapshot")));
  reopen(true);
  EXPECT_EQ(log_->log_end_offset(), end);
  append_some(1);  // sequences were replayed from the headers
}

TEST_F(RecoveryTest, AMarkerOfACleanStopThatLiesLosesNothing) {
  create();
  append_some(500);
  const int64_t end = log_->log_end_offset();
  value_of(log_->close(now));
  Bytes torn = files_.contents(file(0, ".log"));
  torn.resize(torn.size() + 30, 'x');
  files_.put(file(0, ".log"), torn);
  value_of(files_.remove(file(end, ".snapshot")));
  reopen(true);
  EXPECT_EQ(log_->log_end_offset(), end);
  EXPECT_EQ(log_->cut_bytes(), 30);
}

TEST_F(RecoveryTest, PreallocatedIndexesOfZerosAreCutToTheirEntries) {
  create();
  append_some(1500);
  value_of(log_->close(now));
  const Bytes index = files_.contents(file(0, ".index"));
  const Bytes times = files_.contents(file(0, ".timeindex"));
  Bytes padded = index;
  padded.resize(10485760);
  files_.put(file(0, ".index"), padded);
  padded = times;
  padded.resize(10485756);
  files_.put(file(0, ".timeindex"), padded);
  reopen(true);
  EXPECT_GT(value_of(log_->read(700, 100, INT64_MAX, true)).records.position, 0);
  append_some(1);
  value_of(log_->close(now));
  EXPECT_EQ(files_.contents(file(0, ".index")), index);
}

TEST_F(RecoveryTest, MissingIndexesAreMadeAnew) {
  config_->segment_bytes = 20'000;
  create();
  append_some(1000);
  value_of(log_->close(now));
  const Bytes index = files_.contents(file(0, ".index"));
  const Bytes all = read_all();
  for (const std::string& path : files_.paths_under(directory)) {
    if (!path.ends_with(".log")) {
      value_of(files_.remove(path));
    }
  }
  reopen(true);
  EXPECT_EQ(read_all(), all);
  EXPECT_EQ(value_of(log_->last_epoch()), 0);
  value_of(log_->read(10, 100, INT64_MAX, true));
  EXPECT_EQ(files_.contents(file(0, ".index")), index);
  append_some(1);
}

TEST_F(RecoveryTest, AnIndexThatDoesNotFitItsFileIsMadeAnew) {
  create();
  append_some(1500);
  value_of(log_->close(now));
  const Bytes index = files_.contents(file(0, ".index"));
  Bytes wrong = index;
  wrong[wrong.size() - 4] = 0x7f;  // far behind the end
  files_.put(file(0, ".index"), wrong);
  reopen(true);
  EXPECT_GT(value_of(log_->read(700, 100, INT64_MAX, true)).records.position, 0);
  EXPECT_EQ(offsets().size(), static_cast<size_t>(log_->log_end_offset()));
  EXPECT_EQ(files_.contents(file(0, ".index")), index);
}

TEST_F(RecoveryTest, LeftoversOfDeletionAndCleaningAreRemoved) {
  create();
  append_some(5);
  value_of(log_->close(now));
  files_.put(file(0, ".log.deleted"), {});
  files_.put(file(7, ".index.deleted"), {});
  files_.put(file(0, ".log.cleaned"), {});
  files_.put(std::string(directory) + "/00000000000000000000-0000000000.checkpoint", {});
  reopen(true);
  for (const std::string& path : files_.paths_under(directory)) {
    EXPECT_FALSE(path.ends_with(".deleted") || path.ends_with(".cleaned")) << path;
  }
  EXPECT_TRUE(
      files_.exists(std::string(directory) + "/00000000000000000000-0000000000.checkpoint"));
  EXPECT_EQ(log_->segment_count(), 1u);
}

TEST_F(RecoveryTest, AFinishedCleaningIsPutInPlaceOfWhatItCleaned) {
  config_->segment_bytes = 500;
  create();
  append_some(12);
  const int64_t end = log_->log_end_offset();
  value_of(log_->close(now));
  // A cleaner kept one record of the first segments: the last one before the active segment.
  const int64_t active = log_->active_segment_base();
  files_.put(file(0, ".log.swap"), make_batch({.base_offset = active - 1, .leader_epoch = 0}));
  reopen(true);
  EXPECT_EQ(log_->segment_count(), 2u);
  EXPECT_EQ(log_->log_end_offset(), end);
  EXPECT_EQ(offsets().front(), active - 1);
  EXPECT_EQ(offsets().back(), end - 1);
  EXPECT_FALSE(files_.exists(file(0, ".log.swap")));
}

TEST_F(RecoveryTest, ACleaningThatDidNotFinishLeavesTheLogAsItWas) {
  config_->segment_bytes = 500;
  create();
  append_some(12);
  const Bytes before = read_all();
  value_of(log_->close(now));
  files_.put(file(4, ".log.cleaned"), {});
  files_.put(file(9, ".log.swap"), make_batch({.base_offset = 9}));
  files_.put(file(77, ".index"), {});  // its .log was deleted before it
  reopen(true);
  EXPECT_EQ(read_all(), before);
  for (const std::string& path : files_.paths_under(directory)) {
    EXPECT_FALSE(path.ends_with(".swap") || path.ends_with(".cleaned")) << path;
  }
  EXPECT_FALSE(files_.exists(file(77, ".index")));
}

TEST_F(RecoveryTest, AnIndexThatWasNotYetSwappedGoesWithItsLog) {
  create();
  append_some(1000);
  value_of(log_->close(now));
  const Bytes index = files_.contents(file(0, ".index"));
  Bytes stale = index;
  stale[3] ^= 1;
  files_.put(file(0, ".index"), stale);
  files_.put(file(0, ".index.swap"), index);
  reopen(true);
  EXPECT_EQ(files_.contents(file(0, ".index")), index);
  EXPECT_EQ(log_->segment_count(), 1u);
}

TEST_F(RecoveryTest, EpochsAreLearnedFromTheBatches) {
  create();
  append_some(3, 1);
  append_some(3, 4);
  append_some(2, 9);
  const OffsetAndEpoch end = value_of(log_->end_of_epoch(4));
  value_of(files_.remove(std::string(directory) + "/leader-epoch-checkpoint"));
  kill_and_reopen();
  EXPECT_EQ(value_of(log_->end_of_epoch(4)), end);
  EXPECT_EQ(value_of(log_->last_epoch()), 9);
}

TEST_F(RecoveryTest, AnotherTopicsDirectoryIsRefused) {
  options_.topic_id = Uuid{1, 2};
  create();
  reopen(true);
  options_.topic_id = Uuid{1, 3};
  log_.reset();
  EXPECT_EQ(Log::open(files_, options_).error().code, ErrorCode::InconsistentTopicId);
}

TEST_F(RecoveryTest, ATopicIdIsWrittenWhereItIsMissing) {
  create();
  options_.topic_id = Uuid{1, 2};
  reopen(true);
  EXPECT_EQ(value_of(read_partition_metadata(files_, directory)), (Uuid{1, 2}));
}

// Whatever stands in the files beside the batches: they can be wrong, missing or of another life.
TEST_F(RecoveryTest, DamagedSideFilesCostTimeAndNotRecords) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    config_->segment_bytes = static_cast<int32_t>(10'000 + random.below(40'000));
    log_.reset();
    options_.recovery_point = options_.log_start_offset = 0;
    create();
    append_some(static_cast<int>(200 + random.below(800)));
    value_of(log_->close(now));
    const Bytes before = read_all();
    for (const std::string& path : files_.paths_under(directory)) {
      if (path.ends_with(".log") || random.below(2) == 0) {
        continue;
      }
      Bytes bytes = files_.contents(path);
      bytes.resize(random.below(bytes.size() + 20));
      for (uint64_t n = random.below(20); n > 0 && !bytes.empty(); --n) {
        bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
      }
      files_.put(path, bytes);
    }
    const bool clean = random.below(2) == 0;
    if (!clean) {
      options_.recovery_point =
          static_cast<int64_t>(random.below(static_cast<uint64_t>(log_->log_end_offset())));
    }
    const int64_t end = log_->log_end_offset();
    const auto recovery_point = options_.recovery_point;
    options_.recovery_point = clean ? end : recovery_point;
    options_.clean_shutdown = clean;
    log_.reset();
    log_ = value_of(Log::open(files_, options_));
    ASSERT_EQ(log_->log_end_offset(), end);
    ASSERT_EQ(read_all(), before);
    for (int tries = 0; tries < 20; ++tries) {
      const auto offset = static_cast<int64_t>(random.below(static_cast<uint64_t>(end)));
      const Bytes found = value_of(log_->read_bytes(offset, 1, INT64_MAX));
      const auto batch = value_of(BatchView::at_front_of(found));
      ASSERT_LE(batch.base_offset(), offset);
      ASSERT_GE(batch.last_offset(), offset);
    }
    value_of(log_->max_timestamp());
    append(make_batch({}));
    value_of(log_->close(now));
  }
}

// A power loss keeps any part of what was not synced: below the recovery point nothing is lost,
// above it the log ends at some whole batch.
TEST_F(RecoveryTest, APowerLossTakesNothingBelowTheRecoveryPoint) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    config_->segment_bytes = static_cast<int32_t>(2000 + random.below(20'000));
    options_.recovery_point = options_.log_start_offset = 0;
    log_.reset();
    create();
    for (int life = 0; life < 3; ++life) {
      Bytes durable;
      for (uint64_t rounds = random.below(4) + 1; rounds > 0; --rounds) {
        append_some(static_cast<int>(random.below(60)) + 1, life);
        if (random.below(2) == 0) {
          value_of(log_->checkpoint(now));
          value_of(log_->flush());
          durable = read_all();
        }
      }
      const Bytes written = read_all();
      if (log_->recovery_point() == 0) {
        value_of(log_->flush());  // the directory itself has to be there
        durable = written;
      }
      files_.power_loss(random);
      kill_and_reopen();
      ASSERT_FALSE(HasFatalFailure() || HasNonfatalFailure());
      const Bytes left = read_all();
      ASSERT_GE(left.size(), durable.size());
      ASSERT_LE(left.size(), written.size());
      ASSERT_TRUE(std::ranges::equal(left, std::span(written).first(left.size())));
      int32_t last_epoch = -1;
      value_of(for_each_batch(
          left, [&](const BatchView& batch) { last_epoch = batch.partition_leader_epoch(); }));
      ASSERT_EQ(value_of(log_->last_epoch()), last_epoch);
    }
  }
}

}  // namespace
}  // namespace kafka
