#include "broker/io/resolver.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace kafka {

static_assert(sizeof(sockaddr_storage) == NetAddress::bytes_max);

namespace {

NetAddress address_of(const sockaddr* address, socklen_t length) {
  NetAddress result;
  std::memcpy(result.bytes.data(), address, length);
  result.length = length;
  result.family = address->sa_family;
  return result;
}

void set_port(NetAddress& address, uint16_t port) {
  // The port stands at the same place in both families.
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  const uint16_t bits = htons(port);
  std::memcpy(address.bytes.data() + offsetof(sockaddr_in, sin_port), &bits, sizeof(bits));
}

}  // namespace

// What a lookup holds on to. The loop is null once the resolver is gone.
struct Resolver::Shared {
  std::mutex mutex;
  EventLoop* loop = nullptr;
  Resolver* resolver = nullptr;  // for the core thread only
};

Resolver::Resolver(EventLoop& loop) : loop_(loop), shared_(std::make_shared<Shared>()) {
  shared_->loop = &loop;
  shared_->resolver = this;
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->loop = nullptr;
  shared_->resolver = nullptr;
}

std::optional<NetAddress> Resolver::numeric(const std::string& host, uint16_t port) {
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    return address_of(reinterpret_cast<const sockaddr*>(&v4), sizeof(v4));
  }
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    return address_of(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
  }
  return std::nullopt;
}

Resolver::Addresses Resolver::look_up(const std::string& host) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return {{}, fmt::format("the host {} is unknown here ({})", host, ::gai_strerror(error))};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    addresses.found.push_back(address_of(each->ai_addr, each->ai_addrlen));
  }
  return addresses;
}

void Resolver::resolve(const std::string& host, uint16_t port, Done done) {
  if (const std::optional<NetAddress> known = numeric(host, port)) {
    loop_.post([known, done = std::move(done)] { done(std::vector{*known}); });
    return;
  }
  auto& waiting = waiting_[host];
  waiting.emplace_back(port, std::move(done));
  if (waiting.size() > 1) {
    return;
  }
  // Detached: a lookup may take many seconds, and nobody who stops a node should wait for it.
  const auto work = [host, shared = shared_] {
    sigset_t all;  // signals are the loop's
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    Addresses addresses = look_up(host);
    const std::lock_guard lock(shared->mutex);
    if (shared->loop != nullptr) {
      shared->loop->post([host, shared, addresses = std::move(addresses)] {
        if (shared->resolver != nullptr) {
          shared->resolver->finish(host, addresses);
        }
      });
    }
  };
  try {
    std::thread(work).detach();
  } catch (const std::system_error& error) {
    loop_.post([this, host, shared = shared_, why = std::string(error.what())] {
      if (shared->resolver != nullptr) {
        finish(host, {{}, fmt::format("{} cannot be looked up: {}", host, why)});
      }
    });
  }
}

void Resolver::finish(const std::string& host, const Addresses& addresses) {
  const auto waiting = std::move(waiting_[host]);
  waiting_.erase(host);
  if (!addresses.found.empty()) {
    known_[host] = addresses.found;
  }
  for (const auto& [port, done] : waiting) {
    if (addresses.found.empty()) {
      done(fail(ErrorCode::NetworkException, addresses.error));
      continue;
    }
    std::vector<NetAddress> with_port = addresses.found;
    for (NetAddress& address : with_port) {
      set_port(address, port);
    }
    done(std::move(with_port));
  }
}

std::vector<NetAddress> Resolver::last_known(const std::string& host, uint16_t port) const {
  if (const std::optional<NetAddress> known = numeric(host, port)) {
    return {*known};
  }
  const auto found = known_.find(host);
  std::vector<NetAddress> addresses;
  if (found != known_.end()) {
    addresses = found->second;
  }
  for (NetAddress& address : addresses) {
    set_port(address, port);
  }
  return addresses;
}

}  // namespace kafka
