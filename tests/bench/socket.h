// Blocking sockets on loopback, and what a process costs. Errors end the program with a sentence:
// a bench that goes on after one measures nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "protocol/record_batch.h"

namespace kafka::bench {

[[noreturn]] void die(const std::string& sentence);

int64_t monotonic_ns();

// A descriptor that is closed with its owner.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  ~Socket();
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // -1 with nobody there; not an error, servers take time to start.
  static Socket connect_once(uint16_t port);
  static Socket connect_within(uint16_t port, int64_t timeout_ms);

  void send_all(BytesView bytes);
  bool try_send(BytesView bytes);
  // One answer without its length prefix; valid until the next call. Empty when the peer is gone.
  BytesView receive_frame(Bytes& buffer);

 private:
  bool receive_exactly(uint8_t* to, size_t size);
  int fd_ = -1;
};

// What another process has used: CPU time of all its threads, and memory.
int64_t cpu_ns(int pid);
int64_t resident_kb(int pid);

}  // namespace kafka::bench
