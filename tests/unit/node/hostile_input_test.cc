// What a client that is broken or means harm gets: a closed connection or an error, and everybody
// else goes on. Real sockets, one node.
#include <sys/socket.h>

#include "protocol/api/03_metadata.h"
#include "protocol/api/18_api_versions.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

using namespace std::string_literals;

class HostileInputTest : public NodeTest {
 protected:
  void SetUp() override { start({{"socket.request.max.bytes", "1000000"}}); }
  void TearDown() override {
    if (node_) {  // whatever happened, the node serves the next one
      EXPECT_EQ(connect().ask<ApiVersionsResponse>(versions(), 3).error_code, 0);
    }
  }
  static ApiVersionsRequest versions() { return {"test", "1.0"}; }
};

TEST_F(HostileInputTest, ANegativeLengthCloses) {
  TestClient client = connect();
  client.send_bytes("\xff\xff\xff\xff");
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, ALengthOverTheLimitCloses) {
  TestClient client = connect();
  client.send_bytes("\x7f\xff\xff\xff"s);
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AnHttpRequestCloses) {
  TestClient client = connect();
  client.send_bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AnEmptyFrameCloses) {
  TestClient client = connect();
  client.send_frame("");
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AnUnknownApiCloses) {
  TestClient client = connect();
  client.send_frame("\x03\xe8\x00\x00\x00\x00\x00\x01\xff\xff"s);  // key 1000
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AnApiOfTheOtherListenerCloses) {
  TestClient client = connect_to_controller();
  client.send(MetadataRequest{}, 9);
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AVersionThatIsNotServedCloses) {
  TestClient client = connect();
  client.send_frame("\x00\x00\x00\x02\x00\x00\x00\x01\xff\xff"s);  // Produce v2
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, ABodyThatIsNoMessageCloses) {
  TestClient client = connect();
  client.send_frame("\x00\x03\x00\x01\x00\x00\x00\x01\xff\xff\x7f\xff\xff\xff"s);  // 2^31-1 topics
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, BytesLeftOverAreIgnored) {
  TestClient client = connect();
  client.send_frame("\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff?"s);  // ApiVersions v0 and a byte
  EXPECT_TRUE(client.receive<ApiVersionsResponse>(0));
}

TEST_F(HostileInputTest, AProduceWithoutRecordSetCloses) {
  ProduceRequest request = produce_request("t", {});
  request.topic_data[0].partition_data[0].records = Records::none();
  TestClient client = connect();
  client.send(request, 9);
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, ApiVersionsTooNewIsAnsweredAsV0) {
  TestClient client = connect();
  client.send_frame("\x00\x12\x7f\x00\x00\x00\x00\x2a\x00\x01x\x00garbage"s);
  const auto response = client.receive<ApiVersionsResponse>(0);
  ASSERT_TRUE(response);
  EXPECT_EQ(client.last_correlation_id(), 42);
  EXPECT_EQ(response->error_code, 35);
  ASSERT_EQ(response->api_keys.size(), 1u);
  EXPECT_EQ(response->api_keys[0].api_key, 18);
  EXPECT_EQ(response->api_keys[0].max_version, 4);
}

TEST_F(HostileInputTest, AClientNameThatIsNoneIsInvalid) {
  TestClient client = connect();
  const auto response = client.ask<ApiVersionsResponse>(ApiVersionsRequest{"-bad-", "1"}, 3);
  EXPECT_EQ(response.error_code, 42);
  EXPECT_TRUE(response.api_keys.empty());
}

TEST_F(HostileInputTest, AFrameMayComeByteByByte) {
  Writer writer;
  ASSERT_TRUE(encode_request_frame({18, 3, 7, "slow"}, versions(), writer));
  TestClient client = connect();
  for (const uint8_t byte : writer.bytes()) {
    client.send_bytes({reinterpret_cast<const char*>(&byte), 1});
  }
  const auto response = client.receive<ApiVersionsResponse>(3);
  ASSERT_TRUE(response);
  EXPECT_EQ(client.last_correlation_id(), 7);
}

TEST_F(HostileInputTest, RequestsInOnePieceAreAnsweredInOrder) {
  Writer writer;
  for (int32_t id = 1; id <= 300; ++id) {  // more than may be in flight
    ASSERT_TRUE(encode_request_frame({18, 3, id, "many"}, versions(), writer));
  }
  TestClient client = connect();
  client.send_bytes(text_of(writer.bytes()));
  for (int32_t id = 1; id <= 300; ++id) {
    ASSERT_TRUE(client.receive<ApiVersionsResponse>(3));
    ASSERT_EQ(client.last_correlation_id(), id);
  }
}

