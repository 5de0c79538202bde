// AlterClientQuotas: sets and removes quotas of users, client ids and addresses (KIP-546). Each
// entity has its own answer.
//
//   v1  flexible
#include "broker/core/controller/client_quotas.h"
#include "broker/core/controller/controller.h"
#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_alter_client_quotas(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterClientQuotasRequest>(request);
  if (!message) {
    return;
  }
  const MetadataImage& image =
      node.is_active_controller() ? node.controller().state() : node.image();
  reply_each_when_committed(node, request.reply_to, alter_client_quotas(image, *message),
                            &AlterClientQuotasResponse::entries);
}

}  // namespace kafka
