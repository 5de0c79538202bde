// Heartbeat: a member is alive. The answer is how it learns of a rebalance: REBALANCE_IN_PROGRESS
// says rejoin, ILLEGAL_GENERATION that it missed one, UNKNOWN_MEMBER_ID that it was given up.
//
//   v3  group.instance.id (KIP-345)    v4  flexible
#include "protocol/api/12_heartbeat.h"

#include "broker/core/group/coordinator.h"
#include "broker/node/node.h"

namespace kafka {

void handle_heartbeat(Node& node, Request& request) {
  const auto message = node.decode_or_close<HeartbeatRequest>(request);
  if (!message) {
    return;
  }
  HeartbeatResponse response;
  response.error_code = static_cast<int16_t>(node.groups().heartbeat(*message, node.now_ms()));
  node.reply(request.reply_to, response);
}

}  // namespace kafka
