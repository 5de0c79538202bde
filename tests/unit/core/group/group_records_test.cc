// The bytes in __consumer_offsets, where a group lives, and reading a whole partition back.
#include <gtest/gtest.h>

#include "broker/core/group/coordinator.h"
#include "broker/core/group/loader.h"
#include "broker/core/group/text.h"
#include "protocol/control_records.h"

namespace kafka::test {
namespace {

std::string hex(const Bytes& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

OffsetRecord offset(std::string group, std::string topic, int32_t partition, int64_t value) {
  OffsetRecord record{{std::move(group), std::move(topic), partition}, CommittedOffset{}};
  record.value->offset = value;
  return record;
}

// A partition's log that one can write to, as any broker might have.
class WrittenLog {
 public:
  void add(const GroupRecord& record, BatchFields fields = {}) {
    const KeyAndValue encoded = encode_group_record(record);
    add(encoded.key, encoded.value ? std::optional<BytesView>(*encoded.value) : std::nullopt,
        fields);
  }
  void add(BytesView key, std::optional<BytesView> value, BatchFields fields = {}) {
    fields.base_offset = next_offset_++;
    BatchBuilder builder(fields);
    builder.add(0, key, value);
    builder.append_to(bytes);
  }
  void end_transaction(int64_t producer_id, ControlRecordType type) {
    BatchFields fields;
    fields.control = fields.transactional = true;
    fields.producer_id = producer_id;
    add(encode_control_key(type), encode_end_txn_marker({}), fields);
  }
  Bytes bytes;

 private:
  int64_t next_offset_ = 0;
};

BatchFields in_transaction_of(int64_t producer_id) {
  BatchFields fields;
  fields.transactional = true;
  fields.producer_id = producer_id;
  fields.producer_epoch = 0;
  return fields;
}

struct Loaded {
  explicit Loaded(const WrittenLog& log) : shard(0, 0, settings, ledger) {
    GroupLoader loader(shard, 1000);
    EXPECT_TRUE(loader.load(log.bytes).has_value());
    counts = loader.counts();
    shard.activate(1000);
  }
  int64_t committed(const std::string& topic, int32_t partition) const {
    const CommittedOffset* found = shard.offsets().find("g", topic, partition);
    return found == nullptr ? -1 : found->offset;
  }
  GroupSettings settings;
  GroupLedger ledger;
  GroupShard shard;
  GroupLoadCounts counts;
};

TEST(GroupPartition, IsTheAbsoluteValueOfJavasHash) {
  EXPECT_EQ(java_hash(""), 0);
  EXPECT_EQ(java_hash("group"), 98629247);
  EXPECT_EQ(java_hash("polygenelubricants"), INT32_MIN);
  EXPECT_EQ(java_hash("gr\xC3\xBC\xC3\x9F" "e"), 98768023);  // "grüße"
  EXPECT_EQ(java_hash("\xF0\x9F\x90\x99"), 1772412);         // an octopus: two UTF-16 units
  EXPECT_EQ(partition_of_group("group", 50), 47);
  EXPECT_EQ(partition_of_group("polygenelubricants", 50), 0);
  EXPECT_EQ(java_hash("my-group"), -1906497762);
  EXPECT_EQ(partition_of_group("my-group", 50), 1906497762 % 50);  // not its sign bit cut off
}

TEST(OffsetMetadata, IsMeasuredInUtf16Units) {
  EXPECT_EQ(utf16_length("abc"), 3U);
  EXPECT_EQ(utf16_length("\xC3\xBC"), 1U);
  EXPECT_EQ(utf16_length("\xF0\x9F\x90\x99"), 2U);
  EXPECT_EQ(utf16_length("\xF0\x9F"), 1U);  // broken text counts, and does not run over the end
}

TEST(GroupRecords, AreApacheKafkasBytes) {
  OffsetRecord commit = offset("g", "t", 7, 42);
  commit.value->leader_epoch = 3;
  commit.value->metadata = "m";
  commit.value->commit_timestamp = 0x0102;
  const KeyAndValue bytes = encode_group_record(commit);
  EXPECT_EQ(hex(bytes.key), "0001" "000167" "000174" "00000007");
  EXPECT_EQ(hex(*bytes.value),
            "0004" "000000000000002a" "00000003" "026d" "0000000000000102" "00");
  commit.value->topic_id = {1, 2};
  EXPECT_EQ(hex(*encode_group_record(commit).value),
            "0004" "000000000000002a" "00000003" "026d" "0000000000000102"
            "01" "00" "10" "00000000000000010000000000000002");
  const KeyAndValue gone = encode_group_record(group_tombstone("g"));
  EXPECT_EQ(hex(gone.key), "0002" "000167");
  EXPECT_FALSE(gone.value.has_value());
}

TEST(GroupRecords, OffsetWithItsOwnExpiryIsWrittenAsVersion1) {
  OffsetRecord commit = offset("g", "t", 0, 1);
  commit.value->expire_timestamp = 99;
  const KeyAndValue bytes = encode_group_record(commit);
  EXPECT_EQ((*bytes.value)[1], 1);
  const auto back = decode_group_record(bytes.key, *bytes.value);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(std::get<OffsetRecord>(**back).value->expire_timestamp, 99);
}

TEST(GroupLoader, LaterRecordsReplaceEarlierOnes) {
  WrittenLog log;
  log.add(offset("g", "t", 0, 1));
  log.add(offset("g", "t", 1, 1));
  log.add(offset("g", "t", 0, 2));
  log.add(offset_tombstone("g", "t", 1));
  const Loaded loaded(log);
  EXPECT_EQ(loaded.committed("t", 0), 2);
  EXPECT_EQ(loaded.committed("t", 1), -1);
  EXPECT_EQ(loaded.counts.records, 4);
}

TEST(GroupLoader, SkipsTheRecordsOfOtherKindsOfGroups) {
  WrittenLog log;
  for (const uint8_t type : {3, 5, 6, 7, 8, 10, 16, 17, 99}) {
    log.add(Bytes{0, type, 0, 1, 'c'}, Bytes{0, 0, 0});
  }
  log.add(offset("g", "t", 0, 5));
  const Loaded loaded(log);
  EXPECT_EQ(loaded.counts.skipped, 9);
  EXPECT_EQ(loaded.committed("t", 0), 5);
}

TEST(GroupLoader, ReadsPastWhatItCannotRead) {
  WrittenLog log;
  log.add(Bytes{0, 1, 0, 9, 'x'}, std::nullopt);        // a string longer than the key
  log.add(Bytes{0, 2, 0, 1, 'g'}, Bytes{0, 77, 1, 2});  // a version from the future
  log.add(Bytes{7}, std::nullopt);
  log.add(offset("g", "t", 0, 5));
  const Loaded loaded(log);
  EXPECT_EQ(loaded.counts.unreadable, 3);
  EXPECT_EQ(loaded.committed("t", 0), 5);
}

TEST(GroupLoader, ReadsOffsetsFromBeforeVersion09) {
  WrittenLog log;
  const auto key = encode_key(LegacyOffsetCommitKey{.group = "g", .topic = "t", .partition = 0});
  const auto value = encode_versioned(
      LegacyOffsetCommitValue{.offset = 9, .metadata = "old", .commit_timestamp = 1}, 0);
  log.add(*key, *value);
  EXPECT_EQ(Loaded(log).committed("t", 0), 9);
}

TEST(GroupLoader, OffsetsInATransactionCountFromItsCommit) {
  WrittenLog log;
  log.add(offset("g", "committed", 0, 1), in_transaction_of(11));
  log.add(offset("g", "aborted", 0, 2), in_transaction_of(12));
  log.add(offset("g", "open", 0, 3), in_transaction_of(13));
  log.end_transaction(11, ControlRecordType::Commit);
  log.end_transaction(12, ControlRecordType::Abort);
  const Loaded loaded(log);
  EXPECT_EQ(loaded.committed("committed", 0), 1);
  EXPECT_EQ(loaded.committed("aborted", 0), -1);
  EXPECT_EQ(loaded.committed("open", 0), -1);
}

TEST(GroupLoader, APlainCommitAfterATransactionsOutlivesItsMarker) {
  WrittenLog log;
  log.add(offset("g", "t", 0, 1));
  log.add(offset("g", "t", 0, 2), in_transaction_of(11));
  log.add(offset("g", "t", 0, 3));
  log.end_transaction(11, ControlRecordType::Commit);
  EXPECT_EQ(Loaded(log).committed("t", 0), 3);
}

TEST(GroupLoader, TwoMembersOfOneInstanceIdCannotComeFromALog) {
  WrittenLog log;
  MetadataOfGroup group{{"g"}, GroupMetadataValue{}};
  group.value->protocol_type = "consumer";
  group.value->protocol = "range";
  for (const std::string id : {"m1", "m2", "m1"}) {
    auto& member = group.value->members.emplace_back();
    member.member_id = id;
    member.group_instance_id = "one";
    member.session_timeout = 10'000;
  }
  log.add(group);
  const Loaded loaded(log);
  ASSERT_NE(loaded.shard.find("g"), nullptr);
  EXPECT_EQ(loaded.shard.find("g")->members().size(), 1U);
}

}  // namespace
}  // namespace kafka::test
