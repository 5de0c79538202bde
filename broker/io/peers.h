// Peers: this node as a client of other nodes. Outgoing connections, on the core thread's loop.
//
//   send(address, request, timeout) ... done(response or error)
//
// There is one connection per address, and the channel is part of the address: the quorum's
// traffic, the broker's heartbeats and each fetcher have a connection of their own, so that none of
// them waits behind another's long poll. A connection is opened by the first request, asks
// ApiVersions first, and speaks the highest version of each API that both sides know. Requests are
// pipelined and answered in order.
//
// What can go wrong, each told to `done` once:
//   NETWORK_EXCEPTION    the name is unknown, nobody listens, the connection broke
//   REQUEST_TIMED_OUT    no answer in time; the connection is closed, for its answers are in order
//   UNSUPPORTED_VERSION  the other side does not offer this API in a version that we speak
//   CORRUPT_MESSAGE      the answer cannot be read; the connection is closed
//
// `done` runs on the core thread, exactly once and never inside send(); not at all when Peers is
// destroyed first. Records of a response are spans that live while `done` runs.
//
// After a failure an address is left alone for a while (an eighth of the time since it was last
// reached, at least 20 ms and at most 1 s); requests wait for that, as long as their timeout
// allows.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/io/event_loop.h"
#include "broker/io/peer_connection.h"
#include "broker/io/timers.h"
#include "protocol/frame.h"
#include "protocol/message.h"
#include "protocol/result.h"

namespace kafka {

struct PeerAddress {
  std::string host;
  uint16_t port = 0;
  std::string channel;  // "raft", "lifecycle", "forward", "alter-partition", "fetcher-0", ...

  friend auto operator<=>(const PeerAddress&, const PeerAddress&) = default;
};

class Probe;
class Resolver;

class Peers {
 public:
  // `now_ms` is read by reference: the node's clock of the current event.
  Peers(EventLoop& loop, Timers& timers, const int64_t& now_ms, int32_t node_id);
  ~Peers();
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  // The request is copied; byte spans in it must live until it is sent.
  template <Message Request, Message Response>
  void send(const PeerAddress& to, const Request& request, int64_t timeout_ms,
            std::function<void(Result<Response>)> done) {
    static_assert(Request::key == Response::key);
    PeerCall call;
    call.key = Request::key;
    call.versions = {std::max(Request::min_version, Response::min_version),
                     std::min(Request::max_version, Response::max_version)};
    call.encode = [request](int16_t version, Writer& out) {
      return kafka::encode(request, version, out);
    };
    call.done = [done = std::move(done)](Result<PeerAnswer> answer) {
      if (!answer) {
        done(std::unexpected(std::move(answer.error())));
        return true;
      }
      Reader reader(answer->body);
      Result<Response> response = decode_prefix<Response>(reader, answer->version);
      const bool readable = response.has_value();
      done(readable ? std::move(response)
                    : fail(ErrorCode::CorruptMessage, response.error().message));
      return readable;
    };
    send_call(to, std::move(call), timeout_ms);
  }

  // Closes the connection; what waits there ends with NETWORK_EXCEPTION.
  void forget(const PeerAddress& address);

  // Called when an open connection was closed by the other side. All subscribers are told.
  void on_disconnect(std::function<void(const PeerAddress&)> callback);

  // Whether anybody accepts connections there: opens one and closes it again. Nobody listens, the
  // host cannot be reached, or no answer within `timeout_ms`: false.
  void probe(const std::string& host, uint16_t port, int64_t timeout_ms,
             std::function<void(bool accepted)> done);

  // At the end of every event: sends what was given since.
  void finish_event();

  // Closes everything; nobody is told.
  void stop();

 private:
  friend class PeerConnection;
  using Connections = std::map<PeerAddress, std::unique_ptr<PeerConnection>>;

  void send_call(const PeerAddress& to, PeerCall call, int64_t timeout_ms);
  PeerConnection& connection(const PeerAddress& address);
  std::string client_id(std::string_view channel) const;

  EventLoop& loop_;
  Timers& timers_;
  const int64_t& now_ms_;
  int32_t node_id_;
  std::shared_ptr<Resolver> resolver_;
  Connections connections_;
  std::vector<PeerConnection*> unsent_;
  std::vector<Connections::node_type> forgotten_;  // until the event ends
  std::vector<std::function<void(const PeerAddress&)>> on_disconnect_;
  uint64_t last_call_ = 0;
  struct RunningProbe {
    std::unique_ptr<Probe> probe;
    TimerId deadline = 0;
  };
  std::map<uint64_t, RunningProbe> probes_;
  std::vector<std::unique_ptr<Probe>> finished_probes_;  // until the event ends
  uint64_t last_probe_ = 0;
};

}  // namespace kafka
