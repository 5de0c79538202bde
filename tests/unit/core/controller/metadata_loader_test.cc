// Bytes to image: transactions, damage, what is unknown; and the directories Apache Kafka wrote.
#include "broker/core/controller/metadata_loader.h"

#include <filesystem>

#include "broker/core/controller/bootstrap.h"
#include "broker/core/controller/image_records.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

class Loading : public ::testing::Test {
 protected:
  static FeatureLevelRecord feature(const std::string& name, int16_t level = 1) {
    FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    return record;
  }
  Bytes batch(const std::vector<MetadataRecord>& records) {
    Bytes bytes;
    must(append_data_batch(records, 30, {offset_, 1, 1000}, bytes));
    offset_ += static_cast<int64_t>(records.size());
    return bytes;
  }
  Result<> load(const Bytes& bytes) { return loader_.load_batches(bytes); }
  std::vector<std::string> features() const {
    std::vector<std::string> names;
    for (const auto& [name, level] : image_.features()) {
      names.push_back(name);
    }
    return names;
  }

  MetadataImage image_;
  MetadataLoader loader_{image_, nullptr};
  int64_t offset_ = 0;
};

TEST_F(Loading, ATransactionTakesEffectAtItsEnd) {
  must(load(batch({BeginTransactionRecord{}, feature("a")})));
  EXPECT_TRUE(loader_.in_transaction());
  EXPECT_EQ(features(), Lines{});
  must(load(batch({feature("b")})));
  must(load(batch({feature("c"), EndTransactionRecord{}, feature("d")})));
  EXPECT_FALSE(loader_.in_transaction());
  EXPECT_EQ(features(), (Lines{"a", "b", "c", "d"}));
  EXPECT_EQ(image_.offset(), 5);
}

TEST_F(Loading, AnAbortedTransactionHasNone) {
  must(load(batch({feature("a"), BeginTransactionRecord{}, feature("b")})));
  must(load(batch({AbortTransactionRecord{}, feature("c")})));
  EXPECT_EQ(features(), (Lines{"a", "c"}));
}

TEST_F(Loading, BracketsMustMatch) {
  EXPECT_FALSE(load(batch({EndTransactionRecord{}})));
  EXPECT_FALSE(load(batch({BeginTransactionRecord{}, BeginTransactionRecord{}})));
}

TEST_F(Loading, AFlippedBitIsSeen) {
  Bytes bytes = batch({feature("a")});
  bytes.back() ^= 1;
  const auto loaded = load(bytes);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::CorruptMessage);
}

TEST_F(Loading, HalfABatchIsAnError) {
  Bytes bytes = batch({feature("a")});
  bytes.pop_back();
  EXPECT_FALSE(load(bytes));
}

TEST_F(Loading, UnknownTagsAreSkippedUnknownRecordsAreNot) {
  const auto raw = [&](std::vector<uint8_t> value) {
    BatchBuilder builder({.base_offset = offset_++, .partition_leader_epoch = 1});
    builder.add(1000, std::nullopt, BytesView(value));
    return builder.build();
  };
  // NoOp with a tagged field 99 of two bytes
  EXPECT_TRUE(load(raw({1, 20, 0, 1, 99, 2, 0xca, 0xfe})));
  EXPECT_FALSE(load(raw({1, 99, 0, 0})));  // no record has type 99
  EXPECT_FALSE(load(raw({1, 20, 7, 0})));  // NoOp has no version 7
  EXPECT_FALSE(load(raw({2, 20, 0, 0})));  // no frame has version 2
  EXPECT_FALSE(load(raw({1, 20, 0})));     // half a record
}

TEST_F(Loading, ASnapshotNeedsItsFooter) {
  SnapshotContent content;
  const std::vector<MetadataRecord> records{feature("a")};
  content.records = records;
  content.epoch = 3;
  const Bytes whole = must(encode_snapshot(content));
  must(loader_.load_snapshot(whole, {12, 3}));
  EXPECT_EQ(image_.offset(), 11);
  EXPECT_EQ(image_.epoch(), 3);
  size_t footer = 0;
  size_t last = 0;
  must(for_each_batch(whole, [&](const BatchView& b) { footer = last, last += b.size(); }));
  MetadataImage other;
  MetadataLoader cut(other, nullptr);
  EXPECT_FALSE(cut.load_snapshot(std::span(whole).first(footer), {12, 3}));
}

