#include "broker/config/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace kafka {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::optional<int32_t> parse_number(std::string_view text) {
  int32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool is_host(std::string_view host) {
  return std::ranges::all_of(host, [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("-%._:").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// host:port or [host]:port. The host may be empty; the port is from 0 to 65535.
std::optional<HostPort> parse_host_port(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::optional<int32_t> port = parse_number(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  if (!port || *port < 0 || *port > 65535 || !is_host(host)) {
    return std::nullopt;
  }
  return HostPort{std::string(host), *port};
}

std::optional<SecurityProtocol> parse_protocol(std::string_view text) {
  for (SecurityProtocol protocol : {SecurityProtocol::Plaintext, SecurityProtocol::Ssl,
                                    SecurityProtocol::SaslPlaintext, SecurityProtocol::SaslSsl}) {
    if (upper(text) == name(protocol)) {
      return protocol;
    }
  }
  return std::nullopt;
}

Result<Listener> parse_listener(std::string_view key, std::string_view text,
                                const SecurityMap& protocols) {
  size_t separator = text.find("://");
  std::optional<HostPort> address = separator == std::string_view::npos
                                        ? std::nullopt
                                        : parse_host_port(text.substr(separator + 3));
  if (!address || separator == 0) {
    return invalid_config(
        fmt::format("Invalid value {} for configuration {}: a listener is written "
                    "NAME://host:port, as in PLAINTEXT://localhost:9092",
                    text, key));
  }
  Listener listener{upper(text.substr(0, separator)), address->host, address->port, {}};
  auto protocol = protocols.find(listener.name);
  if (protocol == protocols.end()) {
    return invalid_config(
        fmt::format("Invalid value {} for configuration {}: No security protocol "
                    "defined for listener {}; add {}:PLAINTEXT to "
                    "listener.security.protocol.map",
                    text, key, listener.name, listener.name));
  }
  listener.protocol = protocol->second;
  return listener;
}

}  // namespace

std::string_view name(SecurityProtocol protocol) {
  switch (protocol) {
    case SecurityProtocol::Plaintext:
      return "PLAINTEXT";
    case SecurityProtocol::Ssl:
      return "SSL";
    case SecurityProtocol::SaslPlaintext:
      return "SASL_PLAINTEXT";
    case SecurityProtocol::SaslSsl:
      return "SASL_SSL";
  }
  return "UNKNOWN";
}

Result<SecurityMap> parse_security_map(std::string_view value) {
  SecurityMap protocols;
  for (const std::string& entry : split_list(value)) {
    size_t colon = entry.rfind(':');
    std::optional<SecurityProtocol> protocol =
        colon == std::string::npos ? std::nullopt : parse_protocol(entry.substr(colon + 1));
    if (!protocol || colon == 0) {
      return invalid_config(fmt::format(
          "Invalid value {} for configuration listener.security.protocol.map: entries are written "
          "NAME:PROTOCOL, and a protocol is one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL",
          entry));
    }
    protocols[upper(entry.substr(0, colon))] = *protocol;
  }
  return protocols;
}

Result<std::vector<Listener>> parse_listeners(std::string_view key, std::string_view value,
                                              const SecurityMap& protocols) {
  std::vector<Listener> listeners;
  for (const std::string& text : split_list(value)) {
    Result<Listener> listener = parse_listener(key, text, protocols);
    if (!listener) {
      return std::unexpected(listener.error());
    }
    if (std::ranges::find(listeners, listener->name, &Listener::name) != listeners.end()) {
      return invalid_config(fmt::format(
          "Invalid value {} for configuration {}: Each listener must have a different name", value,
          key));
    }
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

Result<std::vector<QuorumVoter>> parse_voters(std::string_view value) {
  std::vector<QuorumVoter> voters;
  for (const std::string& entry : split_list(value)) {
    size_t at = entry.find('@');
    std::optional<int32_t> id =
        at == std::string::npos ? std::nullopt : parse_number(entry.substr(0, at));
    std::optional<HostPort> address =
        at == std::string::npos ? std::nullopt : parse_host_port(entry.substr(at + 1));
    if (!id || *id < 0 || !address || address->host.empty()) {
      return invalid_config(
          fmt::format("Invalid value {} for configuration controller.quorum.voters: "
                      "Each entry should be in the form {{id}}@{{host}}:{{port}}, as in "
                      "1@localhost:9093",
                      entry));
    }
    if (address->host == "0.0.0.0") {
      return invalid_config(
          fmt::format("Invalid value {} for configuration controller.quorum.voters: "
                      "Host string (0.0.0.0) is not routeable",
                      entry));
    }
    if (std::ranges::find(voters, *id, &QuorumVoter::id) != voters.end()) {
      return invalid_config(
          fmt::format("Invalid value {} for configuration controller.quorum.voters: "
                      "the id {} stands there twice",
                      value, *id));
    }
    voters.push_back({*id, address->host, address->port});
  }
  return voters;
}

Result<std::vector<HostPort>> parse_bootstrap_servers(std::string_view value) {
  std::vector<HostPort> servers;
  for (const std::string& entry : split_list(value)) {
    std::optional<HostPort> address = parse_host_port(entry);
    if (!address || address->host.empty()) {
      return invalid_config(fmt::format(
          "Invalid value {} for configuration controller.quorum.bootstrap.servers: Each entry "
          "should be in the form {{host}}:{{port}}, as in localhost:9093",
          entry));
    }
    servers.push_back(std::move(*address));
  }
  return servers;
}

std::string to_string(const HostPort& address) {
  bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

}  // namespace kafka
