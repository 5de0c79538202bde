// DescribeDelegationToken: the tokens of owners, or all of them (KIP-48).
//
//   v1  throttled replies go out first    v2  flexible    v3  who asked for the token (KIP-373)
#include "broker/core/controller/delegation_tokens.h"
#include "broker/handlers/token_requests.h"

namespace kafka {

void handle_describe_delegation_token(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeDelegationTokenRequest>(request);
  if (message && tokens_allowed<DescribeDelegationTokenResponse>(node, request)) {
    node.reply(request.reply_to, DelegationTokens(node.image(), node.config()).describe(*message));
  }
}

}  // namespace kafka
