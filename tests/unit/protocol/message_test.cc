// What a message may and may not say. That the bytes are right is golden_messages_test's business.
#include "protocol/message.h"

#include <gtest/gtest.h>

#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/18_api_versions.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

struct Forgetful {
  int32_t described = 0;
  std::optional<std::string> forgotten;
  static constexpr void wire(auto& m, auto& w) { w("described", m.described); }
};
static_assert(!is_described<Forgetful>);
static_assert(is_described<FetchRequest>);
static_assert(is_described<FetchResponse::PartitionData>);

template <class M>
std::string decode_error(const Bytes& bytes, int16_t version) {
  const auto message = decode<M>(bytes, version);
  return message ? "" : message.error().message;
}

TEST(Message, VersionsOutsideOfTheRangeDoNotExist) {
  for (const int16_t version : {-1, 5, 32767}) {
    const auto decoded = decode<ApiVersionsRequest>(Bytes{}, version);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, ErrorCode::UnsupportedVersion);
    EXPECT_FALSE(encode(ApiVersionsRequest{}, version));
  }
}

TEST(Message, AFieldTheVersionLacksIsAnErrorUnlessItMayBeIgnored) {
  MetadataResponse response;
  response.throttle_time_ms = 5;  // since v3, ignorable
  EXPECT_TRUE(encode(response, 0));

  FindCoordinatorRequest request;
  request.coordinator_keys = {"a"};  // since v4, not ignorable
  EXPECT_FALSE(encode(request, 3));
  EXPECT_TRUE(encode(request, 4));
}

TEST(Message, AFieldAtItsDefaultMayBeLackedByAnyVersion) {
  FetchResponse response;
  response.responses.emplace_back().partitions.emplace_back();
  EXPECT_TRUE(encode(response, 4));
  response.responses[0].partitions[0].preferred_read_replica = 0;  // the default is -1
  EXPECT_FALSE(encode(response, 4));
  EXPECT_TRUE(encode(response, 11));
}

TEST(Message, ATaggedFieldTheVersionLacksIsAnError) {
  FetchResponse response;
  response.node_endpoints.emplace_back();  // tag 0 since v16
  EXPECT_FALSE(encode(response, 15));
  EXPECT_TRUE(encode(response, 16));
}

TEST(Message, NullIsRefusedWhereItIsNotAllowed) {
  MetadataRequest request;
  request.topics = std::nullopt;  // nullable since v1
  EXPECT_FALSE(encode(request, 0));
  EXPECT_EQ(to_hex(*encode(request, 1)), "ffffffff");
  EXPECT_NE(decode_error<MetadataRequest>(from_hex("ffffffff"), 0), "");
  EXPECT_EQ(decode<MetadataRequest>(from_hex("ffffffff"), 1)->topics, std::nullopt);
}

TEST(Message, BytesLeftOverAreAnError) {
  Bytes bytes = *encode(ApiVersionsRequest{}, 3);
  bytes.push_back(0);
  EXPECT_NE(decode_error<ApiVersionsRequest>(bytes, 3), "");
}

TEST(Message, CountsBeyondTheBytesAreRefusedBeforeAnythingIsAllocated) {
  // MetadataRequest v0: an array of 2^31 - 1 names, and nothing behind.
  EXPECT_NE(decode_error<MetadataRequest>(from_hex("7fffffff"), 0), "");
  // More elements than the rest has bytes for, even if each were empty.
  EXPECT_NE(decode_error<MetadataRequest>(from_hex("000000030000"), 0), "");
}

TEST(Message, MemoryIsBoundedByTheSizeOfTheMessage) {
  constexpr size_t names = 1'000'000;  // of one byte each on the wire, of 32 in memory
  Writer out;
  out.int8(0);
  out.length(names, true);
  out.raw(Bytes(names, 1));
  out.uvarint(0);
  const auto decoded = decode<FindCoordinatorRequest>(out.bytes(), 4);
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("memory"), std::string::npos) << decoded.error().message;
}

TEST(Message, ManyShortNamesAreStillFine) {
  FindCoordinatorRequest request;
  request.coordinator_keys.assign(1000, "g");
  const auto again = decode<FindCoordinatorRequest>(*encode(request, 4), 4);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, request);
}

TEST(Message, BadUtf8IsAnError) {
  // ApiVersionsRequest v3: two compact strings, no tags.
  EXPECT_EQ(decode_error<ApiVersionsRequest>(from_hex("02610100"), 3), "");
  EXPECT_NE(decode_error<ApiVersionsRequest>(from_hex("02ff0100"), 3), "");
}

