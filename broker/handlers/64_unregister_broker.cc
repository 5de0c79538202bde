// UnregisterBroker: removes a broker from the cluster for good (kafka-cluster unregister). Its
// replicas stay assigned to it until they are reassigned; it leads and counts nowhere. A broker
// that still runs can register again.
#include "protocol/api/64_unregister_broker.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_unregister_broker(Node& node, Request& request) {
  const auto message = node.decode_or_close<UnregisterBrokerRequest>(request);
  if (!message || !decides_here<UnregisterBrokerResponse>(node, request)) {
    return;
  }
  auto batches = node.controller().decide_unregister_broker(message->broker_id);
  if (!batches) {
    node.reply(request.reply_to, failed_response<UnregisterBrokerResponse>(batches.error()));
    return;
  }
  UnregisterBrokerResponse response;
  response.error_message = std::nullopt;
  reply_when_committed(node, request.reply_to, std::move(*batches), response);
}

}  // namespace kafka
