// DescribeClientQuotas: the quotas of the entities that a filter names (KIP-546), as far as this
// node has read the metadata.
//
//   v1  flexible
#include "broker/core/controller/client_quotas.h"
#include "broker/node/node.h"

namespace kafka {

void handle_describe_client_quotas(Node& node, Request& request) {
  if (const auto message = node.decode_or_close<DescribeClientQuotasRequest>(request)) {
    node.reply(request.reply_to, describe_client_quotas(node.image(), *message));
  }
}

}  // namespace kafka
