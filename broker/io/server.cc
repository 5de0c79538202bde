#include "broker/io/server.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "broker/io/network.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"

namespace kafka {

namespace {

constexpr int64_t accept_retry_ms = 100;     // after the process ran out of descriptors
constexpr int64_t buffers_idle_ms = 10'000;  // buffers of a connection this quiet are given back

}  // namespace

// One listening socket.
class Server::Acceptor : public ReadyHandler {
 public:
  Acceptor(Server& server, int fd, std::string listener, bool for_controllers)
      : name(std::move(listener)),
        is_controller(for_controllers),
        server_(server),
        watch_(server.loop_.watch(fd, *this)) {}

  void await() {
    if (!awaiting_) {
      awaiting_ = true;
      watch_->await_readable();
    }
  }
  void on_readable() override {
    awaiting_ = false;
    while (server_.connections_.size() < static_cast<size_t>(server_.limits_.connections_max)) {
      const int fd = server_.loop_.network().accept(watch_->fd());
      if (fd >= 0) {
        server_.accept(*this, fd);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        await();
        return;
      } else if (errno != EINTR && errno != ECONNABORTED) {
        retry_later();
        return;
      }
    }
    log_warn(socket_logger, "max.connections={} is reached; new clients of {} wait",
             server_.limits_.connections_max, name);
  }
  void on_writable() override {}

  const std::string name;
  const bool is_controller;

 private:
  void retry_later() {
    log_error(socket_logger, "Cannot accept a client on {}: {}. Trying again in {} ms", name,
              std::strerror(errno), accept_retry_ms);
    server_.timers_.run_at(server_.now_ms_ + accept_retry_ms, server_.now_ms_, [this] { await(); });
  }