TEST_F(HostileInputTest, WhatWasAskedBeforeGarbageIsAnsweredBeforeTheClose) {
  Writer writer;
  ASSERT_TRUE(encode_request_frame({18, 3, 1, "x"}, versions(), writer));
  TestClient client = connect();
  client.send_bytes(std::string(text_of(writer.bytes())) + "\xff\xff\xff\xff");
  EXPECT_TRUE(client.receive<ApiVersionsResponse>(3));
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(HostileInputTest, AClientThatDoesNotReadIsNotReadFrom) {
  create_topic("t");
  TestClient client = connect();
  Writer writer;
  ASSERT_TRUE(encode_request_frame({3, 9, 1, "deaf"}, MetadataRequest{}, writer));
  std::string requests;
  for (int i = 0; i < 1000; ++i) {
    requests += text_of(writer.bytes());
  }
  // Without limit the node would take all of this and hold the answers.
  size_t taken = 0;
  int refused = 0;
  while (taken < (256u << 20) && refused < 20) {
    const ssize_t sent = ::send(client.fd(), requests.data(), requests.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      taken += static_cast<size_t>(sent);
      refused = 0;
    } else {
      ++refused;
      EXPECT_EQ(connect().ask<ApiVersionsResponse>(versions(), 3).error_code, 0);
    }
  }
  EXPECT_LT(taken, 64u << 20);
}

TEST_F(HostileInputTest, AHalfClosedConnectionEnds) {
  TestClient client = connect();
  client.send_bytes("\x00\x00"s);
  client.stop_sending();
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(NodeTest, AnIdleConnectionIsClosed) {
  ASSERT_NO_FATAL_FAILURE(start({{"connections.max.idle.ms", "200"}}));
  TestClient client = connect();
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(NodeTest, ARequestThatTricklesInHasADeadline) {
  ASSERT_NO_FATAL_FAILURE(start({{"connections.max.idle.ms", "300"}}));
  TestClient client = connect();
  client.send_bytes(std::string("\x05\xf5\xe1\x00", 4));  // 100,000,000 bytes
  while (client.is_silent_for(20)) {
    client.send_bytes("x");
  }
  EXPECT_TRUE(client.is_closed_by_node());
}

TEST_F(NodeTest, AControllerAloneServesItsListener) {
  ASSERT_NO_FATAL_FAILURE(start(
      {{"process.roles", "controller"}, {"listeners", "CONTROLLER://127.0.0.1:0"}}));
  const auto response =
      connect_to_controller().ask<ApiVersionsResponse>(ApiVersionsRequest{"test", "1"}, 4);
  EXPECT_EQ(response.error_code, 0);
  for (const auto& api : response.api_keys) {
    EXPECT_NE(api.api_key, 0) << "a controller takes no records";
  }
}

TEST_F(NodeTest, ATakenPortIsOneSentenceWithTheWayOut) {
  ASSERT_NO_FATAL_FAILURE(start());
  const std::string taken = "127.0.0.1:" + std::to_string(node_->port_of("PLAINTEXT"));
  const std::string error =
      start_error({{"listeners", "PLAINTEXT://" + taken + ",CONTROLLER://127.0.0.1:0"},
                   {"log.dirs", folder_ + "/other"}});
  EXPECT_NE(error.find(taken), std::string::npos) << error;
  EXPECT_NE(error.find("listeners"), std::string::npos) << error;
}

TEST_F(NodeTest, AnAddressOfAnotherMachineIsOneSentenceWithTheWayOut) {
  const std::string error =
      start_error({{"listeners", "PLAINTEXT://203.0.113.1:9092,CONTROLLER://127.0.0.1:0"}});
  EXPECT_NE(error.find("203.0.113.1 is no address of this machine"), std::string::npos) << error;
}

TEST_F(NodeTest, AnUnformattedDirectoryNamesTheCommand) {
  const std::string error = start_error({}, Formatted::No);
  EXPECT_NE(error.find("kafka-storage"), std::string::npos) << error;
}

TEST_F(NodeTest, ASecondBrokerOnTheSameDirectoryIsRefused) {
  ASSERT_NO_FATAL_FAILURE(start());
  const std::string error = start_error({}, Formatted::No);
  EXPECT_NE(error.find(folder_ + "/data"), std::string::npos) << error;
}

}  // namespace
}  // namespace kafka
