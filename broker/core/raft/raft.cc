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
  raft.saved_ = saved;
  if (saved && saved->leader_epoch == raft.epoch_) {
    raft.voted_ = raft.vote_in(*saved);
  }
  return raft;
}

Raft::Raft(const Config& config, Random& random, LogHistory log)
    : config_(config),
      random_(random),
      log_(std::move(log)),
      newest_snapshot_(log_.start()),
      durable_end_(log_.end_offset()) {}

// --- Who is who ---

bool Raft::is_voter() const {
  return config_.is_controller && is_voter_key(self());
}

bool Raft::is_voter_key(const ReplicaKey& key) const {
  const auto voter = voters().find(key.id);
  return voter != voters().end() &&
         (kraft_version() == 0 || voter->second.directory_id == key.directory_id);
}

// A voter, or one whose removal is not known to be committed: the others may not have heard of it,
// and then nobody else has a log that is current.
bool Raft::may_lead() const {
  if (is_voter()) {
    return true;
  }
  const LogHistory::Voters& last = log_.voters();
  const VoterSet& before = log_.voters_before(last.offset).voters;
  const auto self_before = before.find(config_.node_id);
  return config_.is_controller && last.offset >= high_watermark_ && self_before != before.end() &&
         self_before->second.directory_id == config_.directory_id;
}

bool Raft::names_this_node(int32_t id, const Uuid& directory_id) const {
  return (id < 0 || id == config_.node_id) &&
         (directory_id.is_zero() || directory_id == config_.directory_id);
}

bool Raft::wrong_cluster(const std::optional<std::string>& cluster_id) const {
  return cluster_id && *cluster_id != config_.cluster_id;
}

RaftAddress Raft::own_address() const {
  if (config_.endpoints.empty()) {
    return {config_.node_id, {}, 0};
  }
  return {config_.node_id, config_.endpoints.front().host, config_.endpoints.front().port};
}

// On the listener that this node's own quorum listener is called, or else on its first one.
std::optional<RaftAddress> Raft::address_of(int32_t voter_id) const {
  const auto voter = voters().find(voter_id);
  if (voter == voters().end() || voter->second.endpoints.empty()) {
    return std::nullopt;
  }
  const VoterEndpoint* found = &voter->second.endpoints.front();
  for (const VoterEndpoint& endpoint : voter->second.endpoints) {
    if (!config_.endpoints.empty() && endpoint.listener == config_.endpoints.front().listener) {
      found = &endpoint;
    }
  }
  return RaftAddress{voter_id, found->host, found->port};
}

// What only the leader may answer, and only in the epoch that both know.
ErrorCode Raft::check_leader_request(int32_t epoch) const {
  if (epoch < epoch_) {
    return ErrorCode::FencedLeaderEpoch;
  }
  if (epoch > epoch_) {
    return ErrorCode::UnknownLeaderEpoch;
  }
  return is_leader() ? ErrorCode::None : ErrorCode::NotLeaderOrFollower;
}

// --- Events ---

RaftOutput Raft::step(const RaftEvent& event, int64_t now_ms) {
  now_ms_ = now_ms;
  next_deadline_ms_ = INT64_MAX;
  std::visit([&](const auto& happened) { on(happened); }, event);
  if (started_) {
    run_state();
  }
  return std::exchange(out_, {});
}

void Raft::on(const raft_event::Start&) {
  CHECK(!started_, "started twice");
  started_ = true;
  // The first election is tried soon: a pre-vote disturbs nobody, and a leader that lives is found
  // by the answers.
  election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.first_election_ms);
}

void Raft::on(const raft_event::Request& event) {
  std::visit([&](const auto& request) { handle(event, request); }, event.request);
}

void Raft::on(const raft_event::Response& event) {
  const auto sent = in_flight_.extract(event.id);
  CHECK(!sent.empty(), "an answer to message {}, which is not under way", event.id);
  CHECK(sent.mapped().kind == event.response.index(), "message {} was answered by kind {}",
        event.id, event.response.index());
  std::visit([&](const auto& response) { handle(sent.mapped(), response); }, event.response);
}