TEST(Bootstrap, FilesOfApacheKafkaAreReadAndWrittenByteForByte) {
  const Bytes theirs = golden_file("metadata/bootstrap.checkpoint");
  const auto records = must(decode_bootstrap(theirs));
  EXPECT_EQ(texts_of(records),
            (Lines{"FeatureLevel metadata.version=30",
                   "FeatureLevel eligible.leader.replicas.version=1",
                   "FeatureLevel group.version=1", "FeatureLevel share.version=1",
                   "FeatureLevel streams.version=1", "FeatureLevel transaction.version=2"}));
  // Its three batches were made within some milliseconds: give ours the time of the first, and
  // theirs too.
  Bytes same_time = theirs;
  const int64_t first_time = must(BatchView::at_front_of(theirs)).base_timestamp();
  for (size_t at = 0; at < same_time.size();) {
    const std::span<uint8_t> rest = std::span(same_time).subspan(at);
    const size_t size = must(BatchView::at_front_of(rest)).size();
    const auto time = big_endian(static_cast<uint64_t>(first_time));
    std::memcpy(rest.data() + batch::base_timestamp, &time, sizeof time);
    std::memcpy(rest.data() + batch::max_timestamp, &time, sizeof time);
    set_crc(rest.first(size));
    at += size;
  }
  EXPECT_EQ(must(encode_bootstrap(records, first_time)), same_time);
  EXPECT_EQ(theirs.size(), 411u);
}

Lines records_of(const MetadataImage& image) {
  Lines lines;
  for (const MetadataRecord& record : image_records(image)) {
    lines.push_back(to_text(record, written_version(record)));
  }
  return lines;
}

// The log of a whole life (two clean starts, one after kill -9) and each snapshot of it: replaying
// the log up to where a snapshot ends gives what the snapshot holds.
class KafkasDirectory : public ::testing::TestWithParam<const char*> {
 protected:
  Bytes file(const std::string& name) const {
    return golden_file(std::string("metadata/") + GetParam() + "/" + name);
  }
  std::vector<SnapshotId> snapshots() const {
    std::vector<SnapshotId> found;
    const auto folder = std::string(KRAFTLAB_SOURCE_DIR) + "/tests/golden/metadata/" + GetParam();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (const auto id = parse_snapshot_file_name(entry.path().filename().string())) {
        found.push_back(*id);
      }
    }
    return found;
  }
};

TEST_P(KafkasDirectory, EverySnapshotIsTheLogUpToItsEnd) {
  const Bytes log = file("00000000000000000000.log");
  int compared = 0;
  for (const SnapshotId& id : snapshots()) {
    MetadataImage from_snapshot;
    must(MetadataLoader(from_snapshot, nullptr).load_snapshot(file(snapshot_file_name(id)), id));
    if (id.offset == 0) {
      continue;  // the 0-0 checkpoint: voters from before the log
    }
    size_t prefix = 0;
    must(for_each_batch(log, [&](const BatchView& b) {
      prefix += b.next_offset() <= id.offset ? b.size() : 0;
    }));
    MetadataImage from_log;
    must(MetadataLoader(from_log, nullptr).load_batches(std::span(log).first(prefix)));
    EXPECT_EQ(records_of(from_snapshot), records_of(from_log)) << snapshot_file_name(id);
    EXPECT_EQ(from_snapshot, from_log) << snapshot_file_name(id);
    ++compared;
  }
  EXPECT_GE(compared, 3);
}

TEST_P(KafkasDirectory, HoldsWhatWasDone) {
  MetadataImage image;
  must(MetadataLoader(image, nullptr).load_batches(file("00000000000000000000.log")));
  EXPECT_EQ(image.topics().size(), 2u);
  EXPECT_EQ(image.topic("alpha")->partitions.size(), 3u);
  EXPECT_EQ(image.topic("beta")->partitions.size(), 2u);
  EXPECT_EQ(image.topic("gone"), nullptr);
  EXPECT_EQ(image.topic_configs("alpha"),
            (ConfigMap{{"min.insync.replicas", "1"}, {"segment.bytes", "10485760"}}));
  EXPECT_EQ(image.configs({ConfigResourceType::Broker, ""}).at("log.retention.ms"), "700000");
  EXPECT_EQ(image.configs({ConfigResourceType::ClientMetrics, "sub"}).at("interval.ms"), "60000");
  EXPECT_EQ(image.client_quotas().size(), 2u);
  EXPECT_EQ(image.scram().size(), 1u);
  EXPECT_EQ(image.acls().size(), 1u);
  EXPECT_EQ(image.next_producer_id(), 1000);
  EXPECT_EQ(image.metadata_version(), 30);
  EXPECT_EQ(image.kraft_version(), std::string(GetParam()) == "dynamic" ? 1 : 0);
  EXPECT_EQ(image.voters().size(), std::string(GetParam()) == "dynamic" ? 1u : 0u);
  EXPECT_TRUE(image.broker(1)->fenced);
  // Two clean stops and one kill -9, each of which took the leadership away and gave it back.
  EXPECT_EQ(text_of(*image.partition("alpha", 0)),
            "leader -1 epoch 5/6 isr - elr 1 last 1 recovering");
}

INSTANTIATE_TEST_SUITE_P(Golden, KafkasDirectory, ::testing::Values("static", "dynamic"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace kafka
