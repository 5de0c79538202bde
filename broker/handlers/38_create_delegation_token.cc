// CreateDelegationToken: a token with which others can authenticate as its owner until it expires
// (KIP-48). The answer holds its secret, which is told nobody else.
//
//   v1  throttled replies go out first    v2  flexible    v3  for another owner (KIP-373)
#include "broker/core/controller/delegation_tokens.h"
#include "broker/handlers/token_requests.h"

namespace kafka {

void handle_create_delegation_token(Node& node, Request& request) {
  const auto message = node.decode_or_close<CreateDelegationTokenRequest>(request);
  if (!message || !tokens_allowed<CreateDelegationTokenResponse>(node, request) ||
      !decides_here<CreateDelegationTokenResponse>(node, request)) {
    return;
  }
  auto outcome = DelegationTokens(node.controller().state(), node.config())
                     .create(*message, request.connection->principal, node.now_ms(), node.random());
  reply_when_committed(node, request.reply_to,
                       Decision{std::move(outcome.records), std::move(outcome.reply)});
}

}  // namespace kafka
