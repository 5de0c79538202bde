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

// This node can find a quorum, or a sentence says why not.
Result<> check_quorum_can_be_found(const Raft::Config& config, const LogHistory::Voters& quorum) {
  if (quorum.voters.empty() && config.bootstrap_servers.empty()) {
    return fail(ErrorCode::InvalidConfig,
                "the metadata quorum has no voter: set controller.quorum.voters or "
                "controller.quorum.bootstrap.servers, or format the metadata directory with "
                "kafka-storage.sh format --standalone");
  }
  if (!config.is_controller) {
    return {};
  }
  const auto self = quorum.voters.find(config.node_id);
  if (quorum.kraft_version == 0 && !quorum.voters.empty() && self == quorum.voters.end()) {
    return fail(ErrorCode::InvalidConfig,
                fmt::format("node {} is a controller, but it is not among the voters of the "
                            "metadata quorum ({})",
                            config.node_id, ids_of(quorum.voters)));
  }
  if (quorum.kraft_version >= 1 && quorum.voters.size() == 1 && self != quorum.voters.end() &&
      self->second.directory_id != config.directory_id) {
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

std::string_view name(QuorumRole role) {
  constexpr std::string_view names[] = {"Unattached", "Prospective", "Candidate",
                                        "Leader",     "Follower",    "Resigned"};
  return names[static_cast<size_t>(role)];
}

Result<Raft> Raft::create(const Config& config, Random& random,
                          const std::optional<QuorumState>& saved, LogHistory log) {
  if (auto possible = check_quorum_can_be_found(config, log.voters()); !possible) {
    return std::unexpected(std::move(possible.error()));
  }
  Raft raft(config, random, std::move(log));
  // The file may be older than the log when it was restored or lost: the later epoch counts.
  raft.epoch_ = std::max(saved ? saved->leader_epoch : 0, raft.log_.last_epoch());
  return raft;
}

Raft::Raft(const Config& config, Random& random, LogHistory log)
    : config_(config),
      random_(random),
      log_(std::move(log)),
      durable_end_(log_.end_offset()) {}

bool Raft::is_voter() const {
  return config_.is_controller && is_voter_key(self());
}

bool Raft::is_voter_key(const ReplicaKey& key) const {
  const auto voter = voters().find(key.id);
  return voter != voters().end() &&
         (kraft_version() == 0 || voter->second.directory_id == key.directory_id);
}

RaftOutput Raft::step(const RaftEvent& event, int64_t now_ms) {
  now_ms_ = now_ms;
  std::visit([&](const auto& happened) { on(happened); }, event);
  return std::exchange(out_, {});
}

// The only voter's own vote is the majority, so that the candidate's state is never worth a write
// of its own.
void Raft::on(const raft_event::Start&) {
  CHECK(!started_, "started twice");
  CHECK(is_only_voter(), "a quorum of {}", voters().size());
  started_ = true;
  ++epoch_;
  become_leader({config_.node_id});
}

void Raft::become_leader(const std::vector<int32_t>& granting) {
  role_ = QuorumRole::Leader;
  leader_.id = config_.node_id;
  epoch_start_offset_ = log_.end_offset();
  save();
  LeaderChangeMessage change;
  change.leader_id = config_.node_id;
  for (const auto& [id, voter] : voters()) {
    change.voters.emplace_back().voter_id = id;
  }
  for (const int32_t id : granting) {
    change.granting_voters.emplace_back().voter_id = id;
  }
  out_.control.emplace_back(std::move(change));
  if (kraft_version() >= 1 && log_.end_offset() == 0) {
    KRaftVersionRecord version;
    version.k_raft_version = kraft_version();
    out_.control.emplace_back(version);
    out_.control.emplace_back(to_record(voters()));
  }
  log_.append(static_cast<int64_t>(out_.control.size()), epoch_);
}

void Raft::save() {
  QuorumState state;
  state.leader_id = leader_.id;
  state.leader_epoch = epoch_;
  state.data_version = kraft_version() >= 1 ? 1 : 0;
  if (state.data_version == 0 && is_voter()) {
    for (const auto& [id, voter] : voters()) {
      state.voters.push_back(id);
    }
  }
  out_.save = std::move(state);
}

void Raft::on(const raft_event::Appended& event) {
  CHECK(role_ == QuorumRole::Leader, "appended without leading");
  log_.append(event.end_offset - log_.end_offset(), epoch_);
}

void Raft::on(const raft_event::Flushed& event) {
  CHECK(event.end_offset <= log_.end_offset(), "{} is durable, but the log ends at {}",
        event.end_offset, log_.end_offset());
  durable_end_ = std::max(durable_end_, event.end_offset);
  if (is_leader() && durable_end_ > epoch_start_offset_ && durable_end_ > high_watermark_) {
    high_watermark_ = durable_end_;
    out_.high_watermark = high_watermark_;
    out_.became_leader = !std::exchange(active_, true);
  }
}

void Raft::on(const raft_event::Resign&) {
  role_ = QuorumRole::Resigned;
  leader_ = {};
  active_ = false;
}

bool Raft::handed_over() const {
  return !is_leader();
}

// Taking part with others follows.
void Raft::on(const raft_event::Request&) {}
void Raft::on(const raft_event::Response&) {}
void Raft::on(const raft_event::Failed&) {}
void Raft::on(const raft_event::Compacted&) {}
void Raft::on(const raft_event::SnapshotInstalled&) {}
void Raft::on(const raft_event::LeaderGone&) {}

}  // namespace kafka
