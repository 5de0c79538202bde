// EndQuorumEpoch: the leader of the metadata quorum steps down and names who should follow it; the
// first one named begins an election at once.
//
//   v1  candidates by directory id, the leader's endpoints (KIP-853)
#include "protocol/api/54_end_quorum_epoch.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_end_quorum_epoch(Node& node, Request& request) {
  ask_raft<EndQuorumEpochRequest>(node, request);
}

}  // namespace kafka
