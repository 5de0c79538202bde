#include "tests/sim/sim_network.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "broker/core/check.h"
#include "tests/sim/sim_host.h"

namespace kafka::sim {

namespace {

constexpr size_t buffer_bytes = 256 * 1024;  // sent and not taken yet: then a sender must wait
constexpr size_t frames_kept = 4;
constexpr size_t frame_bytes_max = 16 * 1024;

uint32_t length_of(const Bytes& frame) {
  return uint32_t{frame[0]} << 24 | uint32_t{frame[1]} << 16 | uint32_t{frame[2]} << 8 | frame[3];
}

}  // namespace

std::string address_of(Machine machine) {
  return fmt::format("10.0.{}.{}", machine / 256, machine % 256);
}

Wire::Socket* Wire::find(int fd) {
  return fd >= 0 && static_cast<size_t>(fd) < sockets_.size()
             ? sockets_[static_cast<size_t>(fd)].get()
             : nullptr;
}

int Wire::add(Socket socket) {
  sockets_.push_back(std::make_unique<Socket>(std::move(socket)));
  return static_cast<int>(sockets_.size() - 1);
}

// --- the weather

int64_t Wire::latency(Machine from, Machine to) {
  int64_t us = from == to ? world_.between(10, 40) : world_.between(low_us_, high_us_);
  for (const Machine machine : {from, to}) {
    if (const auto slow = slow_.find(machine); slow != slow_.end() && from != to) {
      us += world_.between(0, slow->second);
    }
  }
  return us;
}

void Wire::slow_down(Machine machine, int64_t extra_us) {
  if (extra_us == 0) {
    slow_.erase(machine);
  } else {
    slow_[machine] = extra_us;
  }
}

void Wire::cut(Machine from, Machine to) {
  cuts_[{from, to}] = true;
}

void Wire::heal(Machine from, Machine to) {
  cuts_.erase({from, to});
  std::vector<std::function<void()>> held;
  held.swap(held_[{from, to}]);
  for (std::function<void()>& what : held) {
    world_.at(world_.now_us() + latency(from, to), nobody, std::move(what));
  }
  for (size_t fd = 0; fd < sockets_.size(); ++fd) {
    Socket* socket = sockets_[fd].get();
    if (socket != nullptr && socket->machine == to && socket->peer_machine == from) {
      for (int n = std::exchange(socket->stalled, 0); n > 0; --n) {
        schedule_arrival(static_cast<int>(fd), from);
      }
    }
  }
}

void Wire::heal_all() {
  while (!cuts_.empty()) {
    const auto [from, to] = cuts_.begin()->first;
    heal(from, to);
  }
  slow_.clear();
}

bool Wire::break_connection(Machine a, Machine b) {
  std::vector<int> between;
  for (size_t fd = 0; fd < sockets_.size(); ++fd) {
    const Socket* socket = sockets_[fd].get();
    if (socket != nullptr && socket->state == Socket::State::Open && socket->machine == a &&
        socket->peer_machine == b && !socket->is_ghost) {
      between.push_back(static_cast<int>(fd));
    }
  }
  if (between.empty()) {
    return false;
  }
  const int fd = between[world_.random().below(between.size())];
  const int peer = find(fd)->peer;
  reset(fd);
  reset(peer);
  return true;
}

bool Wire::replay(Machine from, Machine to) {
  struct Candidate {
    uint16_t port;
    const Bytes* frame;
  };
  std::vector<Candidate> candidates;
  for (const auto& socket : sockets_) {
    if (socket != nullptr && socket->is_client && socket->machine == from &&
        socket->peer_machine == to) {
      for (const auto& [us, frame] : socket->frames) {
        candidates.push_back({socket->peer_port, &frame});
      }
    }
  }
  if (candidates.empty()) {
    return false;
  }
  const Candidate chosen = candidates[world_.random().below(candidates.size())];
  Socket ghost;
  ghost.state = Socket::State::Connecting;
  ghost.machine = from;
  ghost.peer_machine = to;
  ghost.port = next_port();
  ghost.peer_port = chosen.port;
  ghost.is_ghost = true;
  ghost.frames.emplace_back(world_.now_us(), *chosen.frame);
  const int fd = add(std::move(ghost));
  carry(from, to, [this, fd, to, port = chosen.port] { reach(fd, to, port); });
  world_.at(world_.now_us() + 2'000'000, nobody, [this, fd] { close(fd); });
  return true;
}

// --- machines and processes

void Wire::process_ends(Life life) {
  for (size_t fd = 0; fd < sockets_.size(); ++fd) {
    if (sockets_[fd] != nullptr && sockets_[fd]->life == life) {
      close(static_cast<int>(fd));
    }
  }
}

void Wire::power_fails(Machine machine) {
  down_[machine];
  for (auto& socket : sockets_) {
    if (socket != nullptr && socket->machine == machine) {
      if (socket->state == Socket::State::Listening) {
        listeners_.erase({machine, socket->port});
      }
      socket.reset();
    }
  }
}

void Wire::power_returns(Machine machine) {
  std::vector<int> waiting;
  waiting.swap(down_[machine]);
  down_.erase(machine);
  for (const int fd : waiting) {
    if (const Socket* socket = find(fd)) {
      carry(machine, socket->machine, [this, fd] { reset(fd); });
    }
  }
}

// --- segments

void Wire::put(int to_fd, Machine from, Segment segment) {
  Socket* to = find(to_fd);
  if (to == nullptr) {
    return;
  }
  to->in_flight.push_back(std::move(segment));
  schedule_arrival(to_fd, from);
}

void Wire::schedule_arrival(int fd, Machine from) {
  Socket& socket = *find(fd);
  socket.last_arrival_us =
      std::max(world_.now_us() + latency(from, socket.machine), socket.last_arrival_us);
  world_.at(socket.last_arrival_us, nobody, [this, fd] { arrive(fd); });
}

void Wire::arrive(int fd) {
  Socket* socket = find(fd);
  if (socket == nullptr || socket->in_flight.empty()) {
    return;
  }
  if (is_cut(socket->peer_machine, socket->machine)) {
    ++socket->stalled;
    return;
  }
  Segment segment = std::move(socket->in_flight.front());
  socket->in_flight.pop_front();
  if (segment.kind == Segment::Kind::Reset) {
    reset(fd);
    return;
  }
  if (segment.kind == Segment::Kind::End) {
    socket->ended = true;
  } else {
    world_.mix(segment.bytes);
    bytes_delivered_ += segment.bytes.size();
    if (!socket->is_ghost) {
      socket->arrived.insert(socket->arrived.end(), segment.bytes.begin(), segment.bytes.end());
    }
  }
  wake(fd);
}

void Wire::carry(Machine from, Machine to, std::function<void()> what) {
  world_.at(world_.now_us() + latency(from, to), nobody,
            [this, from, to, what = std::move(what)]() mutable {
              if (is_cut(from, to)) {
                held_[{from, to}].push_back(std::move(what));
              } else {
                what();
              }
            });
}

// --- connecting

std::expected<int, int> Wire::listen(Machine machine, Life life, int32_t port) {
  const auto key = std::pair(machine, static_cast<uint16_t>(port));
  if (listeners_.contains(key)) {
    return std::unexpected(EADDRINUSE);
  }
  Socket socket;
  socket.state = Socket::State::Listening;
  socket.machine = machine;
  socket.life = life;
  socket.port = key.second;
  return listeners_[key] = add(std::move(socket));
}

int Wire::connect(Machine from, Life life, Machine to, uint16_t port) {
  Socket socket;
  socket.state = Socket::State::Connecting;
  socket.machine = from;
  socket.peer_machine = to;
  socket.port = next_port();
  socket.peer_port = port;
  socket.life = life;
  socket.is_client = true;
  const int fd = add(std::move(socket));
  carry(from, to, [this, fd, to, port] { reach(fd, to, port); });
  return fd;
}

// The attempt reaches the other machine.
void Wire::reach(int client_fd, Machine to, uint16_t port) {
  const Socket* client = find(client_fd);
  if (client == nullptr) {
    return;
  }
  const Machine from = client->machine;
  if (is_down(to)) {
    down_[to].push_back(client_fd);
    return;
  }
  const auto listener = listeners_.find({to, port});
  if (listener == listeners_.end()) {
    carry(to, from, [this, client_fd] { refuse(client_fd); });
    return;
  }
  Socket socket;
  socket.machine = to;
  socket.peer_machine = from;
  socket.port = port;
  socket.peer_port = client->port;
  socket.peer = client_fd;
  socket.life = find(listener->second)->life;
  const int server_fd = add(std::move(socket));
  find(listener->second)->accepted.push_back(server_fd);
  wake(listener->second);
  carry(to, from, [this, client_fd, server_fd] { connected(client_fd, server_fd); });
}

void Wire::connected(int client_fd, int server_fd) {
  Socket* client = find(client_fd);
  if (client == nullptr) {  // it gave up meanwhile
    if (find(server_fd) != nullptr) {
      put(server_fd, find(server_fd)->peer_machine, {Segment::Kind::Reset, {}});
    }
    return;
  }
  client->state = Socket::State::Open;
  client->peer = server_fd;
  if (client->is_ghost) {
    const Bytes frame = client->frames.front().second;
    send(client_fd, frame);
    return;
  }
  if (find(server_fd) == nullptr) {
    reset(client_fd);
    return;
  }
  wake(client_fd);
}

void Wire::refuse(int client_fd) {
  if (Socket* client = find(client_fd)) {
    client->state = Socket::State::Refused;
    wake(client_fd);
  }
}

int Wire::accept(int fd) {
  Socket* listener = find(fd);
  while (listener != nullptr && !listener->accepted.empty()) {
    const int accepted = listener->accepted.front();
    listener->accepted.pop_front();
    if (find(accepted) != nullptr) {
      return accepted;
    }
  }
  errno = EAGAIN;
  return -1;
}

int Wire::connect_outcome(int fd) {
  const Socket* socket = find(fd);
  if (socket == nullptr || socket->state == Socket::State::Refused) {
    return ECONNREFUSED;
  }
  return socket->state == Socket::State::Broken ? ECONNRESET : 0;
}

// --- an open connection

ssize_t Wire::receive(int fd, std::span<uint8_t> out) {
  Socket& socket = *find(fd);
  const size_t there = socket.arrived.size() - socket.taken;
  if (there > 0) {
    const size_t n = std::min(there, out.size());
    std::memcpy(out.data(), socket.arrived.data() + socket.taken, n);
    socket.taken += n;
    if (socket.taken == socket.arrived.size()) {
      socket.arrived.clear();
      socket.taken = 0;
      wake(socket.peer);
    }
    return static_cast<ssize_t>(n);
  }
  if (socket.state == Socket::State::Broken) {
    errno = ECONNRESET;
    return -1;
  }
  if (socket.ended) {
    return 0;
  }
  errno = EAGAIN;
  return -1;
}

bool Wire::is_broken(int fd) {
  const Socket* socket = find(fd);
  return socket == nullptr || socket->state != Socket::State::Open;
}

size_t Wire::room(int fd) {
  const Socket* peer = find(find(fd)->peer);
  if (peer == nullptr) {
    return buffer_bytes;
  }
  size_t under_way = peer->arrived.size() - peer->taken;
  for (const Segment& segment : peer->in_flight) {
    under_way += segment.bytes.size();
  }
  return under_way >= buffer_bytes ? 0 : buffer_bytes - under_way;
}

ssize_t Wire::send(int fd, std::span<const uint8_t> bytes) {
  Socket& socket = *find(fd);
  if (socket.state != Socket::State::Open) {
    errno = EPIPE;
    return -1;
  }
  const size_t n = std::min(bytes.size(), room(fd));
  if (n == 0 && !bytes.empty()) {
    errno = EAGAIN;
    return -1;
  }
  note_sent(socket, bytes.first(n));
  const Machine to = socket.peer_machine;
  if (find(socket.peer) != nullptr) {
    put(socket.peer, socket.machine, {Segment::Kind::Data, Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(n))});
  } else if (is_down(to)) {
    down_[to].push_back(fd);
  } else {
    carry(socket.machine, to, [this, fd, from = socket.machine, to] {
      carry(to, from, [this, fd] { reset(fd); });
    });
  }
  return static_cast<ssize_t>(n);
}

