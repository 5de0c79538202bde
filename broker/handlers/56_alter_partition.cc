// AlterPartition: the leader of partitions asks the controller to change their ISR (KIP-497). Sent
// by brokers to the active controller. The whole request fails when the broker is not the one that
// is registered (STALE_BROKER_EPOCH); else each partition has its own answer, the partition as it
// is now or the reason why not.
//
//   v2  topics by id; INELIGIBLE_REPLICA and NEW_LEADER_ELECTED (KIP-841)
//   v3  the epoch of each broker of the new ISR (KIP-903)
#include "protocol/api/56_alter_partition.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_alter_partition(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterPartitionRequest>(request);
  if (!message || !decides_here<AlterPartitionResponse>(node, request)) {
    return;
  }
  auto decision = node.controller().decide_alter_partition(*message, request.version());
  reply_when_committed(node, request.reply_to, std::move(decision.batches),
                       std::move(decision.reply));
}

}  // namespace kafka
