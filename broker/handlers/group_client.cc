#include "broker/handlers/group_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstring>

namespace kafka {

std::string java_address(const std::string& host) {
  in6_addr address;
  if (inet_pton(AF_INET6, host.c_str(), &address) != 1) {
    return "/" + host;
  }
  if (IN6_IS_ADDR_V4MAPPED(&address)) {  // Java has no such addresses, it calls them IPv4
    return fmt::format("/{}.{}.{}.{}", address.s6_addr[12], address.s6_addr[13],
                       address.s6_addr[14], address.s6_addr[15]);
  }
  std::string text = "/";
  for (size_t i = 0; i < 16; i += 2) {  // all eight groups, nothing shortened
    text += fmt::format("{}{:x}", i == 0 ? "" : ":",
                        address.s6_addr[i] << 8 | address.s6_addr[i + 1]);
  }
  return text;
}

}  // namespace kafka
