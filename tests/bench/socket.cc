#include "tests/bench/socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace kafka::bench {
namespace {

constexpr size_t frame_bytes_max = 256 * 1024 * 1024;
constexpr int64_t retry_pause_ns = 200'000;

void pause() {
  const timespec time{0, retry_pause_ns};
  nanosleep(&time, nullptr);
}

int64_t as_ns(const timespec& time) {
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

}  // namespace

void die(const std::string& sentence) {
  std::fprintf(stderr, "bench: %s\n", sentence.c_str());
  std::exit(1);
}

int64_t monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return as_ns(now);
}

Socket::~Socket() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

Socket Socket::connect_once(uint16_t port) {
  Socket connected(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connected.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return Socket();
  }
  const int on = 1;
  setsockopt(connected.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connected;
}

Socket Socket::connect_within(uint16_t port, int64_t timeout_ms) {
  const int64_t deadline = monotonic_ns() + timeout_ms * 1'000'000;
  while (monotonic_ns() < deadline) {
    if (Socket socket = connect_once(port); socket.open()) {
      return socket;
    }
    pause();
  }
  die("nobody listens on port " + std::to_string(port));
}

bool Socket::try_send(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
  return true;
}

void Socket::send_all(BytesView bytes) {
  if (!try_send(bytes)) {
    die("the server closed the connection while a request was sent");
  }
}

bool Socket::receive_exactly(uint8_t* to, size_t size) {
  while (size > 0) {
    const ssize_t got = recv(fd_, to, size, MSG_WAITALL);
    if (got <= 0) {
      return false;
    }
    to += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

BytesView Socket::receive_frame(Bytes& buffer) {
  uint8_t prefix[4];
  if (!receive_exactly(prefix, sizeof prefix)) {
    return {};
  }
  const auto size = static_cast<size_t>(Reader(prefix).int32());
  if (size > frame_bytes_max) {
    die("an answer claims to have " + std::to_string(size) + " bytes");
  }
  if (buffer.size() < size) {
    buffer.resize(size);
  }
  return receive_exactly(buffer.data(), size) ? BytesView(buffer).first(size) : BytesView{};
}

int64_t cpu_ns(int pid) {
  clockid_t clock;
  timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    die("there is no process " + std::to_string(pid));
  }
  return as_ns(used);
}

int64_t resident_kb(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stoll(line.substr(6));
    }
  }
  die("there is no process " + std::to_string(pid));
}

}  // namespace kafka::bench
