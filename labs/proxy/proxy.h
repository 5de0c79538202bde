// Proxy: stands before a real Apache Kafka and sees what a recording broker of ours sees: it is our
// Server with its recorder and its planned faults, and in the place of a broker behind it a
// connection to the real one for each client.
//
//   client ──▶ Server (records, faults) ──▶ Proxy ──▶ Upstream ──▶ Apache Kafka
//          ◀── the same, in order ◀── rewrite_answer ◀──────────┘
//
// Thread: the loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/io/event_loop.h"
#include "broker/io/server.h"
#include "broker/io/timers.h"
#include "labs/proxy/rewrite.h"
#include "labs/proxy/upstream.h"

namespace kraftlab {

struct BrokerAddress {
  std::string host;
  int32_t port = 0;
};

class Proxy final : public kafka::RequestSink {
 public:
  // `addresses_stay`: clients are told the broker's addresses, which lead to this proxy anyway.
  Proxy(BrokerAddress broker, kafka::Recorder* recorder, bool addresses_stay);

  void call_later(int64_t delay_ms, std::function<void()> function) {
    timers_.run_at(now_ms_ + delay_ms, now_ms_, std::move(function));
  }

  // Port 0: a free one. Returns the port.
  kafka::Result<int32_t> listen(const kafka::ListenAddress& own);

  // Until SIGTERM or SIGINT, and until what clients had asked before is answered: it may be a
  // request that changes something, which must not come about in the midst of somebody else's run.
  void run();

  void on_request(kafka::ConnectionInfo& connection, uint64_t sequence,
                  std::span<uint8_t> frame) override;
  void on_disconnect(const kafka::ConnectionInfo& connection) override;

 private:
  struct Asked {  // a request that the broker will answer
    uint64_t sequence;
    kafka::ApiKey key;
    int16_t version;
  };
  struct Client {
    std::unique_ptr<Upstream> upstream;
    std::deque<Asked> asked;  // in the order of the answers
  };

  Client* client_of(const kafka::ConnectionInfo& connection);
  void on_answer(uint64_t connection, std::span<uint8_t> frame);
  void drop(uint64_t connection, std::string_view reason);
  void finish_event();
  void begin_to_stop();

  BrokerAddress broker_;
  bool addresses_stay_;
  std::optional<Advertised> told_;  // to clients, in the place of the broker's address
  int64_t now_ms_ = 0;
  kafka::AsioLoop loop_;
  kafka::Timers timers_;
  kafka::Server server_;
  std::map<uint64_t, Client> clients_;
  std::map<uint64_t, Client> leaving_;  // they are gone, and not all that they asked is answered
  bool stopping_ = false;
  std::vector<std::unique_ptr<Upstream>> ended_;  // until the event ends
};

}  // namespace kraftlab
