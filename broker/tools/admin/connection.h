// Connection: one TCP connection to a broker, for one request at a time, with time limits.
//
// Blocking on purpose: a tool asks, waits, prints. Errors are sentences that name the address and
// what the system said; after an error the connection is closed and another one must be made.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "broker/config/listeners.h"
#include "protocol/result.h"
#include "protocol/wire.h"

namespace kafka {

class Connection {
 public:
  // Tries every address that the name has, within the limit.
  [[nodiscard]] static Result<Connection> open(const HostPort& address, int64_t timeout_ms);

  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] const HostPort& address() const { return address_; }

  // Sends a whole frame (size included) and returns the next one that comes (without its size).
  [[nodiscard]] Result<Bytes> exchange(std::span<const uint8_t> frame, int64_t timeout_ms);

 private:
  Connection(HostPort address, int fd) : address_(std::move(address)), fd_(fd) {}
  [[nodiscard]] Result<> send_all(std::span<const uint8_t> bytes, int64_t deadline_ms);
  [[nodiscard]] Result<> receive_all(std::span<uint8_t> bytes, int64_t deadline_ms);
  [[nodiscard]] std::unexpected<Error> broken(std::string_view what) const;

  HostPort address_;
  int fd_ = -1;
};

}  // namespace kafka
