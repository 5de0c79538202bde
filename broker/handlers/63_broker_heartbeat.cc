// BrokerHeartbeat: a registered broker says that it is alive, how far it has read the metadata, and
// what it wants: to be fenced or not, to shut down. What it becomes is decided in
// core/controller/heartbeats.cc; silence for broker.session.timeout.ms fences it.
//
// STALE_BROKER_EPOCH when it is not the one that is registered under its id.
//
//   v1  directories that went offline (KIP-858)    v2  cordoned directories (KIP-1066)
#include "protocol/api/63_broker_heartbeat.h"

#include "broker/handlers/controller_decision.h"
#include "broker/node/broker_failures.h"

namespace kafka {

void handle_broker_heartbeat(Node& node, Request& request) {
  const auto message = node.decode_or_close<BrokerHeartbeatRequest>(request);
  if (!message || !decides_here<BrokerHeartbeatResponse>(node, request)) {
    return;
  }
  auto decision = node.controller().decide_heartbeat(*message);
  if (!decision) {
    node.reply(request.reply_to, failed_response<BrokerHeartbeatResponse>(decision.error()));
    return;
  }
  node.failures().on_contact(request.reply_to, message->broker_id, message->broker_epoch);
  reply_when_committed(node, request.reply_to, std::move(decision->batches), decision->reply);
  node.controller().note_heartbeat(*message, node.now_ms());
}

}  // namespace kafka
