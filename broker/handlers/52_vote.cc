// Vote: a controller asks for this one's vote for an epoch, or, before it disturbs anybody, whether
// it would get it (pre-vote). Raft decides; a vote is on disk before it is answered.
//
//   v1  directory ids of candidate and voter (KIP-853)    v2  pre-vote (KIP-996)
#include "protocol/api/52_vote.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_vote(Node& node, Request& request) {
  ask_raft<VoteRequest>(node, request);
}

}  // namespace kafka
