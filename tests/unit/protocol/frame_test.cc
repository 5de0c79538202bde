#include "protocol/frame.h"

#include <gtest/gtest.h>

#include "protocol/api/12_heartbeat.h"
#include "protocol/api/18_api_versions.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

TEST(Frame, AnUnknownKeyIsAnError) {
  for (const char* hex : {"000400000000000affff", "ffff00000000000affff", "005d00000000000affff"}) {
    const auto frame = decode_request_frame(from_hex(hex));
    ASSERT_FALSE(frame) << hex;
    EXPECT_EQ(frame.error().code, ErrorCode::InvalidRequest);
  }
}

TEST(Frame, AVersionFromTheFutureStillHasAReadableHeader) {
  const Bytes bytes = from_hex(
      "0012"
      "0063"
      "0000000a"
      "0001"
      "63"
      "00"
      "deadbeef");
  const auto frame = decode_request_frame(bytes);
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->header.api_version, 99);
  EXPECT_EQ(frame->header.correlation_id, 10);
  EXPECT_EQ(frame->header.client_id, "c");
  EXPECT_EQ(frame->body.size(), 4U);
}

TEST(Frame, HeaderTagsAreSkipped) {
  const Bytes bytes = from_hex(
      "0012"
      "0003"
      "0000000a"
      "ffff"
      "01"
      "07"
      "02"
      "aabb"
      "01");
  const auto frame = decode_request_frame(bytes);
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->header.client_id, std::nullopt);
  EXPECT_EQ(frame->body.size(), 1U);
}

TEST(Frame, ABadClientIdIsAnError) {
  EXPECT_FALSE(
      decode_request_frame(from_hex("0012"
                                    "0000"
                                    "0000000a"
                                    "0001"
                                    "ff")));
  EXPECT_FALSE(
      decode_request_frame(from_hex("0012"
                                    "0000"
                                    "0000000a"
                                    "fffe")));
  EXPECT_FALSE(
      decode_request_frame(from_hex("0012"
                                    "0000"
                                    "0000000a"
                                    "7fff"
                                    "61")));
}

TEST(Frame, TheSizeCountsEverythingBehindIt) {
  Writer out;
  const RequestHeader header{
      .api_key = 12, .api_version = 4, .correlation_id = 7, .client_id = "c"};
  ASSERT_TRUE(encode_request_frame(header, HeartbeatRequest{.group_id = "g"}, out));
  const Bytes bytes = out.take();
  Reader in(bytes);
  EXPECT_EQ(static_cast<size_t>(in.int32()), bytes.size() - 4);
  const auto frame = decode_request_frame(in.rest());
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header, header);
  EXPECT_EQ(decode<HeartbeatRequest>(frame->body, 4)->group_id, "g");
}

TEST(Frame, TheExampleOfTheReadmeIsRight) {
  Writer out;
  const RequestHeader header{
      .api_key = 18, .api_version = 3, .correlation_id = 1, .client_id = "c"};
  const ApiVersionsRequest request{.client_software_name = "lib", .client_software_version = "1.0"};
  ASSERT_TRUE(encode_request_frame(header, request, out));
  EXPECT_EQ(to_hex(out.take()),
            "00000015"
            "0012"
            "0003"
            "00000001"
            "000163"
            "00"
            "046c6962"
            "04312e30"
            "00");
}

TEST(Frame, TwoFramesGoIntoOneWriter) {
  Writer out;
  ASSERT_TRUE(encode_response_frame(4, 1, HeartbeatResponse{}, out));
  const size_t first = out.size();
  ASSERT_TRUE(encode_response_frame(4, 2, HeartbeatResponse{}, out));
  const Bytes bytes = out.take();
  Reader in(std::span<const uint8_t>(bytes).subspan(first));
  EXPECT_EQ(static_cast<size_t>(in.int32()), bytes.size() - first - 4);
  EXPECT_EQ(in.int32(), 2);
}

TEST(Frame, ApiVersionsAnswersWithTheOldHeaderForEver) {
  Writer out;
  encode_response_header(ApiKey::ApiVersions, 4, 5, out);
  EXPECT_EQ(to_hex(out.take()), "00000005");
  encode_response_header(ApiKey::Heartbeat, 4, 5, out);
  EXPECT_EQ(to_hex(out.take()), "0000000500");
}

TEST(ApiTable, KnowsWhatIsOfferedWhere) {
  EXPECT_EQ(find_api(4), nullptr);
  EXPECT_EQ(find_api(93), nullptr);
  EXPECT_EQ(find_api(-1), nullptr);
  EXPECT_EQ(api_info(ApiKey::Produce).on_broker, (VersionRange{0, 13}));
  EXPECT_TRUE(api_info(ApiKey::Produce).on_controller.empty());
  EXPECT_TRUE(api_info(ApiKey::Vote).on_broker.empty());
  EXPECT_EQ(api_info(ApiKey::Vote).on_controller, (VersionRange{0, 2}));
  EXPECT_FALSE(api_info(ApiKey::OffsetDelete).flexible_in(0));
  EXPECT_EQ(name(ApiKey::ApiVersions), "ApiVersions");
}

}  // namespace
}  // namespace kafka