// The frames that a client sent whole, for replays.
void Wire::note_sent(Socket& socket, std::span<const uint8_t> bytes) {
  if (!keeps_frames_ || !socket.is_client) {
    return;
  }
  Bytes& frame = socket.partial_frame;
  frame.insert(frame.end(), bytes.begin(), bytes.end());
  while (frame.size() >= 4 && frame.size() >= length_of(frame) + size_t{4}) {
    const auto end = frame.begin() + static_cast<ptrdiff_t>(length_of(frame) + 4);
    if (length_of(frame) <= frame_bytes_max) {
      socket.frames.emplace_back(world_.now_us(), Bytes(frame.begin(), end));
    }
    frame.erase(frame.begin(), end);
    if (socket.frames.size() > frames_kept) {
      socket.frames.pop_front();
    }
  }
}

void Wire::reset(int fd) {
  Socket* socket = find(fd);
  if (socket == nullptr || socket->state == Socket::State::Listening) {
    return;
  }
  socket->state = socket->state == Socket::State::Connecting ? Socket::State::Refused
                                                             : Socket::State::Broken;
  socket->arrived.clear();
  socket->taken = 0;
  socket->in_flight.clear();
  wake(fd);
}

void Wire::close(int fd) {
  Socket* socket = find(fd);
  if (socket == nullptr) {
    return;
  }
  if (socket->state == Socket::State::Listening) {
    listeners_.erase({socket->machine, socket->port});
    const std::deque<int> accepted = socket->accepted;
    sockets_[static_cast<size_t>(fd)].reset();
    for (const int waiting : accepted) {
      close(waiting);
    }
    return;
  }
  const int peer = socket->peer;
  const Machine from = socket->machine;
  const bool was_open = socket->state == Socket::State::Open;
  const bool unread = socket->arrived.size() > socket->taken;
  sockets_[static_cast<size_t>(fd)].reset();
  if (was_open && find(peer) != nullptr) {
    put(peer, from, {unread ? Segment::Kind::Reset : Segment::Kind::End, {}});
  }
}

