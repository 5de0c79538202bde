// VoterSet: who votes in the metadata quorum.
//
// Static voters (kraft.version 0) come from controller.quorum.voters, `id@host:port,...`, and have
// no directory ids. Dynamic voters (kraft.version 1, KIP-853) stand in the log and in snapshots as
// a Voters control record, each with the directory it was formatted with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/listeners.h"
#include "protocol/control_records.h"
#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

struct VoterEndpoint {
  std::string listener;
  std::string host;
  uint16_t port = 0;

  friend bool operator==(const VoterEndpoint&, const VoterEndpoint&) = default;
};

struct Voter {
  int32_t id = -1;
  Uuid directory_id;  // zero for a static voter
  std::vector<VoterEndpoint> endpoints;
  int16_t min_kraft_version = 0;
  int16_t max_kraft_version = 1;

  friend bool operator==(const Voter&, const Voter&) = default;
};

using VoterSet = std::map<int32_t, Voter>;

// The voters of controller.quorum.voters. `listener` is the first of controller.listener.names.
VoterSet static_voters(const std::vector<QuorumVoter>& voters, std::string_view listener);

// `id@host:port:directoryId,...` (kafka-storage format --initial-controllers). The error
// names the entry that is wrong. An IPv6 host stands in brackets.
Result<VoterSet> parse_initial_controllers(std::string_view text, std::string_view listener);

VotersRecord to_record(const VoterSet& voters);
VoterSet from_record(const VotersRecord& record);

}  // namespace kafka
