// Raft, elections: Unattached, Prospective, Candidate, and who gets this node's vote.
//
//   Prospective asks "would you vote for me?" in the current epoch. Voters that hear from a leader
//   say no, so a node that was cut off does not disturb the others when it comes back (KIP-996).
//   Candidate raises the epoch, votes for itself on disk, and asks for the votes themselves.
//
// A vote goes to a log that is not behind: later last epoch, or the same and not shorter. A majority
// has every committed record, so whoever gets a majority's votes has them too.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/raft/raft.h"

namespace kafka {
namespace {

// So often a leader that was reported gone is believed gone against a majority that disagrees.
constexpr int refusals_of_a_lost_leader_max = 4;

}  // namespace

void Raft::run_unattached() {
  if (may_lead() && !stopping_) {
    if (is_only_voter() || now_ms_ >= election_deadline_ms_) {
      become_prospective();
      return;
    }
    run_at(election_deadline_ms_);
  }
  run_discovery();
}

void Raft::become_prospective() {
  role_ = QuorumRole::Prospective;
  begin_voting();
}

void Raft::become_candidate() {
  role_ = QuorumRole::Candidate;
  ++epoch_;
  leader_ = {};
  voted_ = self();
  save();
  say(fmt::format("Candidate in epoch {}", epoch_));
  begin_voting();
}

void Raft::begin_voting() {
  lost_ = false;
  votes_.clear();
  vote_retry_ms_.clear();
  for (const auto& [id, voter] : voters()) {
    votes_[id] = id == config_.node_id ? Vote::Granted : Vote::Unknown;
  }
  election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.election_ms);
  count_votes();
}

void Raft::run_election() {
  if (!may_lead() || stopping_) {
    become_unattached(epoch_);
    return;
  }
  if (now_ms_ < election_deadline_ms_) {
    run_at(election_deadline_ms_);
    if (!lost_) {
      send_votes();
    }
    return;
  }
  if (role_ == QuorumRole::Candidate || lost_) {
    become_prospective();
    run_election();
  } else {
    give_up_election();
  }
}

void Raft::count_votes() {
  const auto with = [&](Vote vote) {
    return static_cast<size_t>(std::ranges::count_if(
        votes_, [&](const auto& entry) { return entry.second == vote; }));
  };
  if (with(Vote::Granted) >= majority()) {
    if (role_ == QuorumRole::Prospective) {
      become_candidate();
      return;
    }
    std::vector<int32_t> granting;
    for (const auto& [id, vote] : votes_) {
      if (vote == Vote::Granted) {
        granting.push_back(id);
      }
    }
    become_leader(granting);
  } else if (!lost_ && with(Vote::Refused) > 0 &&
             with(Vote::Granted) + with(Vote::Unknown) < majority()) {
    lose_election();  // where all are unreachable it goes on asking
  }
}

void Raft::lose_election() {
  ++elections_lost_;
  if (role_ == QuorumRole::Prospective && leader_.id >= 0 &&
      (!leader_gone_ || elections_lost_ >= refusals_of_a_lost_leader_max)) {
    give_up_election();
    return;
  }
  // Again soon, at random and each time later, so that two candidates do not meet for ever.
  lost_ = true;
  const int64_t limit_ms = std::max<int64_t>(1, config_.timeouts.election_backoff_max_ms / 2);
  const int64_t wait_ms = config_.timeouts.first_election_ms << std::min(elections_lost_ - 1, 10);
  election_deadline_ms_ = now_ms_ + jittered(std::min(wait_ms, limit_ms));
  run_at(election_deadline_ms_);
}

// Back to the leader that the others still have, or to looking for one.
void Raft::give_up_election() {
  if (leader_.id >= 0 && (!leader_gone_ || elections_lost_ >= refusals_of_a_lost_leader_max)) {
    become_follower(epoch_, leader_);
  } else {
    become_unattached(epoch_);
    election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.first_election_ms);
  }
}

void Raft::send_votes() {
  for (const auto& [id, vote] : votes_) {
    const auto to = address_of(id);
    const bool open = vote == Vote::Unknown || vote == Vote::Unreachable;
    if (!open || !to || is_in_flight(raft_kind<VoteRequest>, id)) {
      continue;
    }
    if (const int64_t retry_ms = vote_retry_ms_[id]; now_ms_ < retry_ms) {
      run_at(retry_ms);
      continue;
    }
    VoteRequest request;
    request.cluster_id = config_.cluster_id;
    request.voter_id = id;
    auto& topic = request.topics.emplace_back();
    topic.topic_name = raft_topic;
    auto& partition = topic.partitions.emplace_back();
    partition.replica_epoch = epoch_;
    partition.replica_id = config_.node_id;
    partition.replica_directory_id = config_.directory_id;
    partition.voter_directory_id = voters().at(id).directory_id;
    partition.last_offset_epoch = log_.last_epoch();
    partition.last_offset = log_.end_offset();
    partition.pre_vote = role_ == QuorumRole::Prospective;
    send(*to, std::move(request), role_ == QuorumRole::Prospective);
  }
}

