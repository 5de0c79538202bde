#include "tests/sim/sim_network.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

namespace kafka::sim {

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
