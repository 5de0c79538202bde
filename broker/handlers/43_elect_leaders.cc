// ElectLeaders: gives partitions their preferred leader (the first replica) back, or, as an unclean
// election, any leader to those that have none (KIP-183, KIP-460). Without a list of partitions all
// are meant, and those that need no election are left out of the answer.
//
//   v0  preferred elections only    v1  election type, a top-level error    v2  flexible
#include "protocol/api/43_elect_leaders.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_elect_leaders(Node& node, Request& request) {
  const auto message = node.decode_or_close<ElectLeadersRequest>(request);
  if (!message || !decides_here<ElectLeadersResponse>(node, request)) {
    return;
  }
  reply_when_committed(node, request.reply_to, node.controller().decide_elect_leaders(*message));
}

}  // namespace kafka
