// Peers against a real server on a port of this machine, both on one loop.
#include "broker/io/peers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/io/listen_socket.h"
#include "broker/io/server.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/63_broker_heartbeat.h"
#include "protocol/api/67_allocate_producer_ids.h"

namespace kafka {
namespace {

using Outcome = std::optional<Result<BrokerHeartbeatResponse>>;

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Offers BrokerHeartbeat v0 and v1, and answers as the test says.
struct Answering : RequestSink {
  explicit Answering(std::function<void(const RequestHeader&, const ReplyTo&)> answer)
      : on_asked(std::move(answer)) {}

  void on_request(ConnectionInfo& connection, uint64_t sequence,
                  std::span<uint8_t> frame) override {
    const Result<RequestFrame> request = decode_request_frame(frame);
    ASSERT_TRUE(request);
    const RequestHeader& header = request->header;
    const ReplyTo to{connection.id, sequence, header.api_key, header.api_version,
                     header.correlation_id};
    if (header.api_key == static_cast<int16_t>(ApiKey::ApiVersions)) {
      ++handshakes;
      ApiVersionsResponse response;
      response.api_keys.push_back({static_cast<int16_t>(ApiKey::BrokerHeartbeat), 0, 1});
      reply(to, response);
    } else {
      asked.push_back(to);
      client_id = header.client_id.value_or("");
      on_asked(header, to);
    }
  }
  void on_disconnect(const ConnectionInfo&) override {}

  template <class Response>
  void reply(const ReplyTo& to, const Response& response) {
    Writer writer;
    ASSERT_TRUE(encode_response_frame(to.api_version, to.correlation_id, response, writer));
    server->reply(to.connection_id, to.sequence, std::move(writer));
  }

  std::function<void(const RequestHeader&, const ReplyTo&)> on_asked;
  Server* server = nullptr;
  std::vector<ReplyTo> asked;
  std::string client_id;
  int handshakes = 0;
};

struct PeersTest : testing::Test {
  PeersTest() {
    sink.server = &server;
    loop.before_event = [this] { now_ms = wall_clock_ms(); };
    loop.after_event = [this] {
      while (server.finish_event()) {
      }
      peers.finish_event();
    };
    loop.on_alarm = [this] { timers.run_due(now_ms); };
    timers.run_at(now_ms + 10'000, now_ms, [this] {
      ADD_FAILURE() << "nothing happened for 10 seconds";
      loop.stop();
    });
  }

  void listen() {
    const Result<int32_t> bound = server.listen({"PLAINTEXT", "127.0.0.1", 0}, false);
    ASSERT_TRUE(bound);
    port = static_cast<uint16_t>(*bound);
    server.start();
  }
  // A port where nobody listens.
  void use_closed_port() {
    const Result<ListenSocket> socket = listen_on({"PLAINTEXT", "127.0.0.1", 0});
    ASSERT_TRUE(socket);
    port = static_cast<uint16_t>(socket->port);
    ::close(socket->fd);
  }

  // The loop runs until as many calls have ended as were sent.
  void ask(int64_t timeout_ms = 5000, const std::string& host = "127.0.0.1") {
    const size_t index = outcomes.size();
    outcomes.emplace_back();
    peers.send<BrokerHeartbeatRequest, BrokerHeartbeatResponse>(
        {host, port, "lifecycle"}, BrokerHeartbeatRequest{.broker_id = 7}, timeout_ms,
        [this, index](Result<BrokerHeartbeatResponse> answer) {
          EXPECT_FALSE(outcomes[index]) << "told twice";
          outcomes[index] = std::move(answer);
          if (std::ranges::all_of(outcomes, [](const Outcome& one) { return one.has_value(); })) {
            loop.stop();
          }
        });
    EXPECT_FALSE(outcomes[index]) << "told inside send()";
  }
  void run() {
    loop.post([] {});  // what was sent outside of the loop leaves with its first event
    loop.run();
  }
  ErrorCode error_of(size_t index) {
    return outcomes[index]->has_value() ? ErrorCode::None : outcomes[index]->error().code;
  }