  Server& server_;
  std::unique_ptr<Watch> watch_;
  bool awaiting_ = false;
};

Server::Server(EventLoop& loop, Timers& timers, const int64_t& now_ms, RequestSink& sink)
    : loop_(loop), timers_(timers), now_ms_(now_ms), sink_(sink) {}

Server::~Server() = default;

Result<int32_t> Server::listen(const ListenAddress& address, bool is_controller_listener) {
  const Result<ListenSocket> socket = loop_.network().listen(address);
  if (!socket) {
    return std::unexpected(socket.error());
  }
  acceptors_.push_back(
      std::make_unique<Acceptor>(*this, socket->fd, address.listener, is_controller_listener));
  return socket->port;
}

void Server::start_controller_listeners() {
  for (const std::unique_ptr<Acceptor>& acceptor : acceptors_) {
    if (acceptor->is_controller) {
      acceptor->await();
    }
  }
}

void Server::start() {
  started_ = true;
  for (const std::unique_ptr<Acceptor>& acceptor : acceptors_) {
    acceptor->await();
  }
}

void Server::stop() {
  acceptors_.clear();
  std::vector<Connection*> open;
  for (const auto& [id, connection] : connections_) {
    open.push_back(connection.get());
  }
  for (Connection* connection : open) {
    connection->close("");
  }
  closed_.clear();
}

void Server::accept(Acceptor& acceptor, int fd) {
  const SocketAddress peer = loop_.network().peer_of(fd);
  const int32_t most = connections_max_of(peer.host);
  if (const auto open = connections_by_host_.find(peer.host);
      most < 1 || (open != connections_by_host_.end() && open->second >= most)) {
    log_info(socket_logger, "Rejected a connection from {}: max.connections.per.ip={} is reached",
             peer.host, most);
    loop_.network().close(fd);
    return;
  }
  const SocketAddress local = loop_.network().local_of(fd);
  ConnectionInfo info;
  info.id = ++last_connection_id_;
  info.listener = acceptor.name;
  info.is_controller_listener = acceptor.is_controller;
  info.peer_host = peer.host;
  info.peer_port = peer.port;
  info.local_host = local.host;
  info.local_port = local.port;
  ++connections_by_host_[peer.host];
  auto connection = std::make_unique<Connection>(*this, loop_, fd, std::move(info),
                                                 limits_.request_bytes_max, recorder_);
  Connection& accepted = *connection;
  connections_.emplace(last_connection_id_, std::move(connection));
  accepted.start();
  arm_idle(now_ms_ + quiet_check_ms());
}

int32_t Server::connections_max_of(const std::string& host) const {
  const auto exception = limits_.connections_by_address_max.find(host);
  return exception != limits_.connections_by_address_max.end()
             ? exception->second
             : limits_.connections_per_address_max;
}

// --- quiet connections: first their buffers go, then they are closed

// One timer at most. While somebody was active lately it looks every few seconds; then it sleeps
// until the first connection could expire.
void Server::watch_idle() {
  int64_t next = INT64_MAX;
  for (const auto& [id, connection] : connections_) {
    if (connection->holds_buffers()) {
      next = std::min(next, now_ms_ + buffers_idle_ms);
    }
    if (limits_.idle_ms_max > 0) {
      const int64_t since = std::min(connection->last_active_ms(), connection->frame_began_ms());
      next = std::min(next, since + limits_.idle_ms_max);
    }
  }
  if (next != INT64_MAX) {
    arm_idle(std::max(next, now_ms_ + 1));
  }
}

int64_t Server::quiet_check_ms() const {
  return limits_.idle_ms_max > 0 ? std::min(limits_.idle_ms_max, buffers_idle_ms) : buffers_idle_ms;
}

void Server::arm_idle(int64_t at_ms) {
  if (idle_timer_ms_ <= at_ms) {
    return;
  }
  timers_.cancel(idle_timer_);
  idle_timer_ms_ = at_ms;
  idle_timer_ = timers_.run_at(at_ms, now_ms_, [this] {
    idle_timer_ms_ = INT64_MAX;
    check_idle();
    watch_idle();
  });
}

void Server::check_idle() {
  std::vector<Connection*> expired;
  for (const auto& [id, connection] : connections_) {
    const int64_t quiet_ms = now_ms_ - connection->last_active_ms();
    const bool stalled = now_ms_ - connection->frame_began_ms() >= limits_.idle_ms_max;
    if (limits_.idle_ms_max > 0 && (quiet_ms >= limits_.idle_ms_max || stalled)) {
      expired.push_back(connection.get());
    } else if (quiet_ms >= buffers_idle_ms) {
      connection->release_buffers();
    }
  }
  for (Connection* connection : expired) {
    log_debug(socket_logger,
              "{}:{} was silent, or busy with one request, for connections.max.idle.ms",
              connection->info().peer_host, connection->info().peer_port);
    connection->close("");
  }
}

// --- requests and responses

void Server::on_frame(Connection& connection, uint64_t sequence, std::span<uint8_t> frame) {
  arm_idle(now_ms_ + quiet_check_ms());
  sink_.on_request(connection.info(), sequence, frame);
}

Connection* Server::find(uint64_t connection_id) {
  const auto found = connections_.find(connection_id);
  return found == connections_.end() ? nullptr : found->second.get();
}

Writer Server::take_writer(uint64_t connection_id) {
  Connection* connection = find(connection_id);
  return connection != nullptr ? connection->take_writer() : Writer{};
}

void Server::reply(uint64_t connection_id, uint64_t sequence, Writer&& response) {
  if (Connection* connection = find(connection_id)) {
    connection->reply(sequence, std::move(response));
  }
}

void Server::reply_nothing(uint64_t connection_id, uint64_t sequence) {
  if (Connection* connection = find(connection_id)) {
    connection->reply_nothing(sequence);
  }
}

void Server::close(uint64_t connection_id, std::string_view reason) {
  if (Connection* connection = find(connection_id)) {
    connection->close(reason);
  }
}

ConnectionInfo* Server::connection_info(uint64_t connection_id) {
  Connection* connection = find(connection_id);
  return connection != nullptr ? &connection->info() : nullptr;
}

void Server::on_answered_later(Connection& connection) {
  answered_later_.push_back(connection.info().id);
}

void Server::send_later(Connection& connection, uint64_t sequence, Writer&& response,
                        int64_t delay_ms) {
  auto held = std::make_shared<Writer>(std::move(response));
  timers_.run_at(now_ms_ + delay_ms, now_ms_, [this, id = connection.info().id, sequence, held] {
    if (Connection* waiting = find(id)) {
      waiting->send_delayed(sequence, std::move(*held));
    }
  });
}

void Server::on_closed(Connection& connection, std::string_view reason) {
  const ConnectionInfo& info = connection.info();
  if (!reason.empty()) {
    log_warn(socket_logger, "Closing the connection from {}:{} on {} (client.id {}): {}",
             info.peer_host, info.peer_port, info.listener, info.client_id, reason);
  }
  if (const auto host = connections_by_host_.find(info.peer_host);
      host != connections_by_host_.end() && --host->second == 0) {
    connections_by_host_.erase(host);
  }
  sink_.on_disconnect(info);
  const auto found = connections_.find(info.id);
  closed_.push_back(std::move(found->second));
  connections_.erase(found);
}

bool Server::finish_event() {
  const bool any = !answered_later_.empty();
  std::vector<uint64_t> answered;
  answered.swap(answered_later_);
  for (const uint64_t id : answered) {
    if (Connection* connection = find(id)) {
      connection->flush();
    }
  }
  if (!closed_.empty()) {
    closed_.clear();
    resume_accepting();
  }
  return any;
}

void Server::resume_accepting() {
  started_ ? start() : start_controller_listeners();
}

}  // namespace kafka
