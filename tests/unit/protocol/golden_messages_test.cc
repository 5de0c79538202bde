// Every message in every version, against bytes that Apache Kafka's own encoder wrote.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "protocol/api_keys.h"
#include "protocol/frame.h"
#include "tests/codecs/codecs.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

bool is_header(const GoldenLine& line) {
  return line.file == "headers.txt";
}

TEST(GoldenMessages, DecodeAndEncodeToTheSameBytes) {
  int samples = 0;
  for (const GoldenLine& line : golden_lines()) {
    if (is_header(line)) {
      continue;
    }
    const MessageCodec* codec = find_codec(line.message);
    ASSERT_NE(codec, nullptr) << line.where() << ": no such message here";
    const auto again = codec->reencode(line.body, line.version);
    ASSERT_TRUE(again) << line.where() << ": " << again.error().message;
    ASSERT_EQ(to_hex(line.body), to_hex(*again)) << line.where();
    ++samples;
  }
  EXPECT_GT(samples, 5000);
}

TEST(GoldenMessages, CoverEveryMessageInEveryVersion) {
  std::set<std::pair<std::string, int>> seen;
  for (const GoldenLine& line : golden_lines()) {
    seen.emplace(line.message, line.version);
  }
  for (const MessageCodec& codec : all_codecs()) {
    for (int version = codec.min_version; version <= codec.max_version; ++version) {
      EXPECT_TRUE(seen.contains({std::string(codec.name), version}))
          << codec.name << " v" << version << " has no golden bytes";
    }
  }
}

// "12_Heartbeat.txt" is key 12.
int key_of(const GoldenLine& line) {
  return std::stoi(line.file.substr(0, line.file.find('_')));
}

TEST(GoldenMessages, RequestHeadersReadBackAsWritten) {
  for (const GoldenLine& line : golden_lines()) {
    if (!line.message.ends_with("Request") || line.header.empty()) {
      continue;
    }
    Bytes frame = line.header;
    frame.insert(frame.end(), line.body.begin(), line.body.end());
    const auto request = decode_request_frame(frame);
    ASSERT_TRUE(request) << line.where() << ": " << request.error().message;
    ASSERT_EQ(request->header.api_key, key_of(line)) << line.where();
    ASSERT_EQ(request->header.api_version, line.version) << line.where();
    ASSERT_EQ(Bytes(request->body.begin(), request->body.end()), line.body) << line.where();
    Writer out;
    encode_request_header(request->header, out);
    ASSERT_EQ(to_hex(out.take()), to_hex(line.header)) << line.where();
  }
}

TEST(GoldenMessages, ResponseHeadersReadBackAsWritten) {
  for (const GoldenLine& line : golden_lines()) {
    if (!line.message.ends_with("Response") || line.header.empty()) {
      continue;
    }
    const auto key = static_cast<ApiKey>(key_of(line));
    Bytes frame = line.header;
    frame.insert(frame.end(), line.body.begin(), line.body.end());
    const auto response = decode_response_frame(frame, key, line.version);
    ASSERT_TRUE(response) << line.where() << ": " << response.error().message;
    ASSERT_EQ(Bytes(response->body.begin(), response->body.end()), line.body) << line.where();
    Writer out;
    encode_response_header(key, line.version, response->correlation_id, out);
    ASSERT_EQ(to_hex(out.take()), to_hex(line.header)) << line.where();
  }
}

TEST(GoldenMessages, TheTableHasTheVersionsOfTheMessages) {
  for (const ApiInfo& api : api_table) {
    for (const char* side : {"Request", "Response"}) {
      const MessageCodec* codec = find_codec(std::string(api.name) + side);
      ASSERT_NE(codec, nullptr) << api.name << side;
      EXPECT_EQ(codec->min_version, api.described.min) << api.name;
      EXPECT_EQ(codec->max_version, api.described.max) << api.name;
    }
  }
}

}  // namespace
}  // namespace kafka
