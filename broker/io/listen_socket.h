// ListenSocket: an address that is bound and listening.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/result.h"

namespace kafka {

struct ListenAddress {
  std::string listener;  // its name, for messages
  std::string host;      // empty: every address of this machine
  int32_t port = 0;      // 0: a free one
  int32_t backlog = 50;
  int32_t send_buffer_bytes = -1;     // -1: the system's default
  int32_t receive_buffer_bytes = -1;  // -1: the system's default
};

struct ListenSocket {
  int fd = -1;
  int32_t port = 0;  // the real one
};

// Binds and listens. The error is a sentence for whoever started the broker, with the way out.
Result<ListenSocket> listen_on(const ListenAddress& address);

// "127.0.0.1" and port of an address that the kernel filled in.
struct SocketAddress {
  std::string host;
  uint16_t port = 0;
};
SocketAddress peer_of(int fd);
SocketAddress local_of(int fd);

// "127.0.0.1" as four bytes, "::1" as 16, in the network's order; empty if it is no address.
std::vector<uint8_t> address_bytes(const std::string& text);
std::string address_text(std::span<const uint8_t> bytes);

}  // namespace kafka
