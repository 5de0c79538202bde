// Raft, leading: the first record of an epoch, what is committed, who still listens, and leaving.
//
//   voters' log ends on disk    leader 120   voter 2 118   voter 3 97
//   high watermark                                 ^ 118: two of three have everything before it
//
// Only fetches tell the leader where a voter is, so silence is all it hears of a partition: without
// fetches of a majority for 1.5 fetch timeouts it must believe that another one leads by now, and
// resigns.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/raft/raft.h"

namespace kafka {

void Raft::become_leader(const std::vector<int32_t>& granting) {
  say(fmt::format("Leader in epoch {}", epoch_));
  role_ = QuorumRole::Leader;
  leader_ = own_address();
  active_ = false;
  elections_lost_ = 0;
  lost_ = false;
  epoch_start_offset_ = log_.end_offset();
  progress_.clear();
  for (const auto& [id, voter] : voters()) {
    if (id != config_.node_id) {
      progress_[{id, voter.directory_id}].last_fetch_ms = now_ms_;  // check_quorum counts from here
    }
  }
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
    // The 0-0 checkpoint of a formatted directory is no history: its voters are written here.
    KRaftVersionRecord version;
    version.k_raft_version = kraft_version();
    out_.control.emplace_back(version);
    out_.control.emplace_back(to_record(voters()));
  }
  log_.append(static_cast<int64_t>(out_.control.size()), epoch_);
}

void Raft::run_leader() {
  check_quorum();
  if (!is_leader()) {
    return;
  }
  send_begin_epoch();
  run_voter_change();
  for (const ParkedFetch& fetch : parked_) {
    run_at(fetch.deadline_ms);
  }
  answer_parked(false);
  constexpr int64_t observer_forgotten_ms = 300'000;
  std::erase_if(progress_, [&](const auto& entry) {
    return !is_voter_key(entry.first) &&
           now_ms_ - entry.second.last_fetch_ms >= observer_forgotten_ms;
  });
}

// The time since when a majority, with this node if it votes, has been heard from.
void Raft::check_quorum() {
  std::vector<int64_t> heard_ms;
  for (const auto& [id, voter] : voters()) {
    if (id == config_.node_id && is_voter()) {
      heard_ms.push_back(now_ms_);
    } else {
      const auto progress = progress_.find({id, voter.directory_id});
      heard_ms.push_back(progress == progress_.end() ? 0 : progress->second.last_fetch_ms);
    }
  }
  std::ranges::sort(heard_ms, std::greater<>());
  if (heard_ms[majority() - 1] == now_ms_) {
    return;
  }
  const int64_t patience_ms = config_.timeouts.fetch_ms * 3 / 2;
  const int64_t deadline_ms = heard_ms[majority() - 1] + patience_ms;
  if (now_ms_ < deadline_ms) {
    run_at(deadline_ms);
    return;
  }
  say(fmt::format("No majority of the voters has fetched for {} ms", patience_ms));
  become_resigned();
}

// To every voter that does not fetch: it may not know who leads.
void Raft::send_begin_epoch() {
  for (const auto& [id, voter] : voters()) {
    const auto to = address_of(id);
    if (id == config_.node_id || !to) {
      continue;
    }
    Progress& progress = progress_[{id, voter.directory_id}];
    if (now_ms_ < progress.next_begin_epoch_ms) {
      run_at(progress.next_begin_epoch_ms);
      continue;
    }
    progress.next_begin_epoch_ms = now_ms_ + config_.timeouts.fetch_ms / 2;
    run_at(progress.next_begin_epoch_ms);
    if (is_in_flight(raft_kind<BeginQuorumEpochRequest>, id)) {
      continue;
    }
    BeginQuorumEpochRequest request;
    request.cluster_id = config_.cluster_id;
    request.voter_id = id;
    auto& topic = request.topics.emplace_back();
    topic.topic_name = raft_topic;
    auto& partition = topic.partitions.emplace_back();
    partition.voter_directory_id = voter.directory_id;
    partition.leader_id = config_.node_id;
    partition.leader_epoch = epoch_;
    for (const VoterEndpoint& endpoint : config_.endpoints) {
      request.leader_endpoints.push_back({endpoint.listener, endpoint.host, endpoint.port});
    }
    send(*to, std::move(request));
  }
}

// --- What is committed ---

