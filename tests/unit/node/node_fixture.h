// A whole node in the test's process, on free ports, with its data in a folder of its own; and a
// client that speaks frames, so that a test can say exactly what goes over the wire.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/node/node.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/frame.h"
#include "protocol/record_batch.h"

namespace kafka {

// One connection. Every wait ends after 10 seconds with a failed test.
class TestClient {
 public:
  explicit TestClient(int32_t port);
  ~TestClient();
  TestClient(TestClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  void send_bytes(std::string_view bytes);
  void send_frame(std::string_view body);  // with its length in front

  template <class Request>
  int32_t send(const Request& request, int16_t version, std::string client_id = "test") {
    Writer writer;
    const RequestHeader header{static_cast<int16_t>(Request::key), version, ++correlation_id_,
                               std::move(client_id)};
    const Result<> encoded = encode_request_frame(header, request, writer);
    EXPECT_TRUE(encoded) << encoded.error().message;
    send_bytes({reinterpret_cast<const char*>(writer.bytes().data()), writer.bytes().size()});
    return correlation_id_;
  }

  // The next response's body; nothing when the node closed the connection.
  struct Received {
    int32_t correlation_id = 0;
    Bytes frame;  // without the length
  };
  std::optional<Received> receive();

  template <class Response>
  std::optional<Response> receive(int16_t version) {
    received_ = receive();
    if (!received_) {
      return std::nullopt;
    }
    const auto frame = decode_response_frame(received_->frame, Response::key, version);
    const auto response =
        frame ? decode<Response>(frame->body, version) : fail(ErrorCode::CorruptMessage);
    EXPECT_TRUE(response) << (response ? "" : response.error().message);
    return response ? std::optional<Response>(*response) : std::nullopt;
  }

  template <class Response, class Request>
  Response ask(const Request& request, int16_t version) {
    send(request, version);
    auto response = receive<Response>(version);
    EXPECT_TRUE(response) << "the node closed the connection";
    return response.value_or(Response{});
  }

  bool is_closed_by_node();  // waits for it
  bool is_silent_for(int milliseconds);
  int32_t last_correlation_id() const { return received_ ? received_->correlation_id : -1; }
  void stop_sending();
  int fd() const { return fd_; }

 private:
  bool read_exactly(uint8_t* to, size_t bytes);

  int fd_ = -1;
  int32_t correlation_id_ = 0;
  std::optional<Received> received_;  // its bytes outlive records in the decoded response
};

class NodeTest : public testing::Test {
 protected:
  NodeTest();
  ~NodeTest() override;

  // Properties on top of those of a combined node.
  void start(const ConfigMap& properties = {});
  void stop();
  // What a start with these properties complains about.
  enum class Formatted { No, Yes };
  std::string start_error(const ConfigMap& properties, Formatted formatted = Formatted::Yes);

  TestClient connect() { return TestClient(node_->port_of("PLAINTEXT")); }
  TestClient connect_to_controller() { return TestClient(node_->port_of("CONTROLLER")); }

  Uuid create_topic(const std::string& name, int32_t partitions = 1,
                    const ConfigMap& configs = {});

  std::string folder_;
  std::unique_ptr<Node> node_;

 private:
  Result<BrokerConfig> configure(const ConfigMap& properties);
  void format(const BrokerConfig& config);

  std::thread thread_;
};

// A batch as a producer sends it: records "0", "1", ... in one batch.
struct TestBatch {
  int32_t records = 1;
  size_t value_bytes = 10;
  int64_t timestamp = -1;  // -1: now
  BatchFields fields = {};
};
Bytes make_batch(const TestBatch& options = {});

ProduceRequest produce_request(const std::string& topic, const Bytes& batch, int16_t acks = 1,
                               int32_t partition = 0);
FetchRequest fetch_request(const std::string& topic, int64_t offset, int32_t partition = 0);

}  // namespace kafka
