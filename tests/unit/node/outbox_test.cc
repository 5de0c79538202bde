// Outbox over a socket pair: order, file ranges, and a reader that does not read.
#include "broker/io/outbox.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace kafka {
namespace {

Writer text(std::string_view bytes) {
  Writer writer;
  writer.raw({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  return writer;
}

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0);
    char name[] = "/tmp/outbox_test_XXXXXX";
    file_ = ::mkstemp(name);
    ::unlink(name);
    ASSERT_EQ(::write(file_, "0123456789", 10), 10);
  }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
    ::close(file_);
  }

  FileSlice slice(int64_t position, int32_t length) { return {nullptr, file_, position, length}; }
  Outbox::Status flush() { return outbox_.flush(ends_[0]); }
  std::string received() {
    std::string all;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(ends_[1], buffer, sizeof(buffer), 0)) > 0;) {
      all.append(buffer, static_cast<size_t>(n));
    }
    return all;
  }

  int ends_[2] = {-1, -1};
  int file_ = -1;
  Outbox outbox_;
};

TEST_F(OutboxTest, ResponsesLeaveInTheOrderOfTheirRequests) {
  const uint64_t first = outbox_.open_slot();
  const uint64_t second = outbox_.open_slot();
  const uint64_t third = outbox_.open_slot();
  outbox_.fill(third, text("3"));
  outbox_.fill(second, text("2"));
  EXPECT_EQ(flush(), Outbox::Status::Done);
  EXPECT_EQ(received(), "");
  outbox_.fill(first, text("1"));
  EXPECT_EQ(flush(), Outbox::Status::Done);
  EXPECT_EQ(received(), "123");
  EXPECT_EQ(outbox_.slots(), 0u);
  EXPECT_EQ(outbox_.queued_bytes(), 0u);
}

TEST_F(OutboxTest, ARequestWithoutResponseHoldsNobodyUp) {
  const uint64_t silent = outbox_.open_slot();
  const uint64_t loud = outbox_.open_slot();
  outbox_.fill(loud, text("loud"));
  outbox_.fill_nothing(silent);
  EXPECT_EQ(flush(), Outbox::Status::Done);
  EXPECT_EQ(received(), "loud");
}

TEST_F(OutboxTest, FileRangesStandWhereTheyWereSpliced) {
  Writer writer = text("<");
  writer.splice(slice(2, 3));
  writer.raw(std::span(reinterpret_cast<const uint8_t*>("|"), 1));
  writer.splice(slice(9, 1));
  writer.raw(std::span(reinterpret_cast<const uint8_t*>(">"), 1));
  outbox_.fill(outbox_.open_slot(), std::move(writer));
  outbox_.fill(outbox_.open_slot(), text("next"));
  EXPECT_EQ(flush(), Outbox::Status::Done);
  EXPECT_EQ(received(), "<234|9>next");
}

TEST_F(OutboxTest, ASpliceAtTheEndEndsTheResponse) {
  Writer writer = text("x");
  writer.splice(slice(0, 10));
  outbox_.fill(outbox_.open_slot(), std::move(writer));
  EXPECT_EQ(flush(), Outbox::Status::Done);
  EXPECT_EQ(received(), "x0123456789");
  EXPECT_EQ(outbox_.queued_bytes(), 0u);
}

TEST_F(OutboxTest, AReaderThatDoesNotReadBlocksAndLosesNothing) {
  const std::string large(4 << 20, 'z');
  outbox_.fill(outbox_.open_slot(), text(large));
  outbox_.fill(outbox_.open_slot(), text("end"));
  EXPECT_EQ(flush(), Outbox::Status::Blocked);
  EXPECT_GT(outbox_.queued_bytes(), 0u);
  std::string all;
  while (flush() == Outbox::Status::Blocked) {
    all += received();
  }
  all += received();
  EXPECT_EQ(all, large + "end");
}

TEST_F(OutboxTest, AFileThatIsShorterThanPromisedFails) {
  Writer writer = text("x");
  writer.splice(slice(8, 5));
  outbox_.fill(outbox_.open_slot(), std::move(writer));
  EXPECT_EQ(flush(), Outbox::Status::Failed);
}

TEST_F(OutboxTest, WritersAreReused) {
  outbox_.fill(outbox_.open_slot(), text("memory"));
  flush();
  const Writer again = outbox_.take_writer();
  EXPECT_EQ(again.size(), 0u);
  EXPECT_TRUE(again.splices().empty());
}

}  // namespace
}  // namespace kafka
