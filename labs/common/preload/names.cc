// A container's view of the network, for a program that runs in none: loaded before a lab's program
// (LD_PRELOAD), it stands between the program and the names and addresses of the C library.
//
//   LAB_PLACE      who this is in the evidence: "inside", "outside"
//   LAB_NAMES      name=address,...      all the names that there are, addresses below 127/8
//   LAB_PORTS      address:port>address:port,...   published ports: who dials the one gets the
//   other LAB_EVIDENCE   an evidence file (broker/core/evidence.h); every look-up of a name that is
//   not
//                  there, and every dial, is appended to it as a deed
//
// Programs that resolve names without the C library (Go's own resolver) see the machine as it is.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// The second half of the entry "first<mark>second" of a list; empty if it has none.
std::string_view looked_up(std::string_view list, std::string_view first, char mark) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, end);
    const size_t middle = entry.find(mark);
    if (middle != std::string_view::npos && entry.substr(0, middle) == first) {
      return entry.substr(middle + 1);
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

// The first name of an address: the other way round.
std::string name_of(std::string_view address) {
  std::string_view list = variable("LAB_NAMES");
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, end);
    const size_t middle = std::min(entry.find('='), entry.size());
    if (middle < entry.size() && entry.substr(middle + 1) == address) {
      return std::string(entry.substr(0, middle));
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return std::string(address);
}

void put(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

// One whole entry in one write, so that entries of several programs do not mix.
void note(const std::string& what) {
  const std::string path(variable("LAB_EVIDENCE"));
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::string body(1, '\x09');
  put(body,
      static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000, 8);
  put(body, 0, 8);
  body += std::string(variable("LAB_PLACE")) + " " + what;
  std::string entry;
  put(entry, body.size(), 4);
  entry += body;
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = write(fd, entry.data(), entry.size());
    close(fd);
  }
}

// "10.0.0.2:9092"; the address alone in `host`.
std::string text_of(const sockaddr_in& address, std::string& host) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  host = text;
  return host + ":" + std::to_string(ntohs(address.sin_port));
}

constexpr size_t kMappedAt = 12;  // of ::ffff:127.0.0.1

// An IPv4 address in a socket for both: Java's clients dial so.
bool is_mapped(const sockaddr* to, socklen_t length) {
  return to != nullptr && to->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6) &&
         IN6_IS_ADDR_V4MAPPED(&reinterpret_cast<const sockaddr_in6*>(to)->sin6_addr);
}

// False: it is none.
bool as_ipv4(const sockaddr* to, socklen_t length, sockaddr_in& address) {
  if (is_mapped(to, length)) {
    sockaddr_in6 whole;
    std::memcpy(&whole, to, sizeof whole);
    address = {};
    address.sin_family = AF_INET;
    address.sin_port = whole.sin6_port;
    std::memcpy(&address.sin_addr, &whole.sin6_addr.s6_addr[kMappedAt], sizeof address.sin_addr);
    return true;
  }
  if (to == nullptr || to->sa_family != AF_INET || length < sizeof address) {
    return false;
  }
  std::memcpy(&address, to, sizeof address);
  return true;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  static auto* real =
      next<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo");
  if (node == nullptr || variable("LAB_NAMES").empty()) {
    return real(node, service, hints, result);
  }
  const std::string address(looked_up(variable("LAB_NAMES"), node, '='));
  in_addr numeric{};
  if (address.empty() && inet_pton(AF_INET, node, &numeric) == 1) {
    return real(node, service, hints, result);
  }
  if (address.empty() || (hints != nullptr && hints->ai_family == AF_INET6)) {
    if (address.empty()) {
      note(std::string("looks up ") + node + ": there is no such name");
    }
    return EAI_NONAME;
  }
  return real(address.c_str(), service, hints, result);
}

extern "C" int connect(int fd, const sockaddr* to, socklen_t length) {
  static auto* real = next<int(int, const sockaddr*, socklen_t)>("connect");
  sockaddr_in address;
  const bool mapped = is_mapped(to, length);
  if (variable("LAB_NAMES").empty() || !as_ipv4(to, length, address)) {
    return real(fd, to, length);
  }
  std::string host;
  const std::string dialled = text_of(address, host);
  if (host.compare(0, 4, "127.") == 0 && address.sin_port != 0) {
    note("dials " + name_of(host) + ":" + std::to_string(ntohs(address.sin_port)));
  }
  const std::string other(looked_up(variable("LAB_PORTS"), dialled, '>'));
  const size_t colon = other.rfind(':');
  if (colon != std::string::npos &&
      inet_pton(AF_INET, other.substr(0, colon).c_str(), &address.sin_addr) == 1) {
    address.sin_port = htons(static_cast<uint16_t>(std::atoi(other.c_str() + colon + 1)));
  }
  if (mapped) {
    sockaddr_in6 whole;
    std::memcpy(&whole, to, sizeof whole);
    std::memcpy(&whole.sin6_addr.s6_addr[kMappedAt], &address.sin_addr, sizeof address.sin_addr);
    whole.sin6_port = address.sin_port;
    return real(fd, reinterpret_cast<const sockaddr*>(&whole), sizeof whole);
  }
  return real(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}