SocketAddress Wire::peer_of(int fd) {
  const Socket* socket = find(fd);
  return socket == nullptr ? SocketAddress{}
                           : SocketAddress{address_of(socket->peer_machine), socket->peer_port};
}

SocketAddress Wire::local_of(int fd) {
  const Socket* socket = find(fd);
  return socket == nullptr ? SocketAddress{}
                           : SocketAddress{address_of(socket->machine), socket->port};
}

// --- readiness

void Wire::attach(int fd, SimWatch* watch, Life life) {
  if (Socket* socket = find(fd)) {
    socket->watch = watch;
    socket->life = life;
  }
}

void Wire::detach(int fd) {
  if (Socket* socket = find(fd)) {
    socket->watch = nullptr;
  }
}

bool Wire::is_readable(const Socket& socket) const {
  switch (socket.state) {
    case Socket::State::Listening:
      return !socket.accepted.empty();
    case Socket::State::Connecting:
      return false;
    case Socket::State::Refused:
    case Socket::State::Broken:
      return true;
    case Socket::State::Open:
      return socket.ended || socket.arrived.size() > socket.taken;
  }
  return false;
}

bool Wire::is_writable(const Socket& socket) {
  switch (socket.state) {
    case Socket::State::Connecting:
    case Socket::State::Listening:
      return false;
    case Socket::State::Refused:
    case Socket::State::Broken:
      return true;
    case Socket::State::Open: {
      const Socket* peer = find(socket.peer);
      return peer == nullptr || peer->arrived.size() - peer->taken < buffer_bytes / 2;
    }
  }
  return false;
}

