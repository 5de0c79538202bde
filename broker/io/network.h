// Network: what a node asks of sockets. Descriptors are plain numbers, as the system hands them
// out, and errors are the system's: a call that fails returns -1 and sets errno.
//
// One virtual call per system call, and nothing else stands between a node and its connections:
// PosixNetwork below passes them on, and a simulation (tests/sim) answers them itself.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <expected>
#include <span>

#include "broker/io/listen_socket.h"
#include "broker/io/resolver.h"
#include "protocol/result.h"
#include "protocol/wire.h"  // FileSlice

namespace kafka {

class Network {
 public:
  virtual ~Network() = default;

  virtual Result<ListenSocket> listen(const ListenAddress& address) = 0;
  virtual int accept(int fd) = 0;
  // Opens a socket and starts to connect; the errno of an attempt that failed at once.
  virtual std::expected<int, int> start_connect(const NetAddress& address) = 0;
  // How the attempt ended: 0, or an errno.
  virtual int connect_outcome(int fd) = 0;

  virtual ssize_t receive(int fd, std::span<uint8_t> out) = 0;
  // `more` says that a file follows at once.
  virtual ssize_t send(int fd, std::span<const iovec> parts, bool more) = 0;
  // What is left of a file's range after its first `sent` bytes.
  virtual ssize_t send_file(int fd, const FileSlice& slice, int32_t sent) = 0;
  virtual void close(int fd) = 0;

  virtual SocketAddress peer_of(int fd) = 0;
  virtual SocketAddress local_of(int fd) = 0;
};

// The system's.
Network& posix_network();

}  // namespace kafka
