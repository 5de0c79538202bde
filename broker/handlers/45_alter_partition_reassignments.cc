// AlterPartitionReassignments: moves replicas of partitions to other brokers, or takes a running
// move back (replicas: null) (KIP-455). The answer says that the move is written down, not that the
// data has moved; ListPartitionReassignments tells what still runs.
//
//   v1  may refuse changes of the replication factor (KIP-1005)
#include "protocol/api/45_alter_partition_reassignments.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_alter_partition_reassignments(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterPartitionReassignmentsRequest>(request);
  if (!message || !decides_here<AlterPartitionReassignmentsResponse>(node, request)) {
    return;
  }
  reply_when_committed(node, request.reply_to,
                       node.controller().decide_reassign_partitions(*message));
}

}  // namespace kafka
