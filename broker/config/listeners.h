// Listeners: `listeners`, `advertised.listeners`, the security map and the quorum's addresses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_def.h"
#include "protocol/result.h"

namespace kafka {

// Numbers as RegisterBroker records carry them.
enum class SecurityProtocol : int16_t { Plaintext = 0, Ssl = 1, SaslPlaintext = 2, SaslSsl = 3 };

std::string_view name(SecurityProtocol protocol);

// NAME://host:port. An empty host binds to every address; port 0 takes a free one.
struct Listener {
  std::string name;
  std::string host;
  int32_t port = 0;
  SecurityProtocol protocol = SecurityProtocol::Plaintext;

  friend bool operator==(const Listener&, const Listener&) = default;
};

// id@host:port of controller.quorum.voters.
struct QuorumVoter {
  int32_t id = 0;
  std::string host;
  int32_t port = 0;

  friend bool operator==(const QuorumVoter&, const QuorumVoter&) = default;
};

// host:port of controller.quorum.bootstrap.servers.
struct HostPort {
  std::string host;
  int32_t port = 0;

  friend bool operator==(const HostPort&, const HostPort&) = default;
};

using SecurityMap = std::map<std::string, SecurityProtocol, std::less<>>;

Result<SecurityMap> parse_security_map(std::string_view value);

// `key` is the property's name, for the error.
Result<std::vector<Listener>> parse_listeners(std::string_view key, std::string_view value,
                                              const SecurityMap& protocols);
Result<std::vector<QuorumVoter>> parse_voters(std::string_view value);
Result<std::vector<HostPort>> parse_bootstrap_servers(std::string_view value);

// host:port, with brackets around an IPv6 host.
std::string to_string(const HostPort& address);

}  // namespace kafka
