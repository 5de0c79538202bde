// SimNetwork: the network as one process sees it: the system calls that it makes, on the Wire.
#pragma once

#include "broker/core/env.h"
#include "broker/io/network.h"
#include "tests/sim/wire.h"

namespace kafka::sim {

class SimNetwork final : public Network {
 public:
  SimNetwork(Wire& wire, Machine machine, Life life, Files& files)
      : wire_(wire), machine_(machine), life_(life), files_(files) {}

  Result<ListenSocket> listen(const ListenAddress& address) override;
  int accept(int fd) override;
  std::expected<int, int> start_connect(const NetAddress& address) override;
  int connect_outcome(int fd) override { return wire_.connect_outcome(fd); }
  ssize_t receive(int fd, std::span<uint8_t> out) override { return wire_.receive(fd, out); }
  ssize_t send(int fd, std::span<const iovec> parts, bool more) override;
  ssize_t send_file(int fd, const FileSlice& slice, int32_t sent) override;
  void close(int fd) override { wire_.close(fd); }
  SocketAddress peer_of(int fd) override { return wire_.peer_of(fd); }
  SocketAddress local_of(int fd) override { return wire_.local_of(fd); }

 private:
  Wire& wire_;
  Machine machine_;
  Life life_;
  Files& files_;
};

}  // namespace kafka::sim