void Raft::advance_high_watermark() {
  std::vector<int64_t> ends;
  for (const auto& [id, voter] : voters()) {
    if (id == config_.node_id && is_voter()) {
      ends.push_back(is_on(Bug::LeaderCountsUnsynced) ? log_.end_offset() : durable_end_);
    } else {
      const auto progress = progress_.find({id, voter.directory_id});
      ends.push_back(progress == progress_.end() ? -1 : progress->second.log_end_offset);
    }
  }
  std::ranges::sort(ends, std::greater<>());
  const int64_t offset = ends[is_on(Bug::CommitsWithoutMajority) ? 0 : majority() - 1];
  if (offset > epoch_start_offset_ && offset > high_watermark_) {
    set_high_watermark(offset);
  }
}

void Raft::set_high_watermark(int64_t offset) {
  CHECK(offset > high_watermark_ && offset <= log_.end_offset(),
        "the high watermark would go from {} to {}, the log ends at {}", high_watermark_, offset,
        log_.end_offset());
  high_watermark_ = offset;
  out_.high_watermark = offset;
  if (!is_leader()) {
    return;
  }
  if (!std::exchange(active_, true)) {
    out_.became_leader = true;
  }
  if (change_ && change_->commit_offset >= 0 && change_->commit_offset < offset) {
    finish_change(ErrorCode::None);
  }
  answer_parked(false);
  if (!is_voter() && log_.voters().offset < offset) {
    say("This leader has been removed from the voters");
    become_resigned();
  }
}

// --- Leaving ---

void Raft::become_resigned() {
  std::vector<std::pair<int64_t, ReplicaKey>> candidates;  // the longest log first
  for (const auto& [id, voter] : voters()) {
    if (id != config_.node_id) {
      const auto progress = progress_.find({id, voter.directory_id});
      candidates.push_back({progress == progress_.end() ? -1 : progress->second.log_end_offset,
                            {id, voter.directory_id}});
    }
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &std::pair<int64_t, ReplicaKey>::first);
  say(fmt::format("Resigning in epoch {}", epoch_));
  leave_leadership();
  role_ = QuorumRole::Resigned;
  election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.election_ms);

  EndQuorumEpochRequest request;
  request.cluster_id = config_.cluster_id;
  auto& topic = request.topics.emplace_back();
  topic.topic_name = raft_topic;
  auto& partition = topic.partitions.emplace_back();
  partition.leader_id = config_.node_id;
  partition.leader_epoch = epoch_;
  for (const auto& [end, key] : candidates) {
    partition.preferred_successors.push_back(key.id);
    partition.preferred_candidates.push_back({key.id, key.directory_id});
  }
  for (const VoterEndpoint& endpoint : config_.endpoints) {
    request.leader_endpoints.push_back({endpoint.listener, endpoint.host, endpoint.port});
  }
  for (const auto& [end, key] : candidates) {
    if (const auto to = address_of(key.id)) {
      send(*to, request);
    }
  }
}

// --- What leaders tell others ---

namespace {

// The leader's endpoint that it names in a request, on the listener called as ours.
template <class Request>
std::optional<RaftAddress> leader_address(const Request& request, int32_t leader_id,
                                          const std::vector<VoterEndpoint>& own) {
  std::optional<RaftAddress> found;
  for (const auto& endpoint : request.leader_endpoints) {
    const bool same = !own.empty() && endpoint.name == own.front().listener;
    if (!found || same) {
      found = RaftAddress{leader_id, endpoint.host, endpoint.port};
    }
  }
  return found;
}

template <class Response>
Response answer_to_leader(ErrorCode error, bool at_top, const RaftAddress& leader, int32_t epoch,
                          bool with_endpoint) {
  Response response;
  if (at_top) {
    response.error_code = static_cast<int16_t>(error);
    return response;
  }
  auto& topic = response.topics.emplace_back();
  topic.topic_name = raft_topic;
  auto& partition = topic.partitions.emplace_back();
  partition.error_code = static_cast<int16_t>(error);
  partition.leader_id = leader.id;
  partition.leader_epoch = epoch;
  if (with_endpoint) {
    add_endpoint(leader, response);
  }
  return response;
}

}  // namespace

void Raft::handle(const raft_event::Request& event, const BeginQuorumEpochRequest& request) {
  const bool at_top =
      wrong_cluster(request.cluster_id) || metadata_partition(request.topics) == nullptr;
  const ErrorCode error = judge(request);
  reply(event.id, answer_to_leader<BeginQuorumEpochResponse>(error, at_top, leader_, epoch_,
                                                             event.version >= 1));
}

