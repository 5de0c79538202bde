// Links: a relay in front of the ports that the nodes of a local cluster use for each other, so
// that a network between them can be cut without root.
//
//   node 1  --->  [link of node 2: listens on 9294] --->  node 2 (127.0.0.1:9194)
//
// A cut link is a network that loses everything: connections stay open and silent, new ones are not
// answered, and what was sent waits until it heals, as it would in the sender's kernel. Nothing is
// refused and nothing is closed, because a lost network tells nobody anything.
//
// Who dials is found by its socket: the kernel lists each with its inode (/proc/net/tcp), and a
// node's process shows which are its own (/proc/PID/fd). Whoever is no node is never cut off.
// While a node's process is gone its links do not listen: dialling it is refused, as without them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kafka {

struct Link {
  int node = 0;  // whose port it stands for
  uint16_t listen_port = 0;
  uint16_t target_port = 0;
};

// "2:9294:9194"; nullopt if it is not that.
[[nodiscard]] std::optional<Link> parse_link(std::string_view text);

// Which pairs of nodes cannot reach each other. Pure.
class Cuts {
 public:
  void cut(int a, int b) { pairs_.insert(pair(a, b)); }
  void heal() { pairs_.clear(); }
  void heal(int node);
  [[nodiscard]] bool between(int a, int b) const { return pairs_.contains(pair(a, b)); }
  [[nodiscard]] std::string to_string() const;  // "1-2 1-3"

 private:
  static std::pair<int, int> pair(int a, int b) {
    return a < b ? std::pair(a, b) : std::pair(b, a);
  }
  std::set<std::pair<int, int>> pairs_;
};

// The node whose process dialled from 127.0.0.1:from to 127.0.0.1:to; 0 if none of them did. Both
// ports are asked for: the kernel gives one local port to several connections of different targets,
// and what a closed one leaves behind (TIME_WAIT) is listed, too.
[[nodiscard]] int owner_of_connection(uint16_t from, uint16_t to,
                                      const std::map<int, pid_t>& processes);

// Serves until SIGTERM. Orders come over a Unix socket, one each: see links.cc.
int serve_links(const std::string& control_path, const std::vector<Link>& links);
// Sends an order; prints the answer. 1 if it was refused or nobody is there.
int send_order(const std::string& control_path, const std::string& order);

}  // namespace kafka
