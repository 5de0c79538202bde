// The relay's loop and its orders. One thread, epoll, level-triggered.
//
//   node N PID    node N runs as that process: its links listen, and its own dialling is recognised
//   cut A B       A and B cannot reach each other
//   heal [N]      every cut, or those of node N, are mended
//   list          the cuts
#include "broker/tools/links/links.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <unordered_map>

#include "broker/tools/common/text.h"

namespace kafka {

namespace {

constexpr size_t buffer_bytes = 64 << 10;
constexpr size_t order_bytes_max = 256;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::optional<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return std::nullopt;
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// The other end gets a reset, not an orderly end.
void close_hard(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(fd);
}

// Bytes on their way in one direction; read again only when all of them are out.
struct Pipe {
  std::vector<char> bytes;
  size_t sent = 0;
  bool ended = false;  // nothing more comes
  bool told = false;   // and the other side knows
  [[nodiscard]] bool empty() const { return sent == bytes.size(); }
};

// ends[0] dialled, ends[1] is the node; pipes[i] carries what ends[i] says.
struct Connection {
  std::array<int, 2> ends = {-1, -1};
  std::array<Pipe, 2> pipes;
  std::array<uint32_t, 2> watched = {0, 0};
  int from = 0;
  int to = 0;
  uint16_t dialled_from = 0;
  uint16_t dialled_to = 0;  // the link
  uint16_t target_port = 0;
  bool connected = false;
};

class Relay {
 public:
  Relay() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  int run(const std::string& control_path, const std::vector<Link>& links);

 private:
  using Connections = std::unordered_map<uint64_t, std::unique_ptr<Connection>>;

  bool open_control(const std::string& path);
  void watch(int fd, std::function<void(uint32_t)> on_event);
  void forget(int fd);

  void take_order();
  std::string obey(const std::string& order);
  std::string adopt(int node, pid_t process);
  bool open_links(int node);
  void close_links(int node);

  void accept_on(const Link& link, int listener);
  void dial(uint64_t id);
  void update(uint64_t id);
  void update_all();
  void on_ready(uint64_t id, int side, uint32_t events);
  bool pump(Connection& connection, int side);
  void drop(uint64_t id);

  int epoll_;
  int control_ = -1;
  std::vector<Link> links_;
  std::map<int, pid_t> processes_;
  std::map<uint16_t, int> listeners_;  // by the port they listen on
  std::unordered_map<int, std::shared_ptr<std::function<void(uint32_t)>>> handlers_;
  Connections connections_;
  uint64_t next_id_ = 1;
  Cuts cuts_;
  bool stopping_ = false;
};

void Relay::watch(int fd, std::function<void(uint32_t)> on_event) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  handlers_[fd] = std::make_shared<std::function<void(uint32_t)>>(std::move(on_event));
}

void Relay::forget(int fd) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  handlers_.erase(fd);
}

int Relay::run(const std::string& control_path, const std::vector<Link>& links) {
  links_ = links;
  if (!open_control(control_path)) {
    fmt::print(stderr, "Cannot listen on {}: {}\n", control_path, std::strerror(errno));
    return 1;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  watch(::signalfd(-1, &signals, SFD_CLOEXEC), [this](uint32_t) { stopping_ = true; });
  fmt::print("ready\n");
  std::fflush(stdout);
  while (!stopping_) {
    std::array<epoll_event, 64> events;
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const auto handler = handlers_.find(events[static_cast<size_t>(i)].data.fd);
      if (handler != handlers_.end()) {
        const auto kept = handler->second;  // it may forget itself
        (*kept)(events[static_cast<size_t>(i)].events);
      }
    }
  }
  ::unlink(control_path.c_str());
  return 0;
}

// --- orders --------------------------------------------------------------------------------------