// What begin and end of an epoch have in common: whoever sends them claims to lead it.
template <class Request, class Claim>
ErrorCode Raft::judge_claim(const Request& request, const Claim* told) const {
  if (wrong_cluster(request.cluster_id)) {
    return ErrorCode::InconsistentClusterId;
  }
  if (told == nullptr || told->leader_id < 0) {
    return ErrorCode::InvalidRequest;
  }
  if (told->leader_epoch < epoch_) {
    return ErrorCode::FencedLeaderEpoch;
  }
  return ErrorCode::None;
}

ErrorCode Raft::judge(const BeginQuorumEpochRequest& request) {
  const auto* told = metadata_partition(request.topics);
  if (const ErrorCode error = judge_claim(request, told); error != ErrorCode::None) {
    return error;
  }
  if (told->leader_epoch == epoch_ && leader_.id >= 0 && leader_.id != told->leader_id) {
    say(fmt::format("Node {} says that it leads epoch {}, which {} leads", told->leader_id, epoch_,
                    leader_.id));
    return ErrorCode::InvalidRequest;
  }
  learn(told->leader_id, told->leader_epoch,
        leader_address(request, told->leader_id, config_.endpoints));
  if (!names_this_node(request.voter_id, told->voter_directory_id)) {
    return ErrorCode::InvalidVoterKey;
  }
  if (role_ == QuorumRole::Prospective && leader_.id == told->leader_id) {
    become_follower(epoch_, leader_);  // it lives after all
  }
  return ErrorCode::None;
}

void Raft::handle(const raft_event::Request& event, const EndQuorumEpochRequest& request) {
  const bool at_top =
      wrong_cluster(request.cluster_id) || metadata_partition(request.topics) == nullptr;
  const ErrorCode error = judge(request);
  reply(event.id, answer_to_leader<EndQuorumEpochResponse>(error, at_top, leader_, epoch_,
                                                           event.version >= 1));
}

// The first of the preferred candidates begins at once, the others wait a little longer each.
ErrorCode Raft::judge(const EndQuorumEpochRequest& request) {
  const auto* told = metadata_partition(request.topics);
  if (const ErrorCode error = judge_claim(request, told); error != ErrorCode::None) {
    return error;
  }
  learn(told->leader_id, told->leader_epoch,
        leader_address(request, told->leader_id, config_.endpoints));
  if (role_ != QuorumRole::Follower || leader_.id != told->leader_id || !may_lead()) {
    return ErrorCode::None;
  }
  std::vector<int32_t> order = told->preferred_successors;
  for (const auto& candidate : told->preferred_candidates) {
    order.push_back(candidate.candidate_id);
  }
  const auto place = std::ranges::find(order, config_.node_id) - order.begin();
  leader_gone_ = true;
  const int64_t step_ms = 2 * config_.timeouts.first_election_ms;
  const int64_t wait_ms = step_ms << std::min<int64_t>(place, 10);
  election_deadline_ms_ =
      place == 0 ? now_ms_
                 : now_ms_ + jittered(std::min(wait_ms, config_.timeouts.election_backoff_max_ms));
  return ErrorCode::None;
}

void Raft::handle(const InFlight& sent, const BeginQuorumEpochResponse& response) {
  const auto* answer = metadata_partition(response.topics);
  if (response.error_code != 0 || answer == nullptr) {
    say(fmt::format("Node {} does not follow: {}", sent.to.id,
                    name(static_cast<ErrorCode>(response.error_code))));
    return;
  }
  learn(answer->leader_id, answer->leader_epoch, endpoint_in(response, answer->leader_id));
}

void Raft::handle(const InFlight&, const EndQuorumEpochResponse& response) {
  if (const auto* answer = metadata_partition(response.topics)) {
    learn(answer->leader_id, answer->leader_epoch, endpoint_in(response, answer->leader_id));
  }
}

// --- DescribeQuorum ---

std::vector<ReplicaProgress> Raft::replicas(int64_t now_ms) const {
  std::vector<ReplicaProgress> replicas;
  if (!is_leader()) {
    return replicas;
  }
  const ReplicaKey own = progress_key(self());
  replicas.push_back({own, log_.end_offset(), now_ms, now_ms, is_voter()});
  for (const auto& [key, progress] : progress_) {
    replicas.push_back({key, progress.log_end_offset, progress.last_fetch_ms,
                        progress.last_caught_up_ms, is_voter_key(key)});
  }
  std::ranges::sort(replicas, {}, &ReplicaProgress::key);
  return replicas;
}

}  // namespace kafka