  int64_t now_ms = wall_clock_ms();
  AsioLoop loop;
  Timers timers{[this](int64_t delay_ms) { loop.set_alarm(delay_ms); }};
  Answering sink{[this](const RequestHeader&, const ReplyTo& to) {
    sink.reply(to, BrokerHeartbeatResponse{});
  }};
  Server server{loop, timers, now_ms, sink};
  Peers peers{loop, timers, now_ms, 3};
  uint16_t port = 0;
  std::vector<Outcome> outcomes;
};

TEST_F(PeersTest, TheHighestVersionOfBothSidesIsSpoken) {
  listen();
  ask();
  run();
  EXPECT_TRUE(*outcomes[0]);
  EXPECT_EQ(sink.asked.at(0).api_version, 1);
  EXPECT_EQ(sink.client_id, "3");
}

TEST_F(PeersTest, CallsShareAConnectionAndAreAnsweredInOrder) {
  listen();
  sink.on_asked = [this](const RequestHeader&, const ReplyTo&) {
    if (sink.asked.size() == 3) {
      for (auto to = sink.asked.rbegin(); to != sink.asked.rend(); ++to) {
        BrokerHeartbeatResponse response;
        response.throttle_time_ms = to->correlation_id;
        sink.reply(*to, response);
      }
    }
  };
  ask();
  ask();
  ask();
  run();
  EXPECT_EQ(sink.handshakes, 1);
  EXPECT_LT((*outcomes[0])->throttle_time_ms, (*outcomes[1])->throttle_time_ms);
  EXPECT_LT((*outcomes[1])->throttle_time_ms, (*outcomes[2])->throttle_time_ms);
}

TEST_F(PeersTest, WhereNobodyListensTheCallFailsAtOnce) {
  use_closed_port();
  ask();
  run();
  EXPECT_EQ(error_of(0), ErrorCode::NetworkException);
}

TEST_F(PeersTest, ANameIsLookedUp) {
  listen();
  ask(5000, "localhost");
  run();
  EXPECT_TRUE(*outcomes[0]);
}

TEST_F(PeersTest, AnUnknownNameIsANetworkError) {
  port = 9;
  ask(5000, "no-such-host.invalid");
  run();
  EXPECT_EQ(error_of(0), ErrorCode::NetworkException);
}

TEST_F(PeersTest, SilenceEndsTheConnectionAndAllCallsOnIt) {
  listen();
  sink.on_asked = [](const RequestHeader&, const ReplyTo&) {};
  ask(30);
  ask(5000);
  run();
  EXPECT_EQ(error_of(0), ErrorCode::RequestTimedOut);
  EXPECT_EQ(error_of(1), ErrorCode::NetworkException);
}

TEST_F(PeersTest, ABrokenConnectionFailsTheCallAndIsReported) {
  listen();
  sink.on_asked = [this](const RequestHeader&, const ReplyTo& to) {
    server.close(to.connection_id, "test");
  };
  std::vector<PeerAddress> reported;
  peers.on_disconnect([&](const PeerAddress& address) {
    reported.push_back(address);
    outcomes.back() = fail(ErrorCode::None);
    loop.stop();
  });
  ask();
  outcomes.emplace_back();  // the report, which comes after the failed call
  run();
  EXPECT_EQ(error_of(0), ErrorCode::NetworkException);
  EXPECT_EQ(reported, (std::vector<PeerAddress>{{"127.0.0.1", port, "lifecycle"}}));
}

TEST_F(PeersTest, AnApiThatIsNotOfferedIsUnsupported) {
  listen();
  std::optional<ErrorCode> error;
  peers.send<AllocateProducerIdsRequest, AllocateProducerIdsResponse>(
      {"127.0.0.1", port, "forward"}, {}, 5000, [&](Result<AllocateProducerIdsResponse> answer) {
        error = answer ? ErrorCode::None : answer.error().code;
        loop.stop();
      });
  run();
  EXPECT_EQ(error, ErrorCode::UnsupportedVersion);
}

TEST_F(PeersTest, AForgottenConnectionFailsItsCallsAndANewOneIsOpened) {
  listen();
  bool forgotten = false;
  sink.on_asked = [&](const RequestHeader&, const ReplyTo& to) {
    if (std::exchange(forgotten, true)) {
      sink.reply(to, BrokerHeartbeatResponse{});
      return;
    }
    peers.forget({"127.0.0.1", port, "lifecycle"});
    ask();
  };
  ask();
  run();
  EXPECT_EQ(error_of(0), ErrorCode::NetworkException);
  EXPECT_EQ(error_of(1), ErrorCode::None);
  EXPECT_EQ(sink.handshakes, 2);
}

TEST_F(PeersTest, AProbeTellsWhetherAnybodyListens) {
  listen();
  const uint16_t open_port = port;
  use_closed_port();
  std::vector<bool> found;
  const auto note = [&](bool accepted) {
    found.push_back(accepted);
    if (found.size() == 1) {
      peers.probe("127.0.0.1", port, 5000, [&](bool second) {
        found.push_back(second);
        loop.stop();
      });
    }
  };
  peers.probe("127.0.0.1", open_port, 5000, note);
  run();
  EXPECT_EQ(found, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace kafka