bool Relay::open_control(const std::string& path) {
  const auto address = unix_address(path);
  if (!address) {
    errno = ENAMETOOLONG;
    return false;
  }
  ::unlink(path.c_str());
  control_ = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (::bind(control_, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0 ||
      ::listen(control_, 8) != 0) {
    return false;
  }
  watch(control_, [this](uint32_t) { take_order(); });
  return true;
}

void Relay::take_order() {
  const int client = ::accept4(control_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) {
    return;
  }
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  std::array<char, order_bytes_max> text;
  const ssize_t size = ::recv(client, text.data(), text.size(), 0);
  if (size > 0) {
    const std::string answer = obey({text.data(), static_cast<size_t>(size)});
    (void)!::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  ::close(client);
}

// "ok ..." or what is wrong.
std::string Relay::obey(const std::string& order) {
  std::vector<std::string> words = split(order, ' ');
  std::vector<int> numbers;
  for (size_t i = 1; i < words.size(); ++i) {
    const auto number = parse_number(words[i], 0, INT32_MAX);
    if (!number) {
      return fmt::format("'{}' is not a number", words[i]);
    }
    numbers.push_back(static_cast<int>(*number));
  }
  if (words[0] == "node" && numbers.size() == 2) {
    return adopt(numbers[0], numbers[1]);
  }
  if (words[0] == "cut" && numbers.size() == 2 && numbers[0] != numbers[1]) {
    cuts_.cut(numbers[0], numbers[1]);
  } else if (words[0] == "heal" && numbers.size() <= 1) {
    numbers.empty() ? cuts_.heal() : cuts_.heal(numbers[0]);
  } else if (words[0] != "list" || !numbers.empty()) {
    return fmt::format("'{}' is not an order", order);
  }
  update_all();
  return "ok " + cuts_.to_string();
}

// Who dialled before it was known as a node is asked after again.
void Relay::update_all() {
  std::vector<uint64_t> ids;
  for (const auto& [id, connection] : connections_) {
    if (connection->from == 0) {
      connection->from =
          owner_of_connection(connection->dialled_from, connection->dialled_to, processes_);
    }
    ids.push_back(id);
  }
  for (const uint64_t id : ids) {
    update(id);
  }
}

std::string Relay::adopt(int node, pid_t process) {
  const int watcher = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  if (watcher < 0) {
    return fmt::format("process {}: {}", process, std::strerror(errno));
  }
  processes_[node] = process;
  watch(watcher, [this, watcher, node, process](uint32_t) {
    forget(watcher);
    ::close(watcher);
    if (processes_[node] == process) {
      processes_.erase(node);
      close_links(node);
    }
  });
  update_all();
  return open_links(node)
             ? "ok"
             : fmt::format("the links of node {} cannot listen: {}", node, std::strerror(errno));
}

bool Relay::open_links(int node) {
  for (const Link& link : links_) {
    if (link.node != node || listeners_.contains(link.listen_port)) {
      continue;
    }
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    const sockaddr_in address = loopback(link.listen_port);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener, SOMAXCONN) != 0) {
      const int why = errno;
      ::close(listener);
      errno = why;
      return false;
    }
    listeners_[link.listen_port] = listener;
    watch(listener, [this, link, listener](uint32_t) { accept_on(link, listener); });
  }
  return true;
}

void Relay::close_links(int node) {
  for (const Link& link : links_) {
    const auto found = listeners_.find(link.listen_port);
    if (link.node == node && found != listeners_.end()) {
      forget(found->second);
      ::close(found->second);
      listeners_.erase(found);
    }
  }
}

// --- connections ---------------------------------------------------------------------------------

void Relay::accept_on(const Link& link, int listener) {
  sockaddr_in peer{};
  socklen_t size = sizeof(peer);
  const int fd =
      ::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    return;
  }
  const uint64_t id = next_id_++;
  auto connection = std::make_unique<Connection>();
  connection->ends[0] = fd;
  connection->dialled_from = ntohs(peer.sin_port);
  connection->dialled_to = link.listen_port;
  connection->from =
      owner_of_connection(connection->dialled_from, connection->dialled_to, processes_);
  connection->to = link.node;
  connection->target_port = link.target_port;
  connections_[id] = std::move(connection);
  update(id);
}

