// Raft, changes of the voters (KIP-853): one voter comes, goes or moves at a time.
//
//   AddRaftVoter      ApiVersions to the new one (its kraft.version range) -> Voters record
//   RemoveRaftVoter   Voters record; a leader that removed itself resigns when it is committed
//   UpdateRaftVoter   Voters record, when what the voter says of itself is news
//
// A controller with controller.quorum.auto.join.enable asks for it by itself: for its
// place, and before that for the end of the voter that has its id and another directory.
//
// A majority of the old set and one of the new set always share a node, because they differ by one
// and the next change waits until the last one is committed. All refusals that time may heal are
// REQUEST_TIMED_OUT, as Apache Kafka has it.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/raft/raft.h"

namespace kafka {
namespace {

constexpr std::string_view kraft_version_feature = "kraft.version";
// A new voter must have been caught up within this time; it fetches all the while.
constexpr int64_t caught_up_within_ms = 3'600'000;

template <class Request>
void add_listeners(const std::vector<VoterEndpoint>& endpoints, Request& request) {
  for (const VoterEndpoint& endpoint : endpoints) {
    request.listeners.push_back({endpoint.listener, endpoint.host, endpoint.port});
  }
}

template <class Request>
std::vector<VoterEndpoint> endpoints_of(const Request& request) {
  std::vector<VoterEndpoint> endpoints;
  for (const auto& listener : request.listeners) {
    endpoints.push_back({listener.name, listener.host, listener.port});
  }
  return endpoints;
}

bool has_listener(const std::vector<VoterEndpoint>& endpoints,
                  const std::vector<VoterEndpoint>& own) {
  return !own.empty() && std::ranges::count(endpoints, own.front().listener,
                                            &VoterEndpoint::listener) > 0;
}

// Adding and removing are answered alike.
template <class Response>
Response answer(ErrorCode error, std::string message) {
  Response response;
  response.error_code = static_cast<int16_t>(error);
  response.error_message.reset();
  if (error != ErrorCode::None) {
    response.error_message = message.empty() ? std::string(describe(error)) : std::move(message);
  }
  return response;
}

}  // namespace

ErrorCode Raft::check_change(const std::optional<std::string>& cluster_id) const {
  if (wrong_cluster(cluster_id)) {
    return ErrorCode::InconsistentClusterId;
  }
  if (!is_leader()) {
    return ErrorCode::NotLeaderOrFollower;
  }
  if (!active_ || change_) {
    return ErrorCode::RequestTimedOut;
  }
  if (kraft_version() == 0) {
    return ErrorCode::UnsupportedVersion;
  }
  return log_.voters().offset >= high_watermark_ ? ErrorCode::RequestTimedOut : ErrorCode::None;
}

void Raft::append_voters(VoterSet next) {
  CHECK(is_leader() && out_.control.empty(), "voters change in the midst of something else");
  out_.control.emplace_back(to_record(next));
  log_.append_voters({log_.end_offset(), kraft_version(), std::move(next)});
  log_.append(1, epoch_);
  for (const auto& [id, voter] : voters()) {
    const ReplicaKey key{id, voter.directory_id};
    if (id != config_.node_id && !progress_.contains(key)) {
      progress_[key].last_fetch_ms = now_ms_;
    }
  }
  if (change_) {
    change_->commit_offset = log_.voters().offset;
  }
  answer_parked(false);
}

void Raft::finish_change(ErrorCode error, std::string message) {
  if (!change_) {
    return;
  }
  const VoterChange change = *std::exchange(change_, std::nullopt);
  if (change.kind == raft_kind<AddRaftVoterRequest>) {
    reply(change.request_id, answer<AddRaftVoterResponse>(error, std::move(message)));
  } else if (change.kind == raft_kind<RemoveRaftVoterRequest>) {
    reply(change.request_id, answer<RemoveRaftVoterResponse>(error, std::move(message)));
  } else {
    reply(change.request_id, update_response(error));
  }
}

void Raft::run_voter_change() {
  if (!change_) {
    return;
  }
  if (now_ms_ >= change_->deadline_ms) {
    finish_change(ErrorCode::RequestTimedOut);
  } else {
    run_at(change_->deadline_ms);
  }
}

// --- Adding ---

void Raft::handle(const raft_event::Request& event, const AddRaftVoterRequest& request) {
  const auto refuse = [&](ErrorCode error, std::string message = {}) {
    reply(event.id, answer<AddRaftVoterResponse>(error, std::move(message)));
  };
  const std::vector<VoterEndpoint> endpoints = endpoints_of(request);
  if (const ErrorCode error = check_change(request.cluster_id); error != ErrorCode::None) {
    return refuse(error);
  }
  if (request.voter_id < 0 || request.voter_directory_id.is_zero() ||
      !has_listener(endpoints, config_.endpoints)) {
    return refuse(ErrorCode::InvalidRequest,
                  "A voter needs an id, a directory id and an endpoint of the quorum's listener.");
  }
  if (voters().contains(request.voter_id)) {
    return refuse(ErrorCode::DuplicateVoter,
                  fmt::format("Node {} is a voter already.", request.voter_id));
  }
  VoterChange change;
  change.request_id = event.id;
  change.kind = raft_kind<AddRaftVoterRequest>;
  change.voter.id = request.voter_id;
  change.voter.directory_id = request.voter_directory_id;
  change.voter.endpoints = endpoints;
  change.ack_when_committed = request.ack_when_committed;
  change.deadline_ms = now_ms_ + request.timeout_ms;
  const auto at = std::ranges::find(endpoints, config_.endpoints.front().listener,
                                    &VoterEndpoint::listener);
  send({request.voter_id, at->host, at->port}, ApiVersionsRequest{});
  change_ = std::move(change);
}

void Raft::handle(const InFlight& sent, const ApiVersionsResponse& response) {
  const bool awaited = change_ && change_->commit_offset < 0 && is_leader() &&
                       change_->kind == raft_kind<AddRaftVoterRequest> &&
                       sent.epoch == epoch_ && sent.to.id == change_->voter.id;
  if (!awaited) {
    return;
  }
  const auto feature =
      std::ranges::find(response.supported_features, kraft_version_feature,
                        &ApiVersionsResponse::SupportedFeatureKey::name);
  const bool known = response.error_code == 0 && feature != response.supported_features.end();
  Voter& voter = change_->voter;
  voter.min_kraft_version = known ? feature->min_version : int16_t{0};
  voter.max_kraft_version = known ? feature->max_version : int16_t{0};
  if (kraft_version() < voter.min_kraft_version || kraft_version() > voter.max_kraft_version) {
    finish_change(ErrorCode::InvalidRequest,
                  fmt::format("Node {} does not support kraft.version {}.", voter.id,
                              kraft_version()));
    return;
  }
  const auto progress = progress_.find({voter.id, voter.directory_id});
  if (progress == progress_.end() || progress->second.last_caught_up_ms < 0 ||
      now_ms_ - progress->second.last_caught_up_ms > caught_up_within_ms) {
    finish_change(ErrorCode::RequestTimedOut,
                  fmt::format("Node {} with directory {} has not caught up with the log.", voter.id,
                              voter.directory_id.to_string()));
    return;
  }
  VoterSet next = voters();
  next.emplace(voter.id, voter);
  append_voters(std::move(next));
  if (!change_->ack_when_committed) {
    finish_change(ErrorCode::None);
  }
}

// ApiVersions is answered by the node, not here.
void Raft::handle(const raft_event::Request& event, const ApiVersionsRequest&) {
  CHECK(false, "request {} is not one of the quorum's", event.id);
}

// --- Removing ---

void Raft::handle(const raft_event::Request& event, const RemoveRaftVoterRequest& request) {
  const auto refuse = [&](ErrorCode error, std::string message = {}) {
    reply(event.id, answer<RemoveRaftVoterResponse>(error, std::move(message)));
  };
  if (const ErrorCode error = check_change(request.cluster_id); error != ErrorCode::None) {
    return refuse(error);
  }
  if (request.voter_id < 0 || request.voter_directory_id.is_zero()) {
    return refuse(ErrorCode::InvalidRequest, "A voter has an id and a directory id.");
  }
  if (!is_voter_key({request.voter_id, request.voter_directory_id})) {
    return refuse(ErrorCode::VoterNotFound,
                  fmt::format("Node {} with directory {} is not a voter.", request.voter_id,
                              request.voter_directory_id.to_string()));
  }
  if (voters().size() == 1) {
    return refuse(ErrorCode::InvalidRequest, "The last voter cannot be removed.");
  }
  change_ = VoterChange{};
  change_->request_id = event.id;
  change_->kind = raft_kind<RemoveRaftVoterRequest>;
  change_->deadline_ms = now_ms_ + config_.timeouts.request_ms;
  VoterSet next = voters();
  next.erase(request.voter_id);
  append_voters(std::move(next));
}

// --- What a voter says of itself ---

UpdateRaftVoterResponse Raft::update_response(ErrorCode error) const {
  UpdateRaftVoterResponse response;
  response.error_code = static_cast<int16_t>(error);
  response.current_leader.leader_id = leader_.id;
  response.current_leader.leader_epoch = epoch_;
  response.current_leader.host = leader_.host;
  response.current_leader.port = leader_.port;
  return response;
}

ErrorCode Raft::check_update(const UpdateRaftVoterRequest& request,
                             const std::vector<VoterEndpoint>& endpoints) const {
  if (wrong_cluster(request.cluster_id)) {
    return ErrorCode::InconsistentClusterId;
  }
  const ErrorCode error = check_leader_request(request.current_leader_epoch);
  if (error != ErrorCode::None) {
    return error;
  }
  const auto& range = request.k_raft_version_feature;
  if (request.voter_id < 0 || request.voter_directory_id.is_zero() ||
      !has_listener(endpoints, config_.endpoints) ||
      kraft_version() < range.min_supported_version ||
      kraft_version() > range.max_supported_version) {
    return ErrorCode::InvalidRequest;
  }
  if (!active_ || change_ || log_.voters().offset >= high_watermark_) {
    return ErrorCode::RequestTimedOut;
  }
  return is_voter_key({request.voter_id, request.voter_directory_id}) ? ErrorCode::None
                                                                      : ErrorCode::VoterNotFound;
}

void Raft::handle(const raft_event::Request& event, const UpdateRaftVoterRequest& request) {
  Voter voter;
  voter.id = request.voter_id;
  voter.directory_id = request.voter_directory_id;
  voter.endpoints = endpoints_of(request);
  voter.min_kraft_version = request.k_raft_version_feature.min_supported_version;
  voter.max_kraft_version = request.k_raft_version_feature.max_supported_version;
  const ErrorCode error = check_update(request, voter.endpoints);
  if (error != ErrorCode::None) {
    reply(event.id, update_response(error));
    return;
  }
  if (kraft_version() == 0) {
    updated_voters_[voter.id] = std::move(voter);  // for the day of the upgrade; nothing is written
    reply(event.id, update_response(ErrorCode::None));
    return;
  }
  if (voters().at(voter.id) == voter) {
    reply(event.id, update_response(ErrorCode::None));
    return;
  }
  change_ = VoterChange{};
  change_->request_id = event.id;
  change_->kind = raft_kind<UpdateRaftVoterRequest>;
  change_->deadline_ms = now_ms_ + config_.timeouts.request_ms;
  VoterSet next = voters();
  next[voter.id] = std::move(voter);
  append_voters(std::move(next));
}

Voter Raft::own_voter() const {
  return {config_.node_id, config_.directory_id, config_.endpoints, kraft_version_min,
          kraft_version_max};
}

// A follower that votes tells the leader when the log has something else about it; without dynamic
// voters, once to each leader.
void Raft::run_update_voter() {
  if (!is_voter() || !is_time_to_tell_leader()) {
    return;
  }
  const Voter voter = own_voter();
  const bool told = kraft_version() == 0 ? told_epoch_ == epoch_
                                         : voters().at(config_.node_id) == voter;
  if (told || is_in_flight(raft_kind<UpdateRaftVoterRequest>, leader_.id)) {
    return;
  }
  UpdateRaftVoterRequest request;
  request.cluster_id = config_.cluster_id;
  request.current_leader_epoch = epoch_;
  request.voter_id = voter.id;
  request.voter_directory_id = voter.directory_id;
  add_listeners(voter.endpoints, request);
  request.k_raft_version_feature = {voter.min_kraft_version, voter.max_kraft_version};
  send(leader_, std::move(request));
}

void Raft::handle(const InFlight& sent, const UpdateRaftVoterResponse& response) {
  const auto& told = response.current_leader;
  std::optional<RaftAddress> address;
  if (told.leader_id >= 0 && !told.host.empty()) {
    address = RaftAddress{told.leader_id, told.host, static_cast<uint16_t>(told.port)};
  }
  if (told.leader_epoch >= 0 && !learn(told.leader_id, told.leader_epoch, address)) {
    return;
  }
  if (response.error_code == 0) {
    told_epoch_ = sent.epoch;
  }
}

// Of what a follower has to say beside its fetches, something once in a fetch timeout.
bool Raft::is_time_to_tell_leader() {
  const bool due = now_ms_ >= next_update_voter_ms_;
  if (due) {
    next_update_voter_ms_ = now_ms_ + config_.timeouts.fetch_ms;
  }
  run_at(next_update_voter_ms_);
  return due && !leader_gone_;
}

// --- Joining by itself ---

// The leader answers when its record is written (KIP-1186): were it to wait for the commit, which may
// need this very node, nobody would be told.
void Raft::run_auto_join() {
  const bool may_join = config_.auto_join && config_.is_controller && kraft_version() >= 1;
  if (!may_join || is_voter() || !is_time_to_tell_leader() ||
      is_in_flight(raft_kind<AddRaftVoterRequest>, leader_.id) ||
      is_in_flight(raft_kind<RemoveRaftVoterRequest>, leader_.id)) {
    return;
  }
  if (const auto earlier = voters().find(config_.node_id); earlier != voters().end()) {
    RemoveRaftVoterRequest request;
    request.cluster_id = config_.cluster_id;
    request.voter_id = config_.node_id;
    request.voter_directory_id = earlier->second.directory_id;
    send(leader_, std::move(request));
    return;
  }
  AddRaftVoterRequest request;
  request.cluster_id = config_.cluster_id;
  request.timeout_ms = static_cast<int32_t>(config_.timeouts.request_ms);
  request.voter_id = config_.node_id;
  request.voter_directory_id = config_.directory_id;
  add_listeners(config_.endpoints, request);
  request.ack_when_committed = false;
  send(leader_, std::move(request));
}

void Raft::handle(const InFlight& sent, const AddRaftVoterResponse& response) {
  say(fmt::format("Node {} was asked to let this node join the voters: {}", sent.to.id,
                  name(static_cast<ErrorCode>(response.error_code))));
}

void Raft::handle(const InFlight& sent, const RemoveRaftVoterResponse& response) {
  say(fmt::format("Node {} was asked to remove the voter with this node's id and another "
                  "directory: {}",
                  sent.to.id, name(static_cast<ErrorCode>(response.error_code))));
}

// --- From static to dynamic voters ---

Result<int64_t> Raft::upgrade_kraft_version(int16_t level, RaftOutput& output,
                                            int64_t now_ms) {
  if (!is_active() || change_) {
    return fail(ErrorCode::NotController, "this node does not lead the quorum");
  }
  if (level == kraft_version()) {
    return log_.end_offset() - 1;
  }
  if (level != kraft_version_max || kraft_version() != 0) {
    return fail(ErrorCode::InvalidUpdateVersion,
                fmt::format("kraft.version cannot go from {} to {}", kraft_version(), level));
  }
  VoterSet next;
  updated_voters_[config_.node_id] = own_voter();
  for (const auto& [id, voter] : voters()) {
    const auto told = updated_voters_.find(id);
    if (told == updated_voters_.end() || told->second.max_kraft_version < level) {
      return fail(ErrorCode::InvalidUpdateVersion,
                  fmt::format("voter {} has not said that it supports kraft.version {}", id, level));
    }
    next.emplace(id, told->second);
  }
  for (const auto& [id, voter] : next) {  // from now on they are known by their directories
    if (const auto progress = progress_.find({id, {}}); progress != progress_.end()) {
      progress_[{id, voter.directory_id}] = progress->second;
      progress_.erase({id, {}});
    }
  }
  now_ms_ = now_ms;
  KRaftVersionRecord version;
  version.k_raft_version = level;
  out_.control.emplace_back(version);
  out_.control.emplace_back(to_record(next));
  log_.append_voters({log_.end_offset() + 1, level, std::move(next)});
  log_.append(2, epoch_);
  answer_parked(false);
  output = std::exchange(out_, {});
  return log_.end_offset() - 1;
}

}  // namespace kafka
