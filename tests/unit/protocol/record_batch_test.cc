#include "protocol/record_batch.h"

#include <gtest/gtest.h>

#include <random>

#include "protocol/crc32c.h"

namespace kafka {
namespace {

constexpr Codec all_codecs[] = {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};
constexpr int64_t now_ms = 1'700'000'000'000;

BatchFields with(Codec codec) {
  return {.codec = codec};
}

Bytes three_records(BatchFields fields = {}) {
  const RecordHeader headers[] = {{"trace", bytes_of("abc")}, {"empty", bytes_of("")}, {"", {}}};
  return BatchBuilder(fields)
      .add(now_ms, bytes_of("k1"), bytes_of("first value"))
      .add(now_ms + 7, std::nullopt, bytes_of("second"), headers)
      .add(now_ms + 3, bytes_of(""), std::nullopt)
      .build();
}

BatchView view(const Bytes& bytes) {
  return BatchView::at_front_of(bytes).value();
}

ErrorCode refusal(const Bytes& bytes, BatchRules rules = {.now_ms = now_ms}) {
  const auto verdict = BatchValidator().validate(bytes, rules);
  return verdict ? ErrorCode::None : verdict.error().code;
}

// Writes `value` at `position` and makes the checksum hold again.
template <class T>
Bytes patched(Bytes bytes, size_t position, T value) {
  const auto bits = big_endian(std::bit_cast<BitsOf<T>>(value));
  std::memcpy(&bytes[position], &bits, sizeof bits);
  set_crc(bytes);
  return bytes;
}

// A batch whose uncompressed records are given as bytes.
Bytes batch_of_raw(const Bytes& records, int32_t count, Codec codec = Codec::None) {
  Bytes bytes = BatchBuilder(with(codec)).add(now_ms, {}, {}).build();
  bytes.resize(batch::records);
  Compressor().compress(codec, records, bytes);
  const auto length = static_cast<int32_t>(bytes.size() - batch::bytes_before_length_counts);
  bytes = patched(bytes, batch::length, length);
  bytes = patched(bytes, batch::last_offset_delta, count - 1);
  return patched(bytes, batch::count, count);
}

TEST(RecordBatch, FieldsStandWhereTheFormatPutsThem) {
  const Bytes bytes = three_records({.base_offset = 0x0102030405060708,
                                     .partition_leader_epoch = 9,
                                     .transactional = true,
                                     .producer_id = 77,
                                     .producer_epoch = 5,
                                     .base_sequence = 40});
  const BatchView batch = view(bytes);
  EXPECT_EQ(batch.base_offset(), 0x0102030405060708);
  EXPECT_EQ(bytes[0], 0x01);
  EXPECT_EQ(bytes[7], 0x08);
  EXPECT_EQ(batch.size(), bytes.size());
  EXPECT_EQ(batch.partition_leader_epoch(), 9);
  EXPECT_EQ(batch.magic(), 2);
  EXPECT_EQ(batch.crc(), crc32c(std::span(bytes).subspan(21)));
  EXPECT_EQ(batch.attributes(), 0x10);
  EXPECT_EQ(batch.last_offset_delta(), 2);
  EXPECT_EQ(batch.last_offset(), 0x010203040506070a);
  EXPECT_EQ(batch.next_offset(), 0x010203040506070b);
  EXPECT_EQ(batch.base_timestamp(), now_ms);
  EXPECT_EQ(batch.max_timestamp(), now_ms + 7);
  EXPECT_EQ(batch.producer_id(), 77);
  EXPECT_EQ(batch.producer_epoch(), 5);
  EXPECT_EQ(batch.base_sequence(), 40);
  EXPECT_EQ(batch.last_sequence(), 42);
  EXPECT_EQ(batch.count(), 3);
  EXPECT_TRUE(batch.is_transactional());
  EXPECT_FALSE(batch.is_control());
}

TEST(RecordBatch, ASmallBatchIsTheseBytes) {
  const Bytes bytes = BatchBuilder().add(1000, bytes_of("k"), bytes_of("v")).build();
  const Bytes records = {0x10, 0x00, 0x00, 0x00, 0x02, 'k', 0x02, 'v', 0x00};
  EXPECT_EQ(Bytes(bytes.begin() + 61, bytes.end()), records);
  EXPECT_EQ(bytes.size(), 70u);
}

TEST(RecordBatch, SequencesWrapAfterTheLargestInt32) {
  const Bytes bytes = three_records({.producer_id = 1, .base_sequence = INT32_MAX - 1});
  EXPECT_EQ(view(bytes).last_sequence(), 0);
}

TEST(RecordBatch, BaseOffsetAndEpochAreOutsideOfTheChecksum) {
  Bytes bytes = three_records();
  set_base_offset(bytes, 123456);
  set_partition_leader_epoch(bytes, 3);
  EXPECT_EQ(view(bytes).base_offset(), 123456);
  EXPECT_EQ(view(bytes).partition_leader_epoch(), 3);
  EXPECT_TRUE(view(bytes).crc_matches());
}

TEST(RecordBatch, MaxTimestampIsSetWithANewChecksum) {
  Bytes bytes = three_records();
  set_max_timestamp(bytes, now_ms + 99, true);
  EXPECT_EQ(view(bytes).max_timestamp(), now_ms + 99);
  EXPECT_TRUE(view(bytes).has_log_append_time());
  EXPECT_TRUE(view(bytes).crc_matches());
  for (const auto& offset : {0, 1, 2}) {
    RecordReader reader;
    ASSERT_TRUE(reader.open(view(bytes)));
    RecordView record;
    for (int i = 0; i <= offset; ++i) {
      ASSERT_TRUE(reader.next(record).value());
    }
    EXPECT_EQ(record.timestamp, now_ms + 99) << "the append time is that of every record";
  }
  set_max_timestamp(bytes, now_ms, false);
  EXPECT_FALSE(view(bytes).has_log_append_time());
  EXPECT_TRUE(view(bytes).crc_matches());
}

TEST(RecordBatch, RecordsComeBackWithEveryCodec) {
  for (const Codec codec : all_codecs) {
    const Bytes bytes = three_records({.base_offset = 10, .codec = codec});
    EXPECT_EQ(view(bytes).codec(), codec);
    RecordReader reader;
    ASSERT_TRUE(reader.open(view(bytes))) << name(codec);
    RecordView record;
    ASSERT_TRUE(reader.next(record).value());
    EXPECT_EQ(record.offset, 10);
    EXPECT_EQ(record.timestamp, now_ms);
    EXPECT_EQ(text_of(*record.key), "k1");
    EXPECT_EQ(text_of(*record.value), "first value");
    EXPECT_TRUE(record.headers.empty());
    ASSERT_TRUE(reader.next(record).value());
    EXPECT_EQ(record.offset, 11);
    EXPECT_EQ(record.timestamp, now_ms + 7);
    EXPECT_FALSE(record.key);
    const auto headers = record.headers.to_vector();
    ASSERT_EQ(headers.size(), 3u);
    EXPECT_EQ(headers[0].key, "trace");
    EXPECT_EQ(text_of(*headers[0].value), "abc");
    EXPECT_EQ(headers[1].value->size(), 0u);
    EXPECT_EQ(headers[2].key, "");
    EXPECT_FALSE(headers[2].value);
    ASSERT_TRUE(reader.next(record).value());
    EXPECT_EQ(record.timestamp, now_ms + 3);
    EXPECT_TRUE(record.key && record.key->empty());
    EXPECT_FALSE(record.value) << "a tombstone";
    EXPECT_FALSE(reader.next(record).value());
  }
}

TEST(RecordBatch, UncompressedRecordsAreNotCopied) {
  const Bytes bytes = three_records();
  RecordReader reader;
  RecordView record;
  ASSERT_TRUE(reader.open(view(bytes)));
  ASSERT_TRUE(reader.next(record).value());
  EXPECT_GE(record.value->data(), bytes.data());
  EXPECT_LT(record.value->data(), bytes.data() + bytes.size());
}

TEST(RecordBatch, CompactionKeepsOffsetsAndTheLastOffset) {
  BatchBuilder builder({.base_offset = 100});
  builder.add_at(103, now_ms, bytes_of("a"), bytes_of("1"));
  builder.add_at(107, now_ms, bytes_of("b"), bytes_of("2"));
  builder.extend_to(109);
  const Bytes bytes = builder.build();
  EXPECT_EQ(view(bytes).last_offset(), 109);
  std::vector<int64_t> offsets;
  ASSERT_TRUE(
      for_each_record(bytes, [&](const RecordView& record) { offsets.push_back(record.offset); }));
  EXPECT_EQ(offsets, (std::vector<int64_t>{103, 107}));
}

TEST(RecordBatch, ABuilderStartsAnewWithTheSameFields) {
  BatchBuilder builder({.codec = Codec::Zstd, .producer_id = 3});
  const Bytes first = builder.add(now_ms, {}, bytes_of("x")).build();
  EXPECT_TRUE(builder.empty());
  EXPECT_EQ(builder.add(now_ms, {}, bytes_of("x")).build(), first);
}

TEST(RecordBatch, RecompressKeepsEverythingButTheCodec) {
  for (const Codec from : all_codecs) {
    const Bytes bytes = three_records({.codec = from, .transactional = true, .producer_id = 4});
    for (const Codec to : all_codecs) {
      const auto other = recompress(view(bytes), to, compression_levels(to).standard);
      ASSERT_TRUE(other);
      EXPECT_TRUE(view(*other).crc_matches());
      EXPECT_EQ(*other, three_records({.codec = to, .transactional = true, .producer_id = 4}));
    }
  }
}

// ---- record sets ----

TEST(RecordSet, BatchesAreVisitedInOrderAndACutTailIsLeft) {
  Bytes set;
  for (int64_t offset : {0, 3, 6}) {
    const Bytes one = three_records({.base_offset = offset});
    set.insert(set.end(), one.begin(), one.end());
  }
  const size_t one = set.size() / 3;
  for (size_t size = 0; size <= set.size(); ++size) {
    std::vector<int64_t> seen;
    const auto cut = std::span(set).first(size);
    const auto visit = [&](const BatchView& batch) { seen.push_back(batch.base_offset()); };
    const auto bytes = for_each_batch(cut, visit);
    ASSERT_TRUE(bytes) << size;
    EXPECT_EQ(*bytes, size / one * one);
    EXPECT_EQ(seen.size(), size / one);
    EXPECT_EQ(for_each_batch(cut, visit, Tail::MustBeWhole).has_value(), size % one == 0);
  }
}

TEST(RecordSet, AVisitorMayStop) {
  Bytes set = three_records();
  const size_t one = set.size();
  const Bytes again = set;
  set.insert(set.end(), again.begin(), again.end());
  EXPECT_EQ(for_each_batch(set, [](const BatchView&) { return false; }), one);
}

TEST(RecordSet, AnImpossibleLengthIsCorruptAndNotACut) {
  for (const int32_t length : {INT32_MIN, -1, 0, 13}) {
    const Bytes bytes = patched(three_records(), batch::length, length);
    const auto walked = for_each_batch(bytes, [](const BatchView&) {});
    ASSERT_FALSE(walked) << length;
    EXPECT_EQ(walked.error().code, ErrorCode::CorruptMessage);
  }
}

TEST(RecordSet, OldFormatsAreNamed) {
  for (const int8_t magic : {0, 1}) {
    const Bytes bytes = patched(three_records(), batch::magic, magic);
    EXPECT_EQ(BatchView::at_front_of(bytes).error().code, ErrorCode::UnsupportedForMessageFormat);
  }
  EXPECT_EQ(BatchView::at_front_of(patched(three_records(), batch::magic, int8_t{3})).error().code,
            ErrorCode::CorruptMessage);
}

TEST(RecordSet, ControlBatchesHoldNoRecordsForConsumers) {
  Bytes set = three_records({.base_offset = 5});
  const Bytes marker = BatchBuilder({.base_offset = 8, .control = true})
                           .add(now_ms, bytes_of(std::string_view("\0\0\0\1", 4)), bytes_of("x"))
                           .build();
  set.insert(set.end(), marker.begin(), marker.end());
  int records = 0;
  ASSERT_TRUE(for_each_record(set, [&](const RecordView&) { ++records; }));
  EXPECT_EQ(records, 3);
}

// ---- validation ----

TEST(BatchValidation, WhatTheBuilderWritesIsValidWithEveryCodec) {
  BatchValidator validator;
  for (const Codec codec : all_codecs) {
    const Bytes bytes = three_records(with(codec));
    const auto valid = validator.validate(bytes, {.now_ms = now_ms});
    ASSERT_TRUE(valid) << name(codec) << ": " << valid.error().message;
    EXPECT_EQ(valid->codec, codec);
    EXPECT_EQ(valid->max_timestamp, now_ms + 7);
  }
}

TEST(BatchValidation, ManyAndLargeRecordsAcrossDecompressedPieces) {
  BatchValidator validator;
  for (const Codec codec : all_codecs) {
    std::mt19937 random(3);
    BatchBuilder builder(with(codec));
    for (int i = 0; i < 3000; ++i) {
      const std::string value(random() % 900, static_cast<char>('a' + random() % 26));
      builder.add(now_ms + i, bytes_of(std::to_string(i)), bytes_of(value));
    }
    builder.add(now_ms, {}, bytes_of(std::string(300'000, 'x')));
    const Bytes bytes = builder.build();
    const auto valid =
        validator.validate(bytes, {.max_message_bytes = 10'000'000, .now_ms = now_ms});
    ASSERT_TRUE(valid) << name(codec) << ": " << valid.error().message;
    EXPECT_EQ(valid->max_timestamp, now_ms + 2999);
  }
}

TEST(BatchValidation, ExactlyOneBatchIsAllowed) {
  const Bytes one = three_records();
  Bytes two = one;
  two.insert(two.end(), one.begin(), one.end());
  EXPECT_EQ(refusal({}), ErrorCode::InvalidRecord);
  EXPECT_EQ(refusal(two), ErrorCode::InvalidRecord);
  two.pop_back();  // a cut batch behind the first is ignored
  EXPECT_EQ(refusal(two), ErrorCode::None);
}

TEST(BatchValidation, EveryTruncationIsRefused) {
  for (const Codec codec : all_codecs) {
    const Bytes bytes = three_records(with(codec));
    for (size_t size = 0; size < bytes.size(); ++size) {
      const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(refusal(cut), ErrorCode::None) << size;
      if (size >= batch::header_bytes) {  // shorter, and the header agrees
        const auto length = static_cast<int32_t>(size - batch::bytes_before_length_counts);
        EXPECT_NE(refusal(patched(cut, batch::length, length)), ErrorCode::None) << size;
      }
    }
  }
}

TEST(BatchValidation, EveryFlippedBitUnderTheChecksumIsCorrupt) {
  const Bytes bytes = three_records();
  for (size_t bit = batch::crc * 8; bit < bytes.size() * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    const ErrorCode code = refusal(damaged);
    const bool codec_bits = bit / 8 == batch::attributes + 1 && bit % 8 < 3;
    EXPECT_TRUE(code == ErrorCode::CorruptMessage ||
                (codec_bits && code == ErrorCode::UnsupportedCompressionType))
        << bit;
  }
}

TEST(BatchValidation, FlippedBitsWithAGoodChecksumNeverCrash) {
  BatchValidator validator;
  for (const Codec codec : all_codecs) {
    const Bytes bytes = three_records(with(codec));
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes damaged = bytes;
      damaged[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
      set_crc(damaged);
      const auto verdict = validator.validate(damaged, {.now_ms = now_ms});
      (void)for_each_record(damaged, [](const RecordView& record) { record.headers.to_vector(); });
      if (bit / 8 >= batch::records && verdict && codec == Codec::None) {
        // Only contents may have changed: every record is still where it was.
        int records = 0;
        EXPECT_TRUE(for_each_record(damaged, [&](const RecordView&) { ++records; }));
        EXPECT_EQ(records, 3);
      }
    }
  }
}

TEST(BatchValidation, HeadersThatClientsMayNotSend) {
  const Bytes good = three_records();
  using enum ErrorCode;
  EXPECT_EQ(refusal(patched(good, batch::magic, int8_t{0})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::magic, int8_t{1})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::magic, int8_t{3})), CorruptMessage);
  EXPECT_EQ(refusal(patched(good, batch::base_offset, int64_t{1})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::attributes, int16_t{0x20})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::attributes, int16_t{0x40})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::attributes, int16_t{5})), UnsupportedCompressionType);
  EXPECT_EQ(refusal(patched(good, batch::last_offset_delta, int32_t{3})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::last_offset_delta, int32_t{-1})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::count, int32_t{0})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::count, int32_t{4})), InvalidRecord);
  EXPECT_EQ(refusal(patched(good, batch::producer_id, int64_t{1})), InvalidRecord)
      << "a producer id needs a sequence";
}

