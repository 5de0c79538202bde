// Positions, offsets and times, each compared with a walk over the whole log.
#include <algorithm>
#include <map>

#include "broker/core/log/file_names.h"
#include "broker/core/log/offset_index.h"
#include "broker/core/log/time_index.h"
#include "tests/unit/core/log/log_fixture.h"

namespace kafka {
namespace {

class LookupTest : public LogTest {
 protected:
  // A log of random batches: sizes, gaps, times and codecs.
  void fill(SeededRandom& random) {
    config_->segment_bytes = static_cast<int32_t>(3000 + random.below(60'000));
    config_->index_interval_bytes = static_cast<int32_t>(random.below(6000));
    create();
    int64_t offset = static_cast<int64_t>(random.below(100));
    int64_t time = now;
    for (uint64_t n = 50 + random.below(300); n > 0; --n) {
      const Bytes batch = make_batch({.records = static_cast<int>(1 + random.below(5)),
                                      .value_bytes = random.below(600),
                                      .timestamp = time,
                                      .timestamp_step = static_cast<int64_t>(random.below(3)),
                                      .codec = random.below(4) == 0 ? Codec::Zstd : Codec::None,
                                      .base_offset = offset,
                                      .leader_epoch = 0});
      value_of(log_->append_as_follower(batch, now));
      offset =
          log_->log_end_offset() + static_cast<int64_t>(random.below(3) == 0 ? random.below(9) : 0);
      time += static_cast<int64_t>(random.below(20)) - 5;
    }
    if (random.below(2) == 0) {
      random.below(2) == 0 ? close_and_reopen() : kill_and_reopen();
    }
  }

  struct Where {
    int64_t segment = 0;
    int64_t position = 0;
    int64_t base_offset = 0;
    int64_t last_offset = 0;
    int64_t size = 0;
  };
  std::vector<Where> walk() {
    std::vector<Where> batches;
    for (const std::string& path : files_.paths_under(directory)) {
      const auto parsed =
          parse_segment_file_name(std::string_view(path).substr(path.rfind('/') + 1));
      if (!parsed || parsed->suffix != ".log") {
        continue;
      }
      const Bytes bytes = files_.contents(path);
      value_of(for_each_batch(bytes, [&](const BatchView& batch) {
        batches.push_back({parsed->offset, batch.bytes().data() - bytes.data(), batch.base_offset(),
                           batch.last_offset(), static_cast<int64_t>(batch.size())});
      }));
    }
    return batches;
  }
};

TEST_F(LookupTest, EveryOffsetIsFoundWhereItStands) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    fill(random);
    const std::vector<Where> batches = walk();
    for (int64_t tries = 0; tries < 200; ++tries) {
      const int64_t offset =
          static_cast<int64_t>(random.below(static_cast<uint64_t>(log_->log_end_offset())));
      if (offset < log_->log_start_offset()) {
        continue;
      }
      const auto expected = std::ranges::find_if(
          batches, [&](const Where& batch) { return batch.last_offset >= offset; });
      ASSERT_NE(expected, batches.end());
      const LogRead read = value_of(log_->read(offset, 1, INT64_MAX, true));
      ASSERT_EQ(read.records.position, expected->position) << offset;
      ASSERT_EQ(read.records.length, expected->size) << offset;
      // A bound cuts before the batch that holds it.
      const int64_t bound = offset + 1 + static_cast<int64_t>(random.below(40));
      const LogRead bounded = value_of(log_->read(offset, INT32_MAX, bound, true));
      int64_t length = 0;
      for (auto it = expected;
           it != batches.end() && it->segment == expected->segment && it->last_offset < bound;
           ++it) {
        length += it->size;
      }
      ASSERT_EQ(bounded.records.length, length) << offset << " below " << bound;
    }
  }
}

TEST_F(LookupTest, EveryIndexEntryIsTheOneThatApacheKafkaWouldWrite) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    fill(random);
    value_of(log_->close(now));
    std::map<int64_t, std::vector<OffsetIndexEntry>> expected;
    std::map<int64_t, int64_t> since;
    for (const Where& batch : walk()) {
      auto& entries = expected[batch.segment];
      if (since[batch.segment] > config_->index_interval_bytes) {
        entries.push_back({static_cast<int32_t>(batch.last_offset - batch.segment),
                           static_cast<int32_t>(batch.position)});
        since[batch.segment] = 0;
      }
      since[batch.segment] += batch.size;
    }
    for (const auto& [base, entries] : expected) {
      const Bytes bytes = files_.contents(file(base, ".index"));
      ASSERT_EQ(bytes.size(), entries.size() * OffsetIndexEntry::bytes) << base;
      for (size_t i = 0; i < entries.size(); ++i) {
        ASSERT_EQ(OffsetIndexEntry::decode(bytes.data() + i * 8), entries[i]) << base;
        ASSERT_GT(entries[i].position, 0);
      }
    }
  }
}

