// Batches that Java's producer wrote (tests/peers/java/RecordBatches.java makes them anew).
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "protocol/record_batch.h"

namespace kafka {
namespace {

Bytes golden(Codec codec) {
  const std::string path = std::string(KRAFTLAB_SOURCE_DIR) + "/tests/golden/record_batches/" +
                           std::string(name(codec)) + ".bin";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// What RecordBatches.java puts in, in the same order.
struct Expected {
  int64_t timestamp = 0;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::vector<std::optional<std::string>> headers = {};
};

Expected expected_record(int i) {
  Expected record{.timestamp = 1'700'000'000'000 + i * 37 % 100 * 1000};
  if (i % 5 != 0) {
    record.key = i % 7 == 0 ? "" : "key-" + std::to_string(i);
  }
  if (i % 11 != 0) {
    record.value = "";
    for (int n = 0; i % 13 != 0 && n < i * 3; ++n) {
      *record.value += "ab";
    }
    record.value = i % 13 == 0 ? "" : "value " + *record.value;
  }
  for (int h = 0; h < i % 4; ++h) {
    record.headers.push_back(h == 1 ? std::nullopt
                                    : std::optional("header of " + std::to_string(i)));
  }
  return record;
}

std::optional<BytesView> view(const std::optional<std::string>& text) {
  return text ? std::optional(bytes_of(*text)) : std::nullopt;
}

class GoldenBatches : public testing::TestWithParam<Codec> {};

TEST_P(GoldenBatches, AreValidAndHoldWhatJavaPutIn) {
  const Bytes bytes = golden(GetParam());
  const auto valid = BatchValidator().validate(bytes, {.now_ms = 1'700'000'000'000});
  ASSERT_TRUE(valid) << valid.error().message;
  EXPECT_EQ(valid->codec, GetParam());
  EXPECT_EQ(valid->batch.count(), 100);
  EXPECT_EQ(valid->batch.producer_id(), 4'000'000'001);
  EXPECT_EQ(valid->batch.producer_epoch(), 7);
  EXPECT_EQ(valid->batch.base_sequence(), 1234);
  EXPECT_TRUE(valid->batch.is_transactional());
  EXPECT_EQ(valid->max_timestamp, valid->batch.max_timestamp());
  int index = 0;
  ASSERT_TRUE(for_each_record(bytes, [&](const RecordView& record) {
    const Expected expected = expected_record(index);
    EXPECT_EQ(record.offset, index);
    EXPECT_EQ(record.timestamp, expected.timestamp);
    ASSERT_EQ(record.key.has_value(), expected.key.has_value()) << index;
    ASSERT_EQ(record.value.has_value(), expected.value.has_value()) << index;
    EXPECT_EQ(text_of(record.key.value_or(BytesView{})), expected.key.value_or(""));
    EXPECT_EQ(text_of(record.value.value_or(BytesView{})), expected.value.value_or(""));
    const auto headers = record.headers.to_vector();
    ASSERT_EQ(headers.size(), expected.headers.size());
    for (size_t h = 0; h < headers.size(); ++h) {
      EXPECT_EQ(headers[h].key, "h" + std::to_string(h));
      ASSERT_EQ(headers[h].value.has_value(), expected.headers[h].has_value());
      EXPECT_EQ(text_of(headers[h].value.value_or(BytesView{})), expected.headers[h].value_or(""));
    }
    ++index;
  }));
  EXPECT_EQ(index, 100);
}

TEST_P(GoldenBatches, TurnIntoTheUncompressedOneWhenUnpacked) {
  const Bytes bytes = golden(GetParam());
  EXPECT_EQ(recompress(BatchView::at_front_of(bytes).value(), Codec::None, 0), golden(Codec::None));
}

INSTANTIATE_TEST_SUITE_P(EveryCodec, GoldenBatches,
                         testing::Values(Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4,
                                         Codec::Zstd),
                         [](const auto& codec) { return std::string(name(codec.param)); });

TEST(GoldenBatch, OurBuilderWritesTheSameBytes) {
  BatchBuilder builder({.transactional = true,
                        .producer_id = 4'000'000'001,
                        .producer_epoch = 7,
                        .base_sequence = 1234});
  for (int i = 0; i < 100; ++i) {
    const Expected record = expected_record(i);
    std::vector<RecordHeader> headers;
    const std::string names[] = {"h0", "h1", "h2"};
    for (size_t h = 0; h < record.headers.size(); ++h) {
      headers.push_back({names[h], view(record.headers[h])});
    }
    builder.add(record.timestamp, view(record.key), view(record.value), headers);
  }
  EXPECT_EQ(builder.build(), golden(Codec::None));
}

}  // namespace
}  // namespace kafka
