// UpdateRaftVoter: a voter tells the leader where it listens now and which kraft.version it speaks
// (KIP-853).
#include "protocol/api/82_update_raft_voter.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_update_raft_voter(Node& node, Request& request) {
  ask_raft<UpdateRaftVoterRequest>(node, request);
}

}  // namespace kafka
