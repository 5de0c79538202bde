// The network of a local cluster: which pairs are cut off from each other.
#include "broker/tools/links/links.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kafka {
namespace {

sockaddr_in local(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

int bound(uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const sockaddr_in address = local(port);
  EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

int listening() {
  const int fd = bound(0);
  EXPECT_EQ(::listen(fd, 1), 0);
  return fd;
}

int dialled(uint16_t from, int listener) {
  const int fd = bound(from);
  const sockaddr_in address = local(port_of(listener));
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

TEST(Links, ACutIsFeltOnBothSides) {
  Cuts cuts;
  cuts.cut(3, 1);
  cuts.cut(1, 2);
  EXPECT_TRUE(cuts.between(1, 3));
  EXPECT_TRUE(cuts.between(3, 1));
  EXPECT_FALSE(cuts.between(2, 3));
  EXPECT_EQ(cuts.to_string(), "1-2 1-3");
}

TEST(Links, HealingANodeMendsItsOwnCutsOnly) {
  Cuts cuts;
  cuts.cut(1, 2);
  cuts.cut(2, 3);
  cuts.cut(1, 3);
  cuts.heal(2);
  EXPECT_EQ(cuts.to_string(), "1-3");
  cuts.heal();
  EXPECT_EQ(cuts.to_string(), "");
}

TEST(Links, WhoIsNoNodeIsNeverCutOff) {
  Cuts cuts;
  cuts.cut(1, 2);
  EXPECT_FALSE(cuts.between(0, 1));
  EXPECT_EQ(owner_of_connection(1, 2, {{1, getpid()}}), 0);  // nobody has a socket there
}

TEST(Links, OneLocalPortMayServeTwoConnections) {
  const std::map<int, pid_t> nodes = {{7, getpid()}};
  const int first = listening();
  const int second = listening();
  const int before = dialled(0, first);
  const uint16_t from = port_of(before);
  EXPECT_EQ(owner_of_connection(from, port_of(first), nodes), 7);
  EXPECT_EQ(owner_of_connection(from, port_of(second), nodes), 0);
  ::close(before);  // the kernel goes on listing it, as nobody's
  const int now = dialled(from, second);
  EXPECT_EQ(owner_of_connection(from, port_of(first), nodes), 0);
  EXPECT_EQ(owner_of_connection(from, port_of(second), nodes), 7);
  for (const int fd : {first, second, now}) {
    ::close(fd);
  }
}

TEST(Links, NameANodeAndTwoPorts) {
  const auto link = parse_link("2:9294:9194");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->node, 2);
  EXPECT_EQ(link->listen_port, 9294);
  EXPECT_EQ(link->target_port, 9194);
  for (const char* wrong : {"", "2", "2:9294", "2:0:1", "2:1:65536", "x:1:2", "1:2:3:4"}) {
    EXPECT_FALSE(parse_link(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace kafka
