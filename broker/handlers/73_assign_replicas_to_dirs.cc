// AssignReplicasToDirs: a broker with several log directories tells the controller in which of them
// its replicas are (KIP-858), so that the loss of a directory takes away just those.
#include "protocol/api/73_assign_replicas_to_dirs.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_assign_replicas_to_dirs(Node& node, Request& request) {
  const auto message = node.decode_or_close<AssignReplicasToDirsRequest>(request);
  if (!message || !decides_here<AssignReplicasToDirsResponse>(node, request)) {
    return;
  }
  auto decision = node.controller().decide_assign_directories(*message);
  reply_when_committed(node, request.reply_to, std::move(decision.batches),
                       std::move(decision.reply));
}

}  // namespace kafka