void Relay::dial(uint64_t id) {
  Connection& connection = *connections_.at(id);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  connection.ends[1] = fd;
  const int yes = 1;
  for (const int end : connection.ends) {
    ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
  const sockaddr_in address = loopback(connection.target_port);
  const int failed = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (failed != 0 && errno != EINPROGRESS) {
    drop(id);
  }
}

// Watches what can go on now: nothing while the two are cut off from each other.
void Relay::update(uint64_t id) {
  Connection& connection = *connections_.at(id);
  const bool cut = cuts_.between(connection.from, connection.to);
  if (!cut && connection.ends[1] < 0) {
    dial(id);
    if (!connections_.contains(id)) {
      return;
    }
  }
  for (size_t side = 0; side < 2; ++side) {
    const int fd = connection.ends[side];
    uint32_t wanted = 0;
    if (!cut && connection.connected) {
      wanted |= connection.pipes[side].empty() && !connection.pipes[side].ended ? EPOLLIN : 0u;
      wanted |= connection.pipes[1 - side].empty() ? 0u : EPOLLOUT;
    } else if (!cut && side == 1) {
      wanted = EPOLLOUT;  // until it is connected
    }
    if (fd < 0 || wanted == connection.watched[side]) {
      continue;
    }
    connection.watched[side] = wanted;
    if (handlers_.contains(fd)) {
      forget(fd);
    }
    if (wanted != 0) {
      watch(fd,
            [this, id, side](uint32_t events) { on_ready(id, static_cast<int>(side), events); });
      epoll_event event{.events = wanted, .data = {.fd = fd}};
      ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
    }
  }
}

void Relay::on_ready(uint64_t id, int side, uint32_t events) {
  Connection& connection = *connections_.at(id);
  if (!connection.connected) {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(connection.ends[1], SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      drop(id);
      return;
    }
    connection.connected = true;
    update(id);
    return;
  }
  const bool goes_on =
      (events & EPOLLERR) == 0 && pump(connection, side) && pump(connection, 1 - side);
  if (!goes_on || (connection.pipes[0].told && connection.pipes[1].told)) {
    drop(id);
    return;
  }
  update(id);
}

// Takes what one end says, and passes it on as far as the other takes it. False: a connection
// broke.
bool Relay::pump(Connection& connection, int side) {
  const int from = connection.ends[static_cast<size_t>(side)];
  const int to = connection.ends[static_cast<size_t>(1 - side)];
  Pipe& pipe = connection.pipes[static_cast<size_t>(side)];
  if (pipe.empty() && !pipe.ended) {
    pipe.bytes.resize(buffer_bytes);
    pipe.sent = 0;
    const ssize_t got = ::recv(from, pipe.bytes.data(), pipe.bytes.size(), 0);
    pipe.bytes.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EAGAIN) {
      return false;
    }
    pipe.ended = got == 0;
  }
  while (!pipe.empty()) {
    const ssize_t put =
        ::send(to, pipe.bytes.data() + pipe.sent, pipe.bytes.size() - pipe.sent, MSG_NOSIGNAL);
    if (put < 0) {
      return errno == EAGAIN;
    }
    pipe.sent += static_cast<size_t>(put);
  }
  if (pipe.ended && !pipe.told) {
    ::shutdown(to, SHUT_WR);
    pipe.told = true;
  }
  return true;
}

void Relay::drop(uint64_t id) {
  const auto found = connections_.find(id);
  Connection& connection = *found->second;
  const bool orderly = connection.pipes[0].told && connection.pipes[1].told;
  for (const int fd : connection.ends) {
    if (fd >= 0) {
      forget(fd);
      orderly ? static_cast<void>(::close(fd)) : close_hard(fd);
    }
  }
  connections_.erase(found);
}

}  // namespace

int serve_links(const std::string& control_path, const std::vector<Link>& links) {
  Relay relay;
  return relay.run(control_path, links);
}

int send_order(const std::string& control_path, const std::string& order) {
  const auto address = unix_address(control_path);
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  std::array<char, 4096> answer;
  ssize_t size = -1;
  if (address &&
      ::connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0 &&
      ::send(fd, order.data(), order.size(), MSG_NOSIGNAL) >= 0) {
    size = ::recv(fd, answer.data(), answer.size(), 0);
  }
  const int why = errno;
  ::close(fd);
  if (size < 0) {
    fmt::print(stderr, "{}: {}\n", control_path, std::strerror(why));
    return 1;
  }
  const std::string_view text(answer.data(), static_cast<size_t>(size));
  const bool obeyed = text.starts_with("ok");
  fmt::print(obeyed ? stdout : stderr, "{}\n", obeyed ? trim(text.substr(2)) : text);
  return obeyed ? 0 : 1;
}

}  // namespace kafka
