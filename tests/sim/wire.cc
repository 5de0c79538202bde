// The Wire: links, machines, segments under way, connecting. What an open connection does is in
// wire_connection.cc.
#include "tests/sim/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tests/sim/sim_host.h"

namespace kafka::sim {

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
  const SentFrames::Frame* chosen = sent_frames_.some({from, to}, world_.random());
  if (chosen == nullptr) {
    return false;
  }
  Socket ghost;
  ghost.state = Socket::State::Connecting;
  ghost.machine = from;
  ghost.peer_machine = to;
  ghost.port = next_port();
  ghost.peer_port = chosen->port;
  ghost.is_ghost = true;
  ghost.frame = chosen->bytes;
  const int fd = add(std::move(ghost));
  carry(from, to, [this, fd, to, port = chosen->port] { reach(fd, to, port); });
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
    put(server_fd, client->machine, {Segment::Kind::Data, client->frame});
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

}  // namespace kafka::sim
