// DescribeUserScramCredentials: which SCRAM mechanisms users have credentials for, and with how
// many iterations (KIP-554). Never the credentials.
#include "broker/core/controller/scram.h"
#include "broker/node/node.h"

namespace kafka {

void handle_describe_user_scram_credentials(Node& node, Request& request) {
  if (const auto message = node.decode_or_close<DescribeUserScramCredentialsRequest>(request)) {
    node.reply(request.reply_to, describe_scram_credentials(node.image(), *message));
  }
}

}  // namespace kafka