TEST(BatchValidation, CountAndOffsetsHaveToAgreeWithTheRecords) {
  Bytes more = patched(three_records(), batch::count, int32_t{4});
  more = patched(more, batch::last_offset_delta, int32_t{3});
  EXPECT_EQ(refusal(more), ErrorCode::InvalidRecord);
  Bytes fewer = patched(three_records(), batch::count, int32_t{2});
  fewer = patched(fewer, batch::last_offset_delta, int32_t{1});
  EXPECT_EQ(refusal(fewer), ErrorCode::InvalidRecord);
  for (const Codec codec : all_codecs) {
    BatchBuilder gap(with(codec));
    gap.add_at(0, now_ms, {}, {}).add_at(2, now_ms, {}, {});
    Bytes bytes = patched(gap.build(), batch::last_offset_delta, int32_t{1});
    EXPECT_EQ(refusal(bytes), ErrorCode::InvalidRecord) << name(codec);
  }
}

TEST(BatchValidation, LengthsInsideOfARecordHaveToAddUp) {
  const Bytes good = {0x10, 0x00, 0x00, 0x00, 0x02, 'k', 0x02, 'v', 0x00};
  for (const Codec codec : all_codecs) {
    EXPECT_EQ(refusal(batch_of_raw(good, 1, codec)), ErrorCode::None);
    const std::pair<size_t, uint8_t> changes[] = {
        {0, 0x12}, {0, 0x0e}, {0, 0x01}, {0, 0x00},  // the record's length
        {4, 0x04}, {4, 0x00}, {4, 0x03}, {4, 0x7e},  // the key's: 2, 0, -2, 63
        {6, 0x00}, {6, 0x04}, {6, 0x03},             // the value's
        {8, 0x02}, {8, 0x01},                        // the number of headers: 1, -1
    };
    for (const auto& [position, value] : changes) {
      Bytes bad = good;
      bad[position] = value;
      EXPECT_EQ(refusal(batch_of_raw(bad, 1, codec)), ErrorCode::InvalidRecord)
          << name(codec) << ": byte " << position << " = " << int{value};
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(refusal(batch_of_raw(longer, 1, codec)), ErrorCode::InvalidRecord);
  }
}

TEST(BatchValidation, SizeIsLimited) {
  const Bytes bytes = three_records();
  const auto size = static_cast<int32_t>(bytes.size());
  EXPECT_EQ(refusal(bytes, {.max_message_bytes = size, .now_ms = now_ms}), ErrorCode::None);
  EXPECT_EQ(refusal(bytes, {.max_message_bytes = size - 1, .now_ms = now_ms}),
            ErrorCode::MessageTooLarge);
}

TEST(BatchValidation, ZstdNeedsProduceVersion7) {
  EXPECT_EQ(refusal(three_records(with(Codec::Zstd)), {.zstd_allowed = false, .now_ms = now_ms}),
            ErrorCode::UnsupportedCompressionType);
}

TEST(BatchValidation, ACompactedTopicNeedsKeysAndNamesTheRecordsWithout) {
  BatchValidator validator;
  const Bytes bytes = three_records();
  const auto verdict = validator.validate(bytes, {.keys_required = true, .now_ms = now_ms});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, ErrorCode::InvalidRecord);
  ASSERT_EQ(validator.record_errors().size(), 1u);
  EXPECT_EQ(validator.record_errors()[0].index, 1);
  ASSERT_TRUE(validator.validate(bytes, {.now_ms = now_ms}));
  EXPECT_TRUE(validator.record_errors().empty());
}

