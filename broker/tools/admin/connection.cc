#include "broker/tools/admin/connection.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "broker/tools/common/console.h"

namespace kafka {

namespace {

constexpr size_t frame_bytes_max = 512u << 20;  // of a response; a broker sends far less

std::string reason(int error) {
  return std::strerror(error);
}

// Waits until the descriptor can be read or written; false when the time is over.
bool wait_for(int fd, short events, int64_t deadline_ms) {
  for (;;) {
    const int64_t left = deadline_ms - steady_clock_ms();
    if (left < 0) {
      return false;
    }
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left) + 1);
    if (ready > 0) {
      return true;
    }
    if (ready < 0 && errno != EINTR) {
      return true;  // the read or write that follows says what is wrong
    }
  }
}

// A connected socket, or minus the system's error.
int connect_to(const addrinfo& target, int64_t deadline_ms) {
  const int fd = ::socket(target.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return -errno;
  }
  int error = 0;
  if (::connect(fd, target.ai_addr, target.ai_addrlen) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      error = ETIMEDOUT;
      if (wait_for(fd, POLLOUT, deadline_ms)) {
        socklen_t size = sizeof(error);
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
  }
  if (error != 0) {
    ::close(fd);
    return -error;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

}  // namespace

Result<Connection> Connection::open(const HostPort& address, int64_t timeout_ms) {
  const int64_t deadline = steady_clock_ms() + timeout_ms;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failed =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
  if (failed != 0) {
    return fail(ErrorCode::NetworkException,
                fmt::format("{}: the name \"{}\" does not resolve: {}", kafka::to_string(address),
                            address.host, ::gai_strerror(failed)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
  int error = ETIMEDOUT;
  for (const addrinfo* target = list; target != nullptr; target = target->ai_next) {
    const int fd = connect_to(*target, deadline);
    if (fd >= 0) {
      return Connection(address, fd);
    }
    error = -fd;
  }
  return fail(ErrorCode::NetworkException,
              fmt::format("{}: {}", kafka::to_string(address), reason(error)));
}

Connection::Connection(Connection&& other) noexcept
    : address_(std::move(other.address_)), fd_(std::exchange(other.fd_, -1)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(fd_, other.fd_);
  return *this;
}

Connection::~Connection() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<Bytes> Connection::exchange(std::span<const uint8_t> frame, int64_t timeout_ms) {
  const int64_t deadline = steady_clock_ms() + timeout_ms;
  if (auto sent = send_all(frame, deadline); !sent) {
    return std::unexpected(sent.error());
  }
  std::array<uint8_t, 4> prefix{};
  if (auto got = receive_all(prefix, deadline); !got) {
    return std::unexpected(got.error());
  }
  const int32_t size = Reader(prefix).int32();
  if (size < 4 || static_cast<size_t>(size) > frame_bytes_max) {
    return broken(fmt::format("answered with a frame of {} bytes: not a Kafka broker?", size));
  }
  Bytes body;
  // Grows with what arrives: a wrong size does not make us allocate it.
  while (body.size() < static_cast<size_t>(size)) {
    const size_t begin = body.size();
    body.resize(std::min<size_t>(static_cast<size_t>(size), begin + (1u << 20)));
    if (auto got = receive_all(std::span(body).subspan(begin), deadline); !got) {
      return std::unexpected(got.error());
    }
  }
  return body;
}

Result<> Connection::send_all(std::span<const uint8_t> bytes, int64_t deadline_ms) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes = bytes.subspan(static_cast<size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for(fd_, POLLOUT, deadline_ms)) {
        return broken("takes no more bytes");
      }
    } else if (errno != EINTR) {
      return broken(reason(errno));
    }
  }
  return {};
}

Result<> Connection::receive_all(std::span<uint8_t> bytes, int64_t deadline_ms) {
  while (!bytes.empty()) {
    const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (n > 0) {
      bytes = bytes.subspan(static_cast<size_t>(n));
    } else if (n == 0) {
      return broken("closed the connection before it answered");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for(fd_, POLLIN, deadline_ms)) {
        return fail(ErrorCode::RequestTimedOut,
                    kafka::to_string(address_) + ": no answer within the time limit");
      }
    } else if (errno != EINTR) {
      return broken(reason(errno));
    }
  }
  return {};
}

std::unexpected<Error> Connection::broken(std::string_view what) const {
  return fail(ErrorCode::NetworkException, fmt::format("{}: {}", kafka::to_string(address_), what));
}

}  // namespace kafka
