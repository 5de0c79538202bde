#include "broker/io/host_name.h"

#include <netdb.h>
#include <unistd.h>

#include <climits>
#include <memory>

namespace kafka {

std::string canonical_host_name() {
  char host[HOST_NAME_MAX + 1] = {};
  addrinfo* found = nullptr;
  if (gethostname(host, sizeof(host) - 1) != 0 ||
      getaddrinfo(host, nullptr, nullptr, &found) != 0) {
    return "localhost";
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  char name[NI_MAXHOST] = {};
  const int failed = getnameinfo(addresses->ai_addr, addresses->ai_addrlen, name, sizeof(name),
                                 nullptr, 0, NI_NAMEREQD);
  return failed == 0 ? name : host;
}

}  // namespace kafka
