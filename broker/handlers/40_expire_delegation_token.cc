// ExpireDelegationToken: brings the expiry of a token forward, or, with a negative period, removes
// it at once (KIP-48). Its owner and its renewers may.
//
//   v1  throttled replies go out first    v2  flexible
#include "broker/core/controller/delegation_tokens.h"
#include "broker/handlers/token_requests.h"

namespace kafka {

void handle_expire_delegation_token(Node& node, Request& request) {
  const auto message = node.decode_or_close<ExpireDelegationTokenRequest>(request);
  if (!message || !tokens_allowed<ExpireDelegationTokenResponse>(node, request) ||
      !decides_here<ExpireDelegationTokenResponse>(node, request)) {
    return;
  }
  auto outcome = DelegationTokens(node.controller().state(), node.config())
                     .expire(*message, request.connection->principal, node.now_ms());
  reply_when_committed(node, request.reply_to,
                       Decision{std::move(outcome.records), std::move(outcome.reply)});
}

}  // namespace kafka