// --- Voting for others ---

// The log must be as current as ours in every case. Then a pre-vote is a matter of whether a leader
// is heard from, and a vote of whether this epoch's is still to be had.
bool Raft::grants(const ReplicaKey& candidate, bool log_is_current, bool pre_vote) const {
  if (pre_vote) {
    switch (role_) {
      case QuorumRole::Leader: return log_is_current && high_watermark_ < 0;
      case QuorumRole::Follower: return log_is_current && (!has_fetched_ || leader_gone_);
      default: return log_is_current;
    }
  }
  if (voted_.id >= 0 && is_on(Bug::VotesTwice)) {
    return log_is_current;
  }
  if (voted_.id >= 0) {
    return voted_.id == candidate.id && (voted_.directory_id.is_zero() ||
                                         voted_.directory_id == candidate.directory_id);
  }
  const bool may = role_ == QuorumRole::Unattached || role_ == QuorumRole::Prospective;
  return may && leader_.id < 0 && log_is_current;
}

VoteResponse Raft::judge(const VoteRequest& request) {
  VoteResponse response;
  const auto* asked = metadata_partition(request.topics);
  if (wrong_cluster(request.cluster_id) || asked == nullptr) {
    response.error_code = static_cast<int16_t>(
        asked == nullptr ? ErrorCode::InvalidRequest : ErrorCode::InconsistentClusterId);
    return response;
  }
  auto& topic = response.topics.emplace_back();
  topic.topic_name = raft_topic;
  auto& answer = topic.partitions.emplace_back();
  const bool impossible =
      asked->replica_id < 0 || asked->last_offset < 0 || asked->last_offset_epoch < 0 ||
      (asked->pre_vote ? asked->last_offset_epoch > asked->replica_epoch
                       : asked->last_offset_epoch >= asked->replica_epoch);
  ErrorCode error = ErrorCode::None;
  if (impossible) {
    error = ErrorCode::InvalidRequest;
  } else if (asked->replica_epoch < epoch_) {
    error = ErrorCode::FencedLeaderEpoch;
  } else {
    if (asked->replica_epoch > epoch_) {
      become_unattached(asked->replica_epoch);
    }
    if (!names_this_node(request.voter_id, asked->voter_directory_id)) {
      error = ErrorCode::InvalidVoterKey;
    }
  }
  if (error == ErrorCode::None) {
    const ReplicaKey candidate{asked->replica_id, asked->replica_directory_id};
    const bool current = std::tuple(asked->last_offset_epoch, asked->last_offset) >=
                         std::tuple(log_.last_epoch(), log_.end_offset());
    answer.vote_granted =
        grants(candidate, current || is_on(Bug::VotesForShorterLogs), asked->pre_vote);
    if (answer.vote_granted && !asked->pre_vote && voted_.id < 0) {
      voted_ = candidate;
      role_ = QuorumRole::Unattached;  // its own pre-vote is over: this one may win
      lost_ = false;
      election_deadline_ms_ = now_ms_ + jittered(config_.timeouts.election_ms);
      save();
    }
  }
  answer.error_code = static_cast<int16_t>(error);
  answer.leader_id = leader_.id;
  answer.leader_epoch = epoch_;
  return response;
}

void Raft::handle(const raft_event::Request& event, const VoteRequest& request) {
  VoteResponse response = judge(request);
  if (event.version >= 1) {
    add_endpoint(leader_, response);
  }
  reply(event.id, std::move(response));
}

void Raft::handle(const InFlight& sent, const VoteResponse& response) {
  vote_retry_ms_[sent.to.id] = now_ms_ + config_.timeouts.retry_backoff_ms;
  const auto* answer = metadata_partition(response.topics);
  if (response.error_code != 0 || answer == nullptr) {
    say(fmt::format("Node {} refuses the vote: {}", sent.to.id,
                    name(static_cast<ErrorCode>(response.error_code))));
    return;
  }
  if (!learn(answer->leader_id, answer->leader_epoch,
             endpoint_in(response, answer->leader_id))) {
    return;
  }
  take_vote(sent, answer->error_code == 0 && answer->vote_granted ? Vote::Granted : Vote::Refused);
}

// A voter that knows no pre-vote has nothing against it: the vote itself will tell.
void Raft::vote_failed(const InFlight& sent, ErrorCode error) {
  const bool too_old = sent.pre_vote && error == ErrorCode::UnsupportedVersion;
  take_vote(sent, too_old ? Vote::Granted : Vote::Unreachable);
}

void Raft::take_vote(const InFlight& sent, Vote vote) {
  const QuorumRole asking = sent.pre_vote ? QuorumRole::Prospective : QuorumRole::Candidate;
  if (role_ == asking && sent.epoch == epoch_ && votes_.contains(sent.to.id)) {
    votes_[sent.to.id] = vote;
    count_votes();
  }
}

}  // namespace kafka
