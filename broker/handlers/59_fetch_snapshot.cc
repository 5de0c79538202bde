// FetchSnapshot: a part of a snapshot of the metadata log, for a replica whose place in the log is
// gone (KIP-630).
//
//   v1  the asker's directory id, the leader's endpoints (KIP-853)
#include "protocol/api/59_fetch_snapshot.h"

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_fetch_snapshot(Node& node, Request& request) {
  ask_raft<FetchSnapshotRequest>(node, request);
}

}  // namespace kafka
