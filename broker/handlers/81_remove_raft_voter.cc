// RemoveRaftVoter: a voter leaves the metadata quorum (KIP-853). A leader that removes itself leads
// until that is committed, then resigns.
#include "protocol/api/81_remove_raft_voter.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_remove_raft_voter(Node& node, Request& request) {
  ask_raft<RemoveRaftVoterRequest>(node, request);
}

}  // namespace kafka
