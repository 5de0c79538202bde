// Resolver: names to addresses, without blocking the core thread. Addresses written as numbers need
// no lookup; each other name is looked up on a thread that ends with it, one at a time per name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "broker/io/event_loop.h"
#include "protocol/result.h"

namespace kafka {

// What connect() takes: a sockaddr, whatever its family.
struct NetAddress {
  static constexpr size_t bytes_max = 128;
  alignas(8) std::array<uint8_t, bytes_max> bytes{};
  uint32_t length = 0;
  int family = 0;
};

class Resolver {
 public:
  using Done = std::function<void(Result<std::vector<NetAddress>>)>;

  explicit Resolver(EventLoop& loop);
  ~Resolver();  // lookups that run are not waited for; their `done` is dropped
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  static std::optional<NetAddress> numeric(const std::string& host, uint16_t port);

  // `done` runs on the loop's thread, not inside this call.
  void resolve(const std::string& host, uint16_t port, Done done);

  // What the name last stood for; empty if that is not known.
  std::vector<NetAddress> last_known(const std::string& host, uint16_t port) const;

 private:
  struct Shared;
  struct Addresses {
    std::vector<NetAddress> found;
    std::string error;
  };
  static Addresses look_up(const std::string& host);
  void finish(const std::string& host, const Addresses& addresses);

  EventLoop& loop_;
  std::map<std::string, std::vector<std::pair<uint16_t, Done>>> waiting_;
  std::map<std::string, std::vector<NetAddress>> known_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace kafka
