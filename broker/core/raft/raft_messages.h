// The messages of raft, and how they are addressed.
//
// Every message of the metadata quorum names one topic with one partition, 0. The helpers here make
// such messages and find that partition in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
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

// The place of an alternative in RaftRequest, and of its answer in RaftResponse.
template <class Message, class Variant = RaftRequest>
constexpr size_t raft_kind = [] {
  return []<class... Each>(std::type_identity<std::variant<Each...>>) {
    size_t kind = 0;
    (void)((std::is_same_v<Message, Each> || (++kind, false)) || ...);
    return kind;
  }(std::type_identity<Variant>{});
}();

// The only partition of the only topic; null when a message names anything else, or more.
template <class Topics>
auto* metadata_partition(Topics& topics) {
  using Named = std::remove_reference_t<decltype(topics.front().partitions.front())>;
  const bool one = topics.size() == 1 && topics.front().partitions.size() == 1;
  bool named = false;
  Named* partition = nullptr;
  if (one) {
    auto& topic = topics.front();
    if constexpr (requires { topic.topic_id; }) {
      named = topic.topic_id == Uuid{0, 1} || (topic.topic_id.is_zero() && topic.topic == raft_topic);
    } else if constexpr (requires { topic.topic_name; }) {
      named = topic.topic_name == raft_topic;
    } else {
      named = topic.name == raft_topic;
    }
    partition = &topic.partitions.front();
    if constexpr (requires { partition->partition_index; }) {
      named = named && partition->partition_index == 0;
    } else if constexpr (requires { partition->partition; }) {
      named = named && partition->partition == 0;
    } else {
      named = named && partition->index == 0;
    }
  }
  return named ? partition : nullptr;
}

// The address of a node among the endpoints of an answer.
template <class Response>
std::optional<RaftAddress> endpoint_in(const Response& response, int32_t node_id) {
  for (const auto& endpoint : response.node_endpoints) {
    if (endpoint.node_id == node_id && node_id >= 0 && !endpoint.host.empty()) {
      return RaftAddress{node_id, endpoint.host, static_cast<uint16_t>(endpoint.port)};
    }
  }
  return std::nullopt;
}

template <class Response>
void add_endpoint(const RaftAddress& address, Response& response) {
  if (address.id >= 0 && !address.host.empty()) {
    auto& endpoint = response.node_endpoints.emplace_back();
    endpoint.node_id = address.id;
    endpoint.host = address.host;
    endpoint.port = address.port;
  }
}

}  // namespace kafka
