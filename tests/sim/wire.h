// The network of a simulated cluster: machines, links between them, and connections that behave as
// TCP does for whoever holds an end.
//
//   machine A                                                        machine B
//   send() --> segments in flight, in order, latency of the link --> arrived --> receive()
//
// What can go wrong:
//   a link is cut in one direction   segments and connection attempts stand still until it heals
//   a process dies                   its ends close; the others read what came before, then the end
//   a machine loses power            it says nothing; whoever sends to it hears a reset once it is up
//   a connection breaks              both ends are reset
//   frames are replayed              what a machine sent comes once more, over a connection of its
//                                    own (sent_frames.h)
//
// The Wire holds all of it; a SimNetwork is one process's view, the system calls that it makes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/io/event_loop.h"
#include "broker/io/network.h"
#include "tests/sim/sent_frames.h"
#include "tests/sim/world.h"

namespace kafka::sim {

std::string address_of(Machine machine);

class SimWatch;

class Wire {
 public:
  explicit Wire(World& world) : world_(world) {}

  // -- The weather --
  void set_latency(int64_t low_us, int64_t high_us) { low_us_ = low_us, high_us_ = high_us; }
  void slow_down(Machine machine, int64_t extra_us);  // 0: as fast as the others
  void cut(Machine from, Machine to);
  void heal(Machine from, Machine to);
  void heal_all();
  // Breaks some connection between the two; false when there is none.
  bool break_connection(Machine a, Machine b);
  // What fits between the ends of a connection; a sender waits while there is no room.
  void set_buffers(size_t bytes) { buffer_bytes_ = bytes; }
  // Sends a frame that `from` sent to `to` some time ago once more; false when there is none.
  bool replay(Machine from, Machine to);

  // -- Machines and processes --
  void process_begins(Machine machine) { sent_frames_.process_begins(machine); }
  void process_ends(Life life);       // its ends are closed
  void power_fails(Machine machine);  // its ends are gone without a word
  void power_returns(Machine machine);

  // -- System calls (SimNetwork) --
  std::expected<int, int> listen(Machine machine, Life life, int32_t port);
  int accept(int fd);
  int connect(Machine from, Life life, Machine to, uint16_t port);
  int connect_outcome(int fd);
  ssize_t receive(int fd, std::span<uint8_t> out);
  ssize_t send(int fd, std::span<const uint8_t> bytes);
  bool is_broken(int fd);
  void close(int fd);
  SocketAddress peer_of(int fd);
  SocketAddress local_of(int fd);
  void attach(int fd, SimWatch* watch, Life life);
  void detach(int fd);
  void await_readable(int fd);
  void await_writable(int fd);

  uint64_t bytes_delivered() const { return bytes_delivered_; }

 private:
  struct Segment {
    enum class Kind : uint8_t { Data, End, Reset };
    Kind kind = Kind::Data;
    Bytes bytes;
  };
  struct Socket {
    enum class State : uint8_t { Listening, Connecting, Refused, Open, Broken };
    State state = State::Open;
    Machine machine = 0;
    Machine peer_machine = 0;
    uint16_t port = 0;
    uint16_t peer_port = 0;
    Life life = nobody;
    int peer = -1;                    // the other end
    std::deque<int> accepted;         // Listening: connections nobody took yet
    std::deque<Segment> in_flight;    // towards this end
    int64_t last_arrival_us = 0;
    int stalled = 0;                  // arrivals that a cut link holds back
    Bytes arrived;
    size_t taken = 0;
    bool ended = false;               // nothing more will come
    bool is_ghost = false;            // of a replay: nobody reads there
    bool is_client = false;
    SimWatch* watch = nullptr;
    bool awaits_read = false;
    bool awaits_write = false;
    Bytes frame;                      // being sent; of a ghost: what it is to send
  };
  Socket* find(int fd);
  int add(Socket socket);
  int64_t latency(Machine from, Machine to);
  bool is_cut(Machine from, Machine to) const { return cuts_.contains({from, to}); }
  bool is_down(Machine machine) const { return down_.contains(machine); }
  void put(int to_fd, Machine from, Segment segment);
  void schedule_arrival(int fd, Machine from);
  void arrive(int fd);
  void carry(Machine from, Machine to, std::function<void()> what);  // outside of a connection
  void reach(int client_fd, Machine to, uint16_t port);
  void connected(int client_fd, int server_fd);
  void refuse(int client_fd);
  void reset(int fd);
  void wake(int fd);
  bool is_readable(const Socket& socket) const;
  size_t room(const Socket& socket);
  bool is_writable(const Socket& socket);
  uint16_t next_port() { return static_cast<uint16_t>(20'000 + (++last_port_ % 40'000)); }

  World& world_;
  int64_t low_us_ = 50;
  int64_t high_us_ = 200;
  std::map<Machine, int64_t> slow_;
  std::map<Link, bool> cuts_;
  std::map<Link, std::vector<std::function<void()>>> held_;
  std::map<Machine, std::vector<int>> down_;  // with the ends that wait for an answer from there
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::map<std::pair<Machine, uint16_t>, int> listeners_;
  uint32_t last_port_ = 0;
  size_t buffer_bytes_ = 256 * 1024;
  SentFrames sent_frames_;
  uint64_t bytes_delivered_ = 0;
};

}  // namespace kafka::sim
