// Server: the listeners, the connections, and the rules that hold for all of them.
//
// Requests go to a RequestSink (the node); responses come back by connection id and sequence, so
// that whoever answers late holds plain data and never a pointer. Responses for a connection that
// is gone are dropped.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/handlers/request.h"
#include "broker/io/connection.h"
#include "broker/io/event_loop.h"
#include "broker/io/listen_socket.h"
#include "broker/io/recorder.h"
#include "broker/io/timers.h"
#include "protocol/result.h"

namespace kafka {

class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // One request, without its length. The frame is the sink's to change, until it returns.
  virtual void on_request(ConnectionInfo& connection, uint64_t sequence,
                          std::span<uint8_t> frame) = 0;
  virtual void on_disconnect(const ConnectionInfo& connection) = 0;
};

struct ServerLimits {
  int32_t request_bytes_max = 100 * 1024 * 1024;
  int64_t idle_ms_max = 600'000;  // below 1: never
  int32_t connections_max = INT32_MAX;
  int32_t connections_per_address_max = INT32_MAX;
  std::map<std::string, int32_t, std::less<>> connections_by_address_max;  // exceptions to it
};

class Server : public ConnectionOwner {
 public:
  // `now_ms` is read by reference: the node's clock of the current event.
  Server(EventLoop& loop, Timers& timers, const int64_t& now_ms, RequestSink& sink);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void set_limits(const ServerLimits& limits) { limits_ = limits; }
  void set_recorder(Recorder* recorder) { recorder_ = recorder; }

  // Binds now; clients are served after start(), other nodes after start_controller_listeners().
  Result<int32_t> listen(const ListenAddress& address, bool is_controller_listener);
  void start_controller_listeners();
  void start();
  void stop();  // closes listeners and connections

  Writer take_writer(uint64_t connection_id);
  void reply(uint64_t connection_id, uint64_t sequence, Writer&& response);
  void reply_nothing(uint64_t connection_id, uint64_t sequence);
  void close(uint64_t connection_id, std::string_view reason);
  // Null when the connection is gone.
  ConnectionInfo* connection_info(uint64_t connection_id);

  // Sends what was answered outside of a connection's own turn, and forgets closed connections.
  // True if that handled more requests. The node calls it at the end of every event.
  bool finish_event();

  size_t connections() const { return connections_.size(); }

 private:
  class Acceptor;

  void accept(Acceptor& acceptor, int fd);
  int32_t connections_max_of(const std::string& host) const;
  void watch_idle();
  void arm_idle(int64_t at_ms);
  int64_t quiet_check_ms() const;
  void check_idle();
  void resume_accepting();

  // ConnectionOwner
  void on_frame(Connection& connection, uint64_t sequence, std::span<uint8_t> frame) override;
  void on_closed(Connection& connection, std::string_view reason) override;
  void on_answered_later(Connection& connection) override;
  void send_later(Connection& connection, uint64_t sequence, Writer&& response,
                  int64_t delay_ms) override;
  int64_t now_ms() const override { return now_ms_; }

  Connection* find(uint64_t connection_id);

  EventLoop& loop_;
  Timers& timers_;
  const int64_t& now_ms_;
  RequestSink& sink_;
  ServerLimits limits_;
  Recorder* recorder_ = nullptr;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::unordered_map<uint64_t, std::unique_ptr<Connection>> connections_;
  std::unordered_map<std::string, int32_t> connections_by_host_;
  std::vector<uint64_t> answered_later_;
  std::vector<std::unique_ptr<Connection>> closed_;  // until the event ends
  uint64_t last_connection_id_ = 0;
  bool started_ = false;
  TimerId idle_timer_ = 0;
  int64_t idle_timer_ms_ = INT64_MAX;
};

}  // namespace kafka
