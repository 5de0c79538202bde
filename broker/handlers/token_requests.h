// What the requests about delegation tokens have in common: a token speaks for somebody, so only
// somebody who is known may ask for one. On a PLAINTEXT listener, and for an anonymous client, the
// answer is DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.
#pragma once

#include "broker/handlers/controller_decision.h"

namespace kafka {

bool may_ask_for_tokens(const Node& node, const ConnectionInfo& connection);

// False after answering that it may not.
template <class Response>
bool tokens_allowed(Node& node, const Request& request) {
  if (may_ask_for_tokens(node, *request.connection)) {
    return true;
  }
  node.reply(request.reply_to,
             failed_response<Response>({ErrorCode::DelegationTokenRequestNotAllowed, {}}));
  return false;
}

}  // namespace kafka
