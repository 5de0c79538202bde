// The Wire: what the ends of a connection do, and who is woken.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tests/sim/sim_host.h"
#include "tests/sim/wire.h"

namespace kafka::sim {

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

size_t Wire::room(const Socket& socket) {
  const Socket* peer = find(socket.peer);
  if (peer == nullptr) {
    return buffer_bytes_;
  }
  size_t under_way = peer->arrived.size() - peer->taken;
  for (const Segment& segment : peer->in_flight) {
    under_way += segment.bytes.size();
  }
  return under_way >= buffer_bytes_ ? 0 : buffer_bytes_ - under_way;
}

ssize_t Wire::send(int fd, std::span<const uint8_t> bytes) {
  Socket& socket = *find(fd);
  if (socket.state != Socket::State::Open) {
    errno = EPIPE;
    return -1;
  }
  const size_t n = std::min(bytes.size(), room(socket));
  if (n == 0 && !bytes.empty()) {
    errno = EAGAIN;
    return -1;
  }
  if (socket.is_client) {
    sent_frames_.note({socket.machine, socket.peer_machine}, socket.peer_port, socket.frame,
                      bytes.first(n));
  }
  const Machine to = socket.peer_machine;
  if (find(socket.peer) != nullptr) {
    const auto end = bytes.begin() + static_cast<ptrdiff_t>(n);
    put(socket.peer, socket.machine, {Segment::Kind::Data, Bytes(bytes.begin(), end)});
  } else if (is_down(to)) {
    down_[to].push_back(fd);
  } else {
    carry(socket.machine, to, [this, fd, from = socket.machine, to] {
      carry(to, from, [this, fd] { reset(fd); });
    });
  }
  return static_cast<ssize_t>(n);
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
    case Socket::State::Open:
      return room(socket) >= buffer_bytes_ / 2;
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

}  // namespace kafka::sim
