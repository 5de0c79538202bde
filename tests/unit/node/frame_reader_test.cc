// FrameReader over a socket pair: frames come whole, in halves, and glued together.
#include "broker/io/frame_reader.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace kafka {
namespace {

class FrameReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0);
  }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  void send(std::string_view bytes) {
    ASSERT_EQ(::send(ends_[1], bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  FrameReader::Status read() { return reader_.read(ends_[0]); }
  std::string next() {
    const auto frame = reader_.next();
    return frame ? std::string(frame->begin(), frame->end()) : "(none)";
  }

  static std::string frame(std::string_view body) {
    const auto n = static_cast<uint32_t>(body.size());
    std::string bytes = {static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                         static_cast<char>(n >> 8), static_cast<char>(n)};
    return bytes.append(body);
  }

  int ends_[2] = {-1, -1};
  FrameReader reader_{1 << 20};
};

TEST_F(FrameReaderTest, WholeFrame) {
  send(frame("hello"));
  EXPECT_EQ(read(), FrameReader::Status::Some);
  EXPECT_EQ(next(), "hello");
  EXPECT_EQ(next(), "(none)");
  EXPECT_FALSE(reader_.is_inside_frame());
}

TEST_F(FrameReaderTest, EveryPortionOfOneByte) {
  const std::string bytes = frame("split") + frame("again");
  std::vector<std::string> frames;
  for (const char byte : bytes) {
    send({&byte, 1});
    ASSERT_EQ(read(), FrameReader::Status::Some);
    while (const auto found = reader_.next()) {
      frames.emplace_back(found->begin(), found->end());
    }
  }
  EXPECT_EQ(frames, (std::vector<std::string>{"split", "again"}));
}

TEST_F(FrameReaderTest, FramesGluedTogether) {
  send(frame("a") + frame("") + frame("ccc") + frame("half").substr(0, 6));
  EXPECT_EQ(read(), FrameReader::Status::Some);
  EXPECT_EQ(next(), "a");
  EXPECT_EQ(next(), "");
  EXPECT_EQ(next(), "ccc");
  EXPECT_EQ(next(), "(none)");
  EXPECT_TRUE(reader_.is_inside_frame());
  send(frame("half").substr(6));
  EXPECT_EQ(read(), FrameReader::Status::Some);
  EXPECT_EQ(next(), "half");
}

TEST_F(FrameReaderTest, NegativeLengthIsRefused) {
  send("\xff\xff\xff\xff");
  read();
  EXPECT_EQ(next(), "(none)");
  EXPECT_EQ(reader_.refused_length(), -1);
}

TEST_F(FrameReaderTest, LengthOverTheLimitIsRefusedBeforeAllocating) {
  send(std::string("\x00\x10\x00\x01", 4));  // one more than the limit
  read();
  EXPECT_EQ(next(), "(none)");
  EXPECT_EQ(reader_.refused_length(), (1 << 20) + 1);
  EXPECT_LE(reader_.capacity(), 8192u);
}

TEST_F(FrameReaderTest, MemoryGrowsWithTheBytesThatArriveNotWithTheLengthAnnounced) {
  FrameReader reader(100 << 20);
  std::string announced("\x06\x40\x00\x00", 4);  // 100 MiB
  send(announced);
  ASSERT_EQ(reader.read(ends_[0]), FrameReader::Status::Some);
  EXPECT_FALSE(reader.next());
  EXPECT_LE(reader.capacity(), 8192u);
  size_t arrived = 4;
  const std::string piece(4000, 'x');
  for (int i = 0; i < 100; ++i) {
    send(piece);
    arrived += piece.size();
    while (reader.read(ends_[0]) != FrameReader::Status::Empty) {
    }
    EXPECT_LE(reader.capacity(), std::max<size_t>(8192, 2 * arrived));
  }
}

TEST_F(FrameReaderTest, LargeFrameThenSmallOnes) {
  const std::string large(150'000, 'L');
  const std::string bytes = frame(large) + frame("s1") + frame("s2");
  std::vector<std::string> frames;
  size_t sent = 0;
  while (frames.size() < 3) {
    if (sent < bytes.size()) {
      const ssize_t n = ::send(ends_[1], bytes.data() + sent,
                               std::min<size_t>(bytes.size() - sent, 30'000), 0);
      sent += n > 0 ? static_cast<size_t>(n) : 0;
    }
    read();
    while (const auto found = reader_.next()) {
      frames.emplace_back(found->begin(), found->end());
    }
  }
  EXPECT_EQ(frames[0], large);
  EXPECT_EQ(frames[1], "s1");
  EXPECT_EQ(frames[2], "s2");
}

TEST_F(FrameReaderTest, ReleaseKeepsAFrameThatHasBegun) {
  send(frame("begun").substr(0, 6));
  read();
  reader_.release();
  EXPECT_GT(reader_.capacity(), 0u);
  send(frame("begun").substr(6));
  read();
  EXPECT_EQ(next(), "begun");
  reader_.release();
  EXPECT_EQ(reader_.capacity(), 0u);
}

TEST_F(FrameReaderTest, TheOtherSideCloses) {
  ::shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(read(), FrameReader::Status::Closed);
}

}  // namespace
}  // namespace kafka
