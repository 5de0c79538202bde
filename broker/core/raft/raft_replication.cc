// Raft, replication: every copy of the log asks the leader for what comes next.
//
//   follower -> leader   Fetch(epoch, offset = my log end, last epoch in my log)
//   leader -> follower   the same history: records from there on, and the high watermark
//                        another one:      DivergingEpoch{epoch, end}: cut yours there, ask again
//                        too far behind:   SnapshotId: fetch that first (raft_snapshot.cc)
//
// A Fetch is also the acknowledgement of everything before its offset. Where there is nothing to
// return it waits at the leader, until records or a new high watermark come.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/raft/raft.h"
#include "broker/core/types.h"

namespace kafka {
namespace {

constexpr size_t parked_fetches_max = 1000;
constexpr int64_t discovery_wait_max_ms = 200;

}  // namespace

// --- Asking ---

void Raft::run_follower() {
  if (now_ms_ >= election_deadline_ms_) {
    if (may_lead() && !stopping_) {
      become_prospective();
    } else {
      become_unattached(epoch_);
    }
    return;
  }
  run_at(election_deadline_ms_);
  run_update_voter();
  run_auto_join();
  const bool installing = snapshot_fetch_ && snapshot_fetch_->installing;
  if (leader_gone_ || installing || (awaits_flush() && !is_on(Bug::AcknowledgesUnsynced))) {
    return;  // nobody to ask, or an event comes first
  }
  if (now_ms_ < next_fetch_ms_) {
    run_at(next_fetch_ms_);
    return;
  }
  if (is_in_flight(raft_kind<FetchRequest>, leader_.id) ||
      is_in_flight(raft_kind<FetchSnapshotRequest>, leader_.id)) {
    return;
  }
  if (snapshot_fetch_) {
    send_fetch_snapshot();
  } else {
    send_fetch(leader_, config_.timeouts.fetch_wait_max_ms);
  }
}

// No leader is known: voters and bootstrap servers are asked in turn. Whoever is asked says who
// leads, as far as it knows.
void Raft::run_discovery() {
  if (awaits_flush() && !is_on(Bug::AcknowledgesUnsynced)) {
    return;  // the leader of this very epoch may be asked, who counts it
  }
  if (now_ms_ < next_fetch_ms_) {
    run_at(next_fetch_ms_);
    return;
  }
  std::vector<RaftAddress> places;
  for (const auto& [id, voter] : voters()) {
    if (const auto address = address_of(id); address && id != config_.node_id) {
      places.push_back(*address);
    }
  }
  const RaftAddress own = own_address();
  for (size_t i = 0; i < config_.bootstrap_servers.size(); ++i) {
    const HostPort& server = config_.bootstrap_servers[i];
    const RaftAddress address{-2 - static_cast<int32_t>(i), server.host,
                              static_cast<uint16_t>(server.port)};
    const bool known = std::ranges::any_of(places, [&](const RaftAddress& place) {
      return place.host == address.host && place.port == address.port;
    });
    if (!known && (address.host != own.host || address.port != own.port)) {
      places.push_back(address);
    }
  }
  if (places.empty()) {
    return;
  }
  const RaftAddress& to = places[next_bootstrap_++ % places.size()];
  if (!is_in_flight(raft_kind<FetchRequest>, to.id)) {
    send_fetch(to, 0);
  }
  const int64_t wait_ms = config_.timeouts.retry_backoff_ms
                          << std::min(discovery_tries_++ / static_cast<int>(places.size()), 10);
  next_fetch_ms_ = now_ms_ + std::min(wait_ms, discovery_wait_max_ms);
  run_at(next_fetch_ms_);
}

void Raft::send_fetch(const RaftAddress& to, int32_t max_wait_ms) {
  FetchRequest request;
  request.cluster_id = config_.cluster_id;
  request.replica_state.replica_id = config_.node_id;
  request.max_wait_ms = max_wait_ms;
  request.max_bytes = config_.timeouts.fetch_bytes_max;
  auto& topic = request.topics.emplace_back();
  topic.topic_id = one_uuid;
  auto& partition = topic.partitions.emplace_back();
  partition.current_leader_epoch = epoch_;
  partition.fetch_offset = log_.end_offset();
  partition.last_fetched_epoch = log_.last_epoch();
  partition.replica_directory_id = config_.directory_id;
  partition.high_watermark = high_watermark_;
  send(to, std::move(request));
}

void Raft::handle(const InFlight& sent, const FetchResponse& response) {
  next_fetch_ms_ = now_ms_ + config_.timeouts.retry_backoff_ms;  // unless all goes well
  const auto* partition = metadata_partition(response.responses);
  if (response.error_code != 0 || partition == nullptr) {
    say(fmt::format("Node {} refuses the fetch: {}", sent.to.id,
                    name(static_cast<ErrorCode>(response.error_code))));
    return;
  }
  const auto& told = partition->current_leader;
  if (told.leader_epoch >= 0 &&
      !learn(told.leader_id, told.leader_epoch, endpoint_in(response, told.leader_id))) {
    return;
  }
  const bool of_leader = role_ == QuorumRole::Follower && sent.to.id == leader_.id &&
                         sent.epoch == epoch_ && partition->error_code == 0;
  if (of_leader && !snapshot_fetch_) {
    take_fetched(*partition);
  }
}

void Raft::take_fetched(const FetchResponse::PartitionData& partition) {
  election_deadline_ms_ = fetch_deadline_ms();
  has_fetched_ = true;
  if (partition.diverging_epoch.epoch >= 0) {
    truncate_for(partition.diverging_epoch);
    next_fetch_ms_ = now_ms_;
    return;
  }
  if (partition.snapshot_id.end_offset >= 0) {
    snapshot_fetch_ = SnapshotFetch{
        {partition.snapshot_id.end_offset, partition.snapshot_id.epoch}, 0, false};
    say(fmt::format("Fetching snapshot {}", snapshot_file_name(snapshot_fetch_->id)));
    next_fetch_ms_ = now_ms_;
    return;
  }
  const auto bytes = partition.records.bytes;
  if (!bytes.empty()) {
    if (auto taken = log_.append(bytes, epoch_); !taken) {
      say(fmt::format("Fetched batches are refused: {}", taken.error().message));
      return;
    }
    out_.append.assign(bytes.begin(), bytes.end());
  }
  next_fetch_ms_ = now_ms_;
  const int64_t committed = std::min(partition.high_watermark, log_.end_offset());
  if (committed > high_watermark_) {
    set_high_watermark(committed);
  }
}

// Both sides know some of the other's epochs: the logs agree up to the smaller end of the last
// epoch that they share. Where that is not known yet, the next answer names an older one.
void Raft::truncate_for(const FetchResponse::EpochEndOffset& diverging) {
  const OffsetAndEpoch own = log_.end_of_epoch(diverging.epoch);
  const int64_t end =
      own.epoch == diverging.epoch ? std::min(own.offset, diverging.end_offset) : own.offset;
  CHECK(end >= high_watermark_ && end >= log_.start_offset(),
        "the leader of epoch {} asks to truncate to {}, and everything below {} is committed",
        epoch_, end, std::max(high_watermark_, log_.start_offset()));
  if (end < log_.end_offset() && !is_on(Bug::MetadataNotTruncated)) {
    say(fmt::format("Truncating from {} to {}: epoch {} ended there", log_.end_offset(), end,
                    diverging.epoch));
    log_.truncate(end);
    durable_end_ = std::min(durable_end_, end);
    out_.truncate_to = end;
  }
}

// --- Answering ---

FetchResponse Raft::fetch_response(ErrorCode error, int16_t version) const {
  FetchResponse response;
  auto& topic = response.responses.emplace_back();
  if (version <= 12) {
    topic.topic = raft_topic;
  } else {
    topic.topic_id = one_uuid;
  }
  auto& partition = topic.partitions.emplace_back();
  partition.error_code = static_cast<int16_t>(error);
  partition.high_watermark = high_watermark_;
  partition.log_start_offset = log_.start_offset();
  if (version >= 12) {
    partition.current_leader.leader_id = leader_.id;
    partition.current_leader.leader_epoch = epoch_;
  }
  if (version >= 16) {
    add_endpoint(leader_, response);
  }
  return response;
}

void Raft::handle(const raft_event::Request& event, const FetchRequest& request) {
  const auto* asked = metadata_partition(request.topics);
  if (wrong_cluster(request.cluster_id) || asked == nullptr) {
    FetchResponse response;
    response.error_code = static_cast<int16_t>(
        asked == nullptr ? ErrorCode::InvalidRequest : ErrorCode::InconsistentClusterId);
    reply(event.id, std::move(response));
    return;
  }
  if (request.max_wait_ms < 0 || asked->fetch_offset < 0 || asked->last_fetched_epoch < 0 ||
      asked->current_leader_epoch < 0) {
    reply(event.id, fetch_response(ErrorCode::InvalidRequest, event.version));
    return;
  }
  ParkedFetch fetch;
  fetch.id = event.id;
  fetch.version = event.version;
  const int32_t id = event.version >= 15 ? request.replica_state.replica_id : request.replica_id;
  fetch.replica = progress_key({id, asked->replica_directory_id});
  fetch.position = *asked;
  fetch.bytes_max = request.max_bytes;
  fetch.deadline_ms = now_ms_ + request.max_wait_ms;
  const bool on_our_history =
      check_leader_request(asked->current_leader_epoch) == ErrorCode::None &&
      (history_at(*asked) == HistoryAt::Same || is_on(Bug::MetadataHistoryNotCompared));
  if (on_our_history && id >= 0) {
    note_fetch(fetch.replica, asked->fetch_offset);
  }
  if (!answer_fetch(fetch, request.max_wait_ms > 0)) {
    park(std::move(fetch));
  }
}

// Whether the log of who asks is a part of this one.
Raft::HistoryAt Raft::history_at(const FetchRequest::FetchPartition& asked) const {
  const SnapshotId& start = log_.start();
  if (asked.fetch_offset < start.offset || asked.last_fetched_epoch < start.epoch ||
      (asked.fetch_offset == start.offset && asked.last_fetched_epoch != start.epoch)) {
    return HistoryAt::BeforeStart;
  }
  const OffsetAndEpoch end = log_.end_of_epoch(asked.last_fetched_epoch);
  return end.epoch == asked.last_fetched_epoch && asked.fetch_offset <= end.offset
             ? HistoryAt::Same
             : HistoryAt::Diverged;
}

// False: there is nothing to say yet, and it may wait.
bool Raft::answer_fetch(const ParkedFetch& fetch, bool may_wait) {
  const FetchRequest::FetchPartition& asked = fetch.position;
  const ErrorCode error = check_leader_request(asked.current_leader_epoch);
  FetchResponse response = fetch_response(error, fetch.version);
  auto& partition = response.responses.front().partitions.front();
  std::optional<RaftReply::LogRange> records;
  if (error == ErrorCode::None) {
    const HistoryAt history = history_at(asked);
    if (history == HistoryAt::BeforeStart) {
      partition.snapshot_id = {newest_snapshot_.offset, newest_snapshot_.epoch};
    } else if (history == HistoryAt::Diverged) {
      const OffsetAndEpoch end = log_.end_of_epoch(asked.last_fetched_epoch);
      partition.diverging_epoch = {end.epoch, end.offset};
    } else if (asked.fetch_offset < log_.end_offset()) {
      records = {asked.fetch_offset, fetch.bytes_max};
    } else if (may_wait && asked.high_watermark >= high_watermark_) {
      return false;
    }
  }
  out_.replies.push_back({fetch.id, std::move(response), records, {}});
  return true;
}

void Raft::park(ParkedFetch fetch) {
  // A replica has one fetch at a time: an older one was given up.
  for (ParkedFetch& other : parked_) {
    if (other.replica == fetch.replica && fetch.replica.id >= 0) {
      answer_fetch(std::exchange(other, std::move(fetch)), false);
      return;
    }
  }
  if (parked_.size() >= parked_fetches_max) {
    answer_fetch(fetch, false);
    return;
  }
  parked_.push_back(std::move(fetch));
}

void Raft::answer_parked(bool all) {
  std::erase_if(parked_, [&](const ParkedFetch& fetch) {
    return answer_fetch(fetch, !all && now_ms_ < fetch.deadline_ms);
  });
}

// Static voters have no directory id, whatever their fetches say.
ReplicaKey Raft::progress_key(const ReplicaKey& replica) const {
  return kraft_version() == 0 && voters().contains(replica.id) ? ReplicaKey{replica.id, {}}
                                                               : replica;
}

void Raft::note_fetch(const ReplicaKey& replica, int64_t offset) {
  Progress& progress = progress_[replica];
  if (offset >= log_.end_offset()) {
    progress.last_caught_up_ms = now_ms_;
  } else if (progress.leader_end_at_last_fetch >= 0 &&
             offset >= progress.leader_end_at_last_fetch) {
    progress.last_caught_up_ms = std::max(progress.last_caught_up_ms, progress.last_fetch_ms);
  }
  progress.leader_end_at_last_fetch = log_.end_offset();
  progress.last_fetch_ms = now_ms_;
  progress.next_begin_epoch_ms = now_ms_ + config_.timeouts.fetch_ms / 2;
  progress.log_end_offset = offset;
  if (is_voter_key(replica)) {
    advance_high_watermark();
  }
}

}  // namespace kafka