void Wire::await_readable(int fd) {
  if (Socket* socket = find(fd)) {
    socket->awaits_read = true;
    wake(fd);
  }
}

void Wire::await_writable(int fd) {
  if (Socket* socket = find(fd)) {
    socket->awaits_write = true;
    wake(fd);
  }
}

// Tells whoever waits that the wait is over.
void Wire::wake(int fd) {
  Socket* socket = find(fd);
  if (socket == nullptr || socket->watch == nullptr) {
    return;
  }
  if (socket->awaits_read && is_readable(*socket)) {
    socket->awaits_read = false;
    socket->watch->ready(false);
  }
  if (socket->awaits_write && is_writable(*socket)) {
    socket->awaits_write = false;
    socket->watch->ready(true);
  }
}

// --- the system calls of one process

Result<ListenSocket> SimNetwork::listen(const ListenAddress& address) {
  const auto fd = wire_.listen(machine_, life_, address.port);
  if (!fd) {
    return fail(ErrorCode::InvalidConfig, fmt::format("port {} is taken", address.port));
  }
  return ListenSocket{*fd, address.port};
}

int SimNetwork::accept(int fd) {
  return wire_.accept(fd);
}

std::expected<int, int> SimNetwork::start_connect(const NetAddress& address) {
  sockaddr_in target = {};
  std::memcpy(&target, address.bytes.data(), sizeof(target));
  const uint32_t ip = ntohl(target.sin_addr.s_addr);
  return wire_.connect(machine_, life_, static_cast<Machine>(ip & 0xffff), ntohs(target.sin_port));
}

ssize_t SimNetwork::send(int fd, std::span<const iovec> parts, bool) {
  Bytes bytes;
  for (const iovec& part : parts) {
    const auto* begin = static_cast<const uint8_t*>(part.iov_base);
    bytes.insert(bytes.end(), begin, begin + part.iov_len);
  }
  return wire_.send(fd, bytes);
}

ssize_t SimNetwork::send_file(int fd, const FileSlice& slice, int32_t sent) {
  FileSlice rest = slice;
  rest.position += sent;
  rest.length -= sent;
  Bytes bytes(static_cast<size_t>(rest.length));
  const Result<size_t> read = files_.read_slice(rest, bytes);
  if (!read) {
    errno = EIO;
    return -1;
  }
  bytes.resize(*read);
  return bytes.empty() ? 0 : wire_.send(fd, bytes);
}

}  // namespace kafka::sim
