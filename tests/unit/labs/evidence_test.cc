// The evidence file: what is written is read back, a torn tail ends it, nonsense is refused.
#include "broker/core/evidence.h"

#include <gtest/gtest.h>

namespace kafka::evidence {
namespace {

Entry response_with_hole() {
  Entry entry;
  entry.type = Type::Response;
  entry.time_us = 1700000000000001;
  entry.connection = 7;
  entry.sequence = 3;
  entry.holes = {{4, 10, "batch"}};
  entry.frame = "HEADtail";
  return entry;
}

TEST(Evidence, KeepsADeedAndTheNodeInAConnection) {
  Entry deed;
  deed.type = Type::Deed;
  deed.time_us = 5;
  deed.connection = 2;
  deed.text = "node 2 killed";
  const auto read = read_all(std::string(kMagic) + encode(deed));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().text, "node 2 killed");
  EXPECT_EQ(read->front().time_us, 5);
  EXPECT_EQ(node_of(node_connection(2, 3, 77)), 2);
  EXPECT_NE(node_connection(2, 3, 77), node_connection(2, 4, 77));
}

TEST(Evidence, KeepsAnEvent) {
  Entry event;
  event.type = Type::Event;
  event.time_us = 9;
  event.text = "orders-0: log end 146, high watermark 140";
  const auto read = read_all(std::string(kMagic) + encode(event));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().type, Type::Event);
  EXPECT_EQ(read->front().text, event.text);
  EXPECT_EQ(read->front().time_us, 9);
}

std::string sample_file() {
  std::string file(kMagic);
  Entry run;
  run.type = Type::Run;
  run.text = R"({"lab":"01"})";
  file += encode(run);
  Entry connection;
  connection.type = Type::Connection;
  connection.connection = 7;
  connection.text = "PLAINTEXT";
  connection.peer = "127.0.0.1:5000";
  file += encode(connection);
  Entry request;
  request.type = Type::Request;
  request.connection = 7;
  request.sequence = 3;
  request.frame = std::string("\0\x12\0\0", 4);
  file += encode(request);
  file += encode(response_with_hole());
  return file;
}

TEST(Evidence, WhatIsWrittenIsReadBack) {
  auto entries = read_all(sample_file());
  ASSERT_TRUE(entries.has_value()) << entries.error().message;
  ASSERT_EQ(entries->size(), 4u);
  EXPECT_EQ((*entries)[0].text, R"({"lab":"01"})");
  EXPECT_EQ((*entries)[1].peer, "127.0.0.1:5000");
  EXPECT_EQ((*entries)[2].frame.size(), 4u);
  const Entry& response = (*entries)[3];
  EXPECT_EQ(response.time_us, 1700000000000001);
  ASSERT_EQ(response.holes.size(), 1u);
  EXPECT_EQ(response.holes[0].head, "batch");
}

TEST(Evidence, AHoleIsFilledWithItsHeadAndZeros) {
  EXPECT_EQ(fill_holes(response_with_hole()),
            std::string("HEADbatch") + std::string(5, '\0') + "tail");
}

Entry request_entry(std::string_view frame) {
  Entry entry;
  set_request(entry, frame);
  return entry;
}

TEST(Evidence, OfALongRequestTheBeginningIsKept) {
  const std::string at_most(kWholeBytesMax, 'x');
  EXPECT_EQ(request_entry(at_most).type, Type::Request);
  EXPECT_EQ(fill_holes(request_entry(at_most)), at_most);

  const std::string longer = at_most + "x";
  const std::string bytes = encode(request_entry(longer));
  EXPECT_LT(bytes.size(), 2 * kCutHeadBytes);
  const auto entries = read_all(std::string(kMagic) + bytes);
  ASSERT_TRUE(entries && entries->size() == 1);
  EXPECT_EQ(entries->front().type, Type::CutRequest);
  EXPECT_EQ(fill_holes(entries->front()),
            std::string(kCutHeadBytes, 'x') + std::string(longer.size() - kCutHeadBytes, '\0'));
}

TEST(Evidence, HolesOutOfOrderAreNotFilled) {
  Entry entry = response_with_hole();
  entry.holes.push_back({2, 4, "x"});
  EXPECT_EQ(fill_holes(entry), "");
}

TEST(Evidence, ATornTailLosesOnlyTheLastEntry) {
  const std::string file = sample_file();
  const size_t last = encode(response_with_hole()).size();
  for (size_t cut = 1; cut <= last; ++cut) {
    auto entries = read_all(file.substr(0, file.size() - cut));
    ASSERT_TRUE(entries.has_value()) << "cut " << cut;
    EXPECT_EQ(entries->size(), 3u) << "cut " << cut;
  }
}

TEST(Evidence, AnotherKindOfFileIsRefused) {
  EXPECT_FALSE(read_all("PK\x03\x04 something else").has_value());
  EXPECT_FALSE(read_all("").has_value());
}

TEST(Evidence, AnEntryThatContradictsItsLengthsIsRefused) {
  std::string file(kMagic);
  std::string entry = encode(response_with_hole());
  entry[entry.size() - 9] = '\x7f';  // the frame's length, its last byte
  EXPECT_FALSE(read_all(file + entry).has_value());
}

}  // namespace
}  // namespace kafka::evidence
