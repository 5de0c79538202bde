#include "broker/core/raft/raft.h"

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {
namespace {

std::string ids_of(const VoterSet& voters) {
  std::string ids;
  for (const auto& [id, voter] : voters) {
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", id);
  }
  return ids;
}

// This node can form the quorum alone, or a sentence says why not.
Result<> check_quorum_of_one(const Raft::Config& config, const VoterSet& voters,
                             int16_t kraft_version) {
  if (voters.empty()) {
    return fail(ErrorCode::InvalidConfig,
                "the metadata quorum has no voter: set controller.quorum.voters, or format the "
                "metadata directory with kafka-storage.sh format --standalone");
  }
  const auto self = voters.find(config.node_id);
  if (self == voters.end()) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("node {} is not among the voters of the metadata quorum ({}); a broker "
                            "with its controllers on other nodes is not supported yet",
                            config.node_id, ids_of(voters)));
  }
  if (voters.size() > 1) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("the metadata quorum has {} voters ({}); a quorum of more than one is "
                            "not supported yet",
                            voters.size(), ids_of(voters)));
  }
  if (kraft_version >= 1 && self->second.directory_id != config.directory_id) {
    return fail(
        ErrorCode::InvalidConfig,
        fmt::format("the only voter is node {} with directory {}, but the metadata directory of "
                    "this node is {}: it is not the one that was formatted for this quorum",
                    config.node_id, self->second.directory_id.to_string(),
                    config.directory_id.to_string()));
  }
  return {};
}

}  // namespace

Result<Raft> Raft::create(const Config& config, const std::optional<QuorumState>& saved,
                          VoterSet voters, int16_t kraft_version, const LogState& log) {
  if (auto alone = check_quorum_of_one(config, voters, kraft_version); !alone) {
    return std::unexpected(std::move(alone.error()));
  }
  Raft raft(config, std::move(voters), kraft_version, log);
  // The file may be older than the log when it was restored or lost: the later epoch counts.
  raft.epoch_ = std::max(saved ? saved->leader_epoch : 0, log.last_epoch);
  return raft;
}

Raft::Raft(const Config& config, VoterSet voters, int16_t kraft_version, const LogState& log)
    : config_(config),
      voters_(std::move(voters)),
      kraft_version_(kraft_version),
      voters_in_log_(log.voters_in_log),
      end_offset_(log.end_offset) {}

RaftOutput Raft::step(const RaftEvent& event, int64_t now_ms) {
  return std::visit([&](const auto& happened) { return on(happened, now_ms); }, event);
}

// Unattached -> Candidate(epoch + 1) -> Leader: the only voter's own vote is the majority, so the
// candidate's state is never worth a write of its own.
RaftOutput Raft::on(const raft_event::Start&, int64_t now_ms) {
  CHECK(role_ == QuorumRole::Unattached, "started twice");
  role_ = QuorumRole::Leader;
  ++epoch_;
  epoch_start_offset_ = end_offset_;
  last_append_ms_ = now_ms;

  RaftOutput output;
  output.save = quorum_state();
  output.lead.emplace();
  output.lead->leader_id = config_.node_id;
  for (const auto& [id, voter] : voters_) {
    output.lead->voters.emplace_back().voter_id = id;
  }
  output.lead->granting_voters.emplace_back().voter_id = config_.node_id;
  output.append_voters = kraft_version_ >= 1 && !voters_in_log_;
  voters_in_log_ = voters_in_log_ || output.append_voters;
  return output;
}

RaftOutput Raft::on(const raft_event::Appended& event, int64_t now_ms) {
  CHECK(role_ == QuorumRole::Leader, "appended without leading");
  CHECK(event.end_offset > end_offset_, "the log end moved from {} to {}", end_offset_,
        event.end_offset);
  end_offset_ = event.end_offset;
  last_append_ms_ = now_ms;
  return {};
}

RaftOutput Raft::on(const raft_event::Flushed& event, int64_t) {
  CHECK(event.end_offset <= end_offset_, "{} is durable, but the log ends at {}",
        event.end_offset, end_offset_);
  RaftOutput output;
  const bool has_own_record = event.end_offset > epoch_start_offset_;
  if (role_ == QuorumRole::Leader && has_own_record && event.end_offset > high_watermark_) {
    high_watermark_ = event.end_offset;
    output.high_watermark = high_watermark_;
  }
  return output;
}

RaftOutput Raft::on(const raft_event::Resign&, int64_t) {
  role_ = QuorumRole::Resigned;
  return {};
}

QuorumState Raft::quorum_state() const {
  QuorumState state;
  state.leader_id = leader_id();
  state.leader_epoch = epoch_;
  state.data_version = kraft_version_ >= 1 ? 1 : 0;
  if (state.data_version == 0) {
    for (const auto& [id, voter] : voters_) {
      state.voters.push_back(id);
    }
  }
  return state;
}

}  // namespace kafka