// ApiVersionsRequest v3 with two empty strings, and then these tags.
std::string tags_error(const std::string& hex) {
  return decode_error<ApiVersionsRequest>(from_hex("0101" + hex), 3);
}

TEST(Message, UnknownTagsAreSkipped) {
  EXPECT_EQ(tags_error("01"
                       "05"
                       "03"
                       "aabbcc"),
            "");
  EXPECT_EQ(tags_error("02"
                       "05"
                       "01"
                       "aa"
                       "ffffffff0f"
                       "00"),
            "");
}

TEST(Message, TagsAreOncePerStructAndInOrder) {
  EXPECT_NE(tags_error("02"
                       "05"
                       "01"
                       "aa"
                       "05"
                       "01"
                       "bb"),
            "");
  EXPECT_NE(tags_error("02"
                       "05"
                       "01"
                       "aa"
                       "04"
                       "01"
                       "bb"),
            "");
}

TEST(Message, TagSizesAreChecked) {
  EXPECT_NE(tags_error("01"
                       "05"
                       "04"
                       "aabbcc"),
            "")
      << "longer than the message";
  EXPECT_NE(tags_error("02"
                       "05"
                       "03"
                       "aabbcc"),
            "")
      << "fewer tags than announced";
  EXPECT_NE(tags_error("ffffffff0f"), "") << "four billion tags";
}

TEST(Message, ATaggedFieldMustFillItsSize) {
  ApiVersionsResponse response;
  response.finalized_features_epoch = 7;
  Bytes bytes = *encode(response, 3);  // ends with: 1 tag, tag 1, size 8, int64
  ASSERT_TRUE(decode<ApiVersionsResponse>(bytes, 3));
  bytes[bytes.size() - 9] = 9;
  bytes.push_back(0);
  EXPECT_NE(decode_error<ApiVersionsResponse>(bytes, 3), "");
  bytes[bytes.size() - 10] = 7;
  bytes.resize(bytes.size() - 2);
  EXPECT_NE(decode_error<ApiVersionsResponse>(bytes, 3), "");
}

TEST(Message, TagsAreWrittenInTheOrderOfTheirNumbers) {
  FetchRequest request;  // wire() names tag 0 before and tag 1 after an ordinary field
  request.cluster_id = "c";
  request.replica_state.replica_id = 3;
  const auto again = decode<FetchRequest>(*encode(request, 18), 18);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, request);
}

TEST(Message, RecordsPointIntoTheFrame) {
  FetchResponse response;
  const Bytes records = {1, 2, 3};
  response.responses.emplace_back().partitions.emplace_back().records =
      Records::of(std::span<const uint8_t>(records));
  const Bytes bytes = *encode(response, 4);
  const auto again = decode<FetchResponse>(bytes, 4);
  ASSERT_TRUE(again);
  const auto& read = again->responses[0].partitions[0].records;
  EXPECT_EQ(read.size(), 3U);
  EXPECT_GE(read.bytes.data(), bytes.data());
  EXPECT_LE(read.bytes.data() + read.size(), bytes.data() + bytes.size());
}

TEST(Message, AFileRangeIsSplicedBehindItsLength) {
  FetchResponse response;
  response.responses.emplace_back().partitions.emplace_back().records =
      Records::of(FileSlice{.owner = nullptr, .fd = 3, .position = 64, .length = 1000});
  Writer out;
  ASSERT_TRUE(encode(response, 4, out));
  ASSERT_EQ(out.splices().size(), 1U);
  EXPECT_EQ(out.splices()[0].offset, out.size());
  EXPECT_EQ(out.total_size(), out.size() + 1000);
  EXPECT_EQ(to_hex(Bytes(out.bytes().end() - 4, out.bytes().end())), "000003e8");
}

TEST(Message, TextNamesTheFieldsOfTheVersion) {
  ApiVersionsResponse response;
  response.api_keys = {{.api_key = 18, .min_version = 0, .max_version = 4}};
  EXPECT_EQ(to_text(response, 0),
            "{error_code: 0, api_keys: [{api_key: 18, min_version: 0, max_version: 4}]}");
  EXPECT_EQ(to_json(response, 1),
            R"({"error_code":0,"api_keys":[{"api_key":18,"min_version":0,"max_version":4}],)"
            R"("throttle_time_ms":0})");
}

TEST(Message, JsonEscapesWhatItMust) {
  FindCoordinatorRequest request;
  request.coordinator_key = "a\"b\\c\n\x01";
  EXPECT_EQ(to_json(request, 0), R"({"key":"a\"b\\c\n\u0001"})");
}

}  // namespace
}  // namespace kafka