void Raft::on(const raft_event::Failed& event) {
  const auto found = in_flight_.extract(event.id);
  CHECK(!found.empty(), "message {} failed, which is not under way", event.id);
  const InFlight& sent = found.mapped();
  const int64_t retry_ms = now_ms_ + config_.timeouts.retry_backoff_ms;
  switch (sent.kind) {
    case raft_kind<VoteRequest>:
      vote_retry_ms_[sent.to.id] = retry_ms;
      vote_failed(sent, event.error);
      return;
    case raft_kind<FetchRequest>:
    case raft_kind<FetchSnapshotRequest>:
      next_fetch_ms_ = std::max(next_fetch_ms_, retry_ms);
      return;
    case raft_kind<ApiVersionsRequest>:
      finish_change(ErrorCode::RequestTimedOut, "The new voter could not be reached.");
      return;
    default: return;  // BeginQuorumEpoch and UpdateRaftVoter come again by their timers
  }
}

void Raft::on(const raft_event::Appended& event) {
  CHECK(is_leader(), "appended without leading");
  log_.append(event.end_offset - log_.end_offset(), epoch_);
  answer_parked(false);
}

void Raft::on(const raft_event::Flushed& event) {
  CHECK(event.end_offset <= log_.end_offset(), "{} is durable, but the log ends at {}",
        event.end_offset, log_.end_offset());
  durable_end_ = std::max(durable_end_, event.end_offset);
  if (is_leader()) {
    advance_high_watermark();
  }
}

void Raft::on(const raft_event::LeaderGone& event) {
  if (role_ != QuorumRole::Follower || event.node_id != leader_.id) {
    return;
  }
  say(fmt::format("Leader {} of epoch {} is gone", leader_.id, epoch_));
  if (!may_lead()) {
    become_unattached(epoch_);
    return;
  }
  leader_gone_ = true;
  const auto spread_ms = static_cast<uint64_t>(config_.timeouts.first_election_ms);
  election_deadline_ms_ = now_ms_ + static_cast<int64_t>(random_.below(spread_ms));
}

void Raft::on(const raft_event::Resign&) {
  stopping_ = true;
  if (is_leader()) {
    handing_over_ = !is_only_voter();
    become_resigned();
  }
}

// --- States ---

// Does what is due, which may lead to the next state and to what is due there.
void Raft::run_state() {
  QuorumRole before{};
  do {
    before = role_;
    switch (role_) {
      case QuorumRole::Unattached: run_unattached(); break;
      case QuorumRole::Prospective:
      case QuorumRole::Candidate: run_election(); break;
      case QuorumRole::Leader: run_leader(); break;
      case QuorumRole::Follower: run_follower(); break;
      case QuorumRole::Resigned:
        if (stopping_) {
          break;
        }
        if (now_ms_ >= election_deadline_ms_) {
          become_unattached(epoch_ + 1);
        } else {
          run_at(election_deadline_ms_);
        }
        break;
    }
  } while (role_ != before);
}

void Raft::become_unattached(int32_t epoch) {
  CHECK(epoch >= epoch_, "epoch {} after {}", epoch, epoch_);
  leave_leadership();
  if (epoch > epoch_) {
    voted_ = {};
    say(fmt::format("Unattached in epoch {}", epoch));
  }
  epoch_ = epoch;
  role_ = QuorumRole::Unattached;
  leader_ = {};
  snapshot_fetch_.reset();
  next_fetch_ms_ = now_ms_;
  discovery_tries_ = 0;
  lost_ = false;
  election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.election_ms);
  save();
}

void Raft::become_follower(int32_t epoch, RaftAddress leader) {
  CHECK(epoch >= epoch_, "epoch {} after {}", epoch, epoch_);
  CHECK(leader.id != config_.node_id, "node {} would follow itself", leader.id);
  leave_leadership();
  if (epoch > epoch_) {
    voted_ = {};
  }
  say(fmt::format("Following leader {} at {}:{} in epoch {}", leader.id, leader.host, leader.port,
                  epoch));
  epoch_ = epoch;
  role_ = QuorumRole::Follower;
  leader_ = std::move(leader);
  has_fetched_ = false;
  leader_gone_ = false;
  elections_lost_ = 0;
  lost_ = false;
  handing_over_ = false;
  snapshot_fetch_.reset();
  next_fetch_ms_ = now_ms_;
  next_update_voter_ms_ = now_ms_ + config_.timeouts.fetch_ms;
  election_deadline_ms_ = fetch_deadline_ms();
  save();
}