TEST_F(LookupTest, EveryTimestampIsFoundAtItsFirstRecord) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    files_ = SimFiles();
    files_.put("/data/.keep", {});
    fill(random);
    if (random.below(3) == 0) {
      value_of(log_->delete_records_before(
          log_->log_start_offset() + static_cast<int64_t>(random.below(100)), INT64_MAX));
    }
    std::vector<TimestampAndOffset> records;
    int64_t low = INT64_MAX;
    int64_t high = 0;
    const Bytes all = read_all();
    value_of(for_each_record(all, [&](const RecordView& record) {
      if (record.offset >= log_->log_start_offset()) {
        records.push_back({record.timestamp, record.offset, 0});
        low = std::min(low, record.timestamp);
        high = std::max(high, record.timestamp);
      }
    }));
    for (int64_t time = low - 2; time <= high + 2; time += 1 + (high - low) / 150) {
      const auto expected = std::ranges::find_if(
          records, [&](const TimestampAndOffset& record) { return record.timestamp >= time; });
      const auto found = value_of(log_->offset_for_timestamp(time));
      ASSERT_EQ(found.has_value(), expected != records.end()) << time;
      if (found) {
        ASSERT_EQ(*found, *expected) << time;
      }
    }
    const auto latest = std::ranges::max_element(records, {}, &TimestampAndOffset::timestamp);
    ASSERT_EQ(value_of(log_->max_timestamp()), *latest);
  }
}

TEST_F(LookupTest, AnEmptyLogHasNoTimes) {
  create();
  EXPECT_EQ(value_of(log_->max_timestamp()), std::nullopt);
  EXPECT_EQ(value_of(log_->offset_for_timestamp(0)), std::nullopt);
  EXPECT_EQ(value_of(log_->last_epoch()), -1);
  EXPECT_EQ(value_of(log_->read_bytes(0, 100, INT64_MAX)).size(), 0u);
}

TEST_F(LookupTest, LogAppendTimeIsTheTimeOfEveryRecordInTheBatch) {
  config_->timestamp_type = TimestampType::LogAppendTime;
  create();
  append(make_batch({.records = 3, .timestamp = 5}));
  EXPECT_EQ(value_of(log_->offset_for_timestamp(6)), (TimestampAndOffset{now, 0, 0}));
}

TEST_F(LookupTest, ASequentialReaderNeedsFewReadsPerFetch) {
  create();
  for (int i = 0; i < 3000; ++i) {
    append(make_batch({.value_bytes = 5000, .timestamp = now + i}));
  }
  close_and_reopen();
  value_of(log_->read(1, 1 << 20, INT64_MAX, true));
  const int64_t before = files_.count(FileOperation::Read);
  int fetches = 0;
  for (int64_t offset = 1; offset < 3000; offset += 200, ++fetches) {
    value_of(log_->read(offset, 1 << 20, INT64_MAX, true));
  }
  EXPECT_LE(files_.count(FileOperation::Read) - before, fetches * 12);
}

}  // namespace
}  // namespace kafka
