#include "broker/io/listen_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace kafka {

namespace {

std::string shown(const ListenAddress& address) {
  const std::string host = address.host.empty() ? "*" : address.host;
  return fmt::format("{}://{}:{}", address.listener, host, address.port);
}

Error cannot_listen(const ListenAddress& address, int error) {
  const std::string where = shown(address);
  switch (error) {
    case EADDRINUSE:
      return {ErrorCode::InvalidConfig,
              fmt::format("Cannot listen on {}: another program has port {}. Stop it (`ss -ltnp "
                          "'sport = :{}'` names it), or give `listeners` another port.",
                          where, address.port, address.port)};
    case EADDRNOTAVAIL:
      return {ErrorCode::InvalidConfig,
              fmt::format("Cannot listen on {}: {} is no address of this machine. Put one of `ip "
                          "addr` into `listeners`, or leave the host out to listen on all of them.",
                          where, address.host)};
    case EACCES:
      return {ErrorCode::InvalidConfig,
              fmt::format("Cannot listen on {}: ports below 1024 need privileges. Give `listeners` "
                          "a port from 1024 on.",
                          where)};
    default:
      return {ErrorCode::InvalidConfig,
              fmt::format("Cannot listen on {}: {}. Check `listeners`.", where,
                          std::strerror(error))};
  }
}

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof(value));
}

Result<int> bind_to(const ListenAddress& address, const addrinfo& target) {
  const int fd = ::socket(target.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return std::unexpected(cannot_listen(address, errno));
  }
  set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (target.ai_family == AF_INET6) {
    set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);  // `::` takes IPv4 clients too
  }
  // Accepted sockets inherit both; the receive buffer must be known before a client's handshake.
  if (address.receive_buffer_bytes > 0) {
    set_option(fd, SOL_SOCKET, SO_RCVBUF, address.receive_buffer_bytes);
  }
  if (address.send_buffer_bytes > 0) {
    set_option(fd, SOL_SOCKET, SO_SNDBUF, address.send_buffer_bytes);
  }
  if (::bind(fd, target.ai_addr, target.ai_addrlen) < 0 || ::listen(fd, address.backlog) < 0) {
    const int error = errno;
    ::close(fd);
    return std::unexpected(cannot_listen(address, error));
  }
  return fd;
}

SocketAddress endpoint_of(const sockaddr_storage& storage) {
  char text[INET6_ADDRSTRLEN] = {};
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
    return {text, ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof(text));
  } else {
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
  }
  return {text, ntohs(v6.sin6_port)};
}

}  // namespace

Result<ListenSocket> listen_on(const ListenAddress& address) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const char* host = address.host.empty() ? nullptr : address.host.c_str();
  if (const int error = ::getaddrinfo(host, port.c_str(), &hints, &found); error != 0) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("Cannot listen on {}: the host {} is unknown here ({}). Correct it in "
                            "`listeners`.",
                            shown(address), address.host, ::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  // With no host, `::` serves IPv4 as well; where IPv6 is off the next address is taken.
  Result<int> fd = fail(ErrorCode::InvalidConfig);
  for (const int family : {host == nullptr ? AF_INET6 : AF_UNSPEC, AF_UNSPEC}) {
    for (const addrinfo* target = found; target != nullptr && !fd; target = target->ai_next) {
      if (family == AF_UNSPEC || target->ai_family == family) {
        fd = bind_to(address, *target);
      }
    }
  }
  if (!fd) {
    return std::unexpected(fd.error());
  }
  return ListenSocket{*fd, local_of(*fd).port};
}

std::vector<uint8_t> address_bytes(const std::string& text) {
  std::vector<uint8_t> bytes(sizeof(in6_addr));
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    bytes.resize(sizeof(in_addr));
  } else if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
    bytes.clear();
  }
  return bytes;
}

std::string address_text(std::span<const uint8_t> bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  if (bytes.size() == sizeof(in_addr)) {
    ::inet_ntop(AF_INET, bytes.data(), text, sizeof(text));
  } else if (bytes.size() == sizeof(in6_addr)) {
    ::inet_ntop(AF_INET6, bytes.data(), text, sizeof(text));
  }
  return text;
}

SocketAddress peer_of(int fd) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof(storage);
  return ::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &length) == 0
             ? endpoint_of(storage)
             : SocketAddress{};
}

SocketAddress local_of(int fd) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof(storage);
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) == 0
             ? endpoint_of(storage)
             : SocketAddress{};
}

}  // namespace kafka
