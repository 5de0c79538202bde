#include "broker/io/network.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace kafka {

namespace {

void tune(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

class PosixNetwork final : public Network {
 public:
  Result<ListenSocket> listen(const ListenAddress& address) override { return listen_on(address); }

  int accept(int fd) override {
    const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      tune(accepted);
    }
    return accepted;
  }

  std::expected<int, int> start_connect(const NetAddress& address) override {
    const int fd = ::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return std::unexpected(errno);
    }
    tune(fd);
    const auto* target = reinterpret_cast<const sockaddr*>(address.bytes.data());
    if (::connect(fd, target, address.length) < 0 && errno != EINPROGRESS) {
      const int error = errno;
      ::close(fd);
      return std::unexpected(error);
    }
    return fd;
  }

  int connect_outcome(int fd) override {
    int error = 0;
    socklen_t length = sizeof(error);
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
  }

  ssize_t receive(int fd, std::span<uint8_t> out) override {
    return ::recv(fd, out.data(), out.size(), 0);
  }

  ssize_t send(int fd, std::span<const iovec> parts, bool more) override {
    msghdr message = {};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    return ::sendmsg(fd, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  }

  ssize_t send_file(int fd, const FileSlice& slice, int32_t sent) override {
    off_t position = slice.position + sent;
    return ::sendfile(fd, slice.fd, &position, static_cast<size_t>(slice.length - sent));
  }

  void close(int fd) override { ::close(fd); }
  SocketAddress peer_of(int fd) override { return kafka::peer_of(fd); }
  SocketAddress local_of(int fd) override { return kafka::local_of(fd); }
};

}  // namespace

Network& posix_network() {
  static PosixNetwork network;
  return network;
}

}  // namespace kafka
