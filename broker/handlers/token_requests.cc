#include "broker/handlers/token_requests.h"

#include <algorithm>

namespace kafka {

bool may_ask_for_tokens(const Node& node, const ConnectionInfo& connection) {
  constexpr std::string_view anonymous = "User:ANONYMOUS";
  const auto& listeners = node.config().listeners;
  const auto found = std::ranges::find(listeners, connection.listener, &Listener::name);
  return found != listeners.end() && found->protocol != SecurityProtocol::Plaintext &&
         connection.principal != anonymous;
}

}  // namespace kafka