TEST(BatchValidation, TimestampsAreBoundedOnBothSidesUnlessTheBrokerSetsThem) {
  const Bytes bytes = three_records();  // from now to now + 7
  BatchRules rules{.timestamp_before_max_ms = 100, .timestamp_after_max_ms = 7, .now_ms = now_ms};
  EXPECT_EQ(refusal(bytes, rules), ErrorCode::None);
  rules.timestamp_after_max_ms = 6;
  EXPECT_EQ(refusal(bytes, rules), ErrorCode::InvalidTimestamp);
  rules.now_ms = now_ms + 101;
  EXPECT_EQ(refusal(bytes, rules), ErrorCode::InvalidTimestamp);
  rules.log_append_time = true;
  EXPECT_EQ(refusal(bytes, rules), ErrorCode::None);
  const Bytes undated = BatchBuilder().add(-1, {}, bytes_of("x")).build();
  EXPECT_EQ(refusal(undated, {.timestamp_before_max_ms = 1, .now_ms = now_ms}), ErrorCode::None);
}

TEST(BatchValidation, TimestampsAtTheEdgesDoNotOverflow) {
  for (const int64_t timestamp : {INT64_MIN, INT64_MIN + 1, int64_t{-2}, INT64_MAX}) {
    const Bytes bytes = BatchBuilder().add(timestamp, {}, bytes_of("x")).build();
    EXPECT_EQ(refusal(bytes), timestamp == -2 ? ErrorCode::None : ErrorCode::InvalidTimestamp);
  }
}