void Raft::leave_leadership() {
  if (!is_leader()) {
    return;
  }
  role_ = QuorumRole::Unattached;  // the caller's next one is not known here
  leader_ = {};
  active_ = false;
  out_.became_leader = false;  // begun in this very step, and nobody has heard of it
  out_.lost_leadership = true;
  finish_change(ErrorCode::NotLeaderOrFollower, "This node does not lead the quorum any more.");
  answer_parked(true);
  progress_.clear();
  updated_voters_.clear();
}

bool Raft::learn(int32_t leader_id, int32_t epoch, const std::optional<RaftAddress>& address) {
  if (epoch < epoch_) {
    return false;
  }
  if (epoch == epoch_ && (leader_id < 0 || leader_id == config_.node_id || leader_.id >= 0)) {
    return true;
  }
  const auto at = leader_id < 0 || address ? address : address_of(leader_id);
  if (leader_id >= 0 && leader_id != config_.node_id && at) {
    become_follower(epoch, *at);
  } else if (epoch > epoch_) {
    become_unattached(epoch);
    if (leader_id == config_.node_id) {
      voted_ = self();  // in a life that this node forgot
      save();
    }
  }
  return true;
}

void Raft::save() {
  QuorumState state;
  state.leader_id = leader_.id;
  state.leader_epoch = epoch_;
  if (!is_leader()) {
    state.voted_id = voted_.id;
    state.voted_directory_id = voted_.directory_id;
  }
  state.data_version = kraft_version() >= 1 ? 1 : 0;
  if (state.data_version == 0 && config_.is_controller) {
    for (const auto& [id, voter] : voters()) {
      state.voters.push_back(id);
    }
  }
  if (state != saved_) {
    const bool urgent_before = out_.save && !out_.save_may_wait;
    out_.save_may_wait = !urgent_before && saved_ && same_promises(state, *saved_);
    saved_ = state;
    out_.save = std::move(state);
  }
}

// Who led an epoch voted for itself in it. Where another led, a leader is known that way only.
ReplicaKey Raft::vote_in(const QuorumState& state) const {
  return state.leader_id == config_.node_id
             ? self()
             : ReplicaKey{state.voted_id, state.voted_directory_id};
}

bool Raft::same_promises(const QuorumState& a, const QuorumState& b) const {
  return a.leader_epoch == b.leader_epoch && vote_in(a) == vote_in(b) && a.voters == b.voters &&
         a.data_version == b.data_version;
}

void Raft::run_at(int64_t deadline_ms) {
  next_deadline_ms_ = std::min(next_deadline_ms_, std::max(deadline_ms, now_ms_ + 1));
}

int64_t Raft::jittered(int64_t ms) {
  return ms + static_cast<int64_t>(random_.below(static_cast<uint64_t>(std::max<int64_t>(ms, 1))));
}

// Followers fetch in step with each other; a little apart, they do not all become candidates at
// once and split the votes.
int64_t Raft::fetch_deadline_ms() {
  const auto spread_ms = static_cast<uint64_t>(4 * config_.timeouts.first_election_ms);
  return now_ms_ + config_.timeouts.fetch_ms + static_cast<int64_t>(random_.below(spread_ms));
}

void Raft::send(const RaftAddress& to, RaftRequest request, bool pre_vote) {
  const uint64_t id = ++last_send_;
  in_flight_[id] = {to, request.index(), epoch_, pre_vote};
  out_.sends.push_back({id, to, std::move(request)});
}

bool Raft::is_in_flight(size_t kind, int32_t to) const {
  return std::ranges::any_of(in_flight_, [&](const auto& entry) {
    const InFlight& sent = entry.second;
    return sent.kind == kind && sent.to.id == to && sent.epoch == epoch_;
  });
}

void Raft::reply(uint64_t id, RaftResponse response) {
  out_.replies.push_back({id, std::move(response), {}, {}});
}

}  // namespace kafka
