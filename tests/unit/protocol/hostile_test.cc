// Golden messages, damaged: the codec may refuse them or read something else, but never read past
// the end, never crash, and never take more memory than the message justifies.
#include <gtest/gtest.h>

#include "protocol/frame.h"
#include "tests/codecs/codecs.h"
#include "tests/codecs/golden_lines.h"

namespace kafka {
namespace {

// A copy without slack behind, so that the address sanitizer sees every step too far.
Bytes exactly(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(HostileBytes, NoPrefixOfAMessageIsAMessage) {
  int tried = 0;
  for (size_t i = 0; i < golden_lines().size(); i += 5) {
    const GoldenLine& line = golden_lines()[i];
    const MessageCodec* codec = find_codec(line.message);
    if (codec == nullptr) {
      continue;  // a header
    }
    for (size_t n = 0; n < std::min<size_t>(line.body.size(), 2000); ++n) {
      const auto read = codec->reencode(exactly({line.body.data(), n}), line.version);
      ASSERT_FALSE(read) << line.where() << " cut to " << n << " bytes";
      ++tried;
    }
  }
  EXPECT_GT(tried, 10000);
}

TEST(HostileBytes, WhatIsReadFromFlippedBytesCanBeWritten) {
  for (size_t i = 0; i < golden_lines().size(); i += 11) {
    const GoldenLine& line = golden_lines()[i];
    const MessageCodec* codec = find_codec(line.message);
    if (codec == nullptr) {
      continue;
    }
    for (size_t at = 0; at < std::min<size_t>(line.body.size(), 500); ++at) {
      for (const uint8_t flip : {0x01, 0x80, 0xff}) {
        Bytes bytes = exactly(line.body);
        bytes[at] ^= flip;
        const auto once = codec->reencode(bytes, line.version);
        if (!once) {
          continue;
        }
        const auto twice = codec->reencode(*once, line.version);
        ASSERT_TRUE(twice) << line.where() << " byte " << at << ": " << twice.error().message;
        ASSERT_EQ(to_hex(*once), to_hex(*twice)) << line.where() << " byte " << at;
      }
    }
  }
}

TEST(HostileBytes, NoPrefixOfARequestHeaderIsAHeader) {
  for (const GoldenLine& line : golden_lines()) {
    if (!line.message.ends_with("Request") || line.header.empty()) {
      continue;
    }
    for (size_t n = 0; n < line.header.size(); ++n) {
      ASSERT_FALSE(decode_request_frame(exactly({line.header.data(), n}))) << line.where();
    }
  }
}

}  // namespace
}  // namespace kafka
