// AddRaftVoter: an observer of the metadata quorum becomes a voter (KIP-853). The leader asks the new
// voter for its kraft.version, appends the new set, and answers when that is committed.
//
//   v1  the answer may come as soon as the set is appended (KIP-1186)
#include "protocol/api/80_add_raft_voter.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_add_raft_voter(Node& node, Request& request) {
  ask_raft<AddRaftVoterRequest>(node, request);
}

}  // namespace kafka
