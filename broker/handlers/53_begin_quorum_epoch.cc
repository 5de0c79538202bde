// BeginQuorumEpoch: the leader of the metadata quorum makes itself known to a voter.
//
//   v1  the leader's endpoints, the voter's directory id (KIP-853)
#include "protocol/api/53_begin_quorum_epoch.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_begin_quorum_epoch(Node& node, Request& request) {
  ask_raft<BeginQuorumEpochRequest>(node, request);
}

}  // namespace kafka