TEST(BatchValidation, ProducersMayNotClaimTheAppendTime) {
  const Bytes bytes = three_records({.log_append_time = true});
  EXPECT_EQ(refusal(bytes, {.log_append_time = true, .now_ms = now_ms}),
            ErrorCode::InvalidTimestamp);
  // Where times are the producer's the bit is taken away instead (set_max_timestamp).
  EXPECT_EQ(refusal(bytes), ErrorCode::None);
}

TEST(BatchValidation, ABombIsRefusedAtTheCap) {
  const Bytes zeros(20'000'000);
  for (const Codec codec : {Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd}) {
    // One record that says it is as long as what follows, all of it zeros.
    Bytes records;
    Writer writer;
    writer.varint(static_cast<int32_t>(zeros.size()) + 8);
    writer.raw(Bytes{0, 0, 0, 1});
    writer.varint(static_cast<int32_t>(zeros.size()));
    records = writer.take();
    records.insert(records.end(), zeros.begin(), zeros.end());
    const Bytes bomb = batch_of_raw(records, 1, codec);
    EXPECT_EQ(refusal(bomb, {.now_ms = now_ms, .unpacked_max = 1'000'000}),
              ErrorCode::CorruptMessage)
        << name(codec);
  }
}

TEST(BatchValidation, ErrorsOfSingleRecordsAreLimited) {
  BatchBuilder builder;
  for (int i = 0; i < 5000; ++i) {
    builder.add(now_ms, {}, bytes_of("no key"));
  }
  BatchValidator validator;
  EXPECT_FALSE(validator.validate(builder.build(), {.keys_required = true, .now_ms = now_ms}));
  EXPECT_EQ(validator.record_errors().size(), BatchValidator::record_errors_max);
}

}  // namespace
}  // namespace kafka
