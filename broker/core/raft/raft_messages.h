// The messages of raft, and how they are addressed.
//
// Every message of the metadata quorum names one topic with one partition, 0. The helpers here make
// such messages and find that partition in them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/api/01_fetch.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/52_vote.h"
#include "protocol/api/53_begin_quorum_epoch.h"
#include "protocol/api/54_end_quorum_epoch.h"
#include "protocol/api/59_fetch_snapshot.h"
#include "protocol/api/80_add_raft_voter.h"
#include "protocol/api/81_remove_raft_voter.h"
#include "protocol/api/82_update_raft_voter.h"

namespace kafka {

inline constexpr std::string_view raft_topic = "__cluster_metadata";

// A node that raft talks to. Bootstrap servers, whose id is not known, are -2, -3, ...
struct RaftAddress {
  int32_t id = -1;
  std::string host;
  uint16_t port = 0;

  friend bool operator==(const RaftAddress&, const RaftAddress&) = default;
};

// A replica: two disks under one id are two replicas. Static voters have no directory id.
struct ReplicaKey {
  int32_t id = -1;
  Uuid directory_id;

  friend bool operator==(const ReplicaKey&, const ReplicaKey&) = default;
  friend auto operator<=>(const ReplicaKey&, const ReplicaKey&) = default;
};

// ApiVersions is sent only: it asks who wants to become a voter for its kraft.version range.
using RaftRequest =
    std::variant<VoteRequest, BeginQuorumEpochRequest, EndQuorumEpochRequest, FetchRequest,
                 FetchSnapshotRequest, AddRaftVoterRequest, RemoveRaftVoterRequest,
                 UpdateRaftVoterRequest, ApiVersionsRequest>;

// The alternative with the same index answers the request with that index. Records in a
// FetchResponse or FetchSnapshotResponse are spans: they must live while the event is stepped.
using RaftResponse =
    std::variant<VoteResponse, BeginQuorumEpochResponse, EndQuorumEpochResponse, FetchResponse,
                 FetchSnapshotResponse, AddRaftVoterResponse, RemoveRaftVoterResponse,
                 UpdateRaftVoterResponse, ApiVersionsResponse>;

}  // namespace kafka
