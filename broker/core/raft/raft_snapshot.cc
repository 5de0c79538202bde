// Raft, snapshots on the way: a follower that is behind the leader's log start fetches a snapshot
// file in parts, installs it instead of its log, and fetches on from its end.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/raft/raft.h"

namespace kafka {

void Raft::send_fetch_snapshot() {
  FetchSnapshotRequest request;
  request.cluster_id = config_.cluster_id;
  request.replica_id = config_.node_id;
  request.max_bytes = config_.timeouts.fetch_snapshot_bytes_max;
  auto& topic = request.topics.emplace_back();
  topic.name = raft_topic;
  auto& partition = topic.partitions.emplace_back();
  partition.current_leader_epoch = epoch_;
  partition.snapshot_id = {snapshot_fetch_->id.offset, snapshot_fetch_->id.epoch};
  partition.position = snapshot_fetch_->position;
  partition.replica_directory_id = config_.directory_id;
  send(leader_, std::move(request));
}

void Raft::handle(const InFlight& sent, const FetchSnapshotResponse& response) {
  next_fetch_ms_ = now_ms_ + config_.timeouts.retry_backoff_ms;  // unless all goes well
  const auto* part = metadata_partition(response.topics);
  if (part != nullptr &&
      !learn(part->current_leader.leader_id, part->current_leader.leader_epoch,
             endpoint_in(response, part->current_leader.leader_id))) {
    return;
  }
  if (role_ != QuorumRole::Follower || sent.epoch != epoch_ || !snapshot_fetch_) {
    return;
  }
  SnapshotFetch& fetch = *snapshot_fetch_;
  const bool expected = response.error_code == 0 && part != nullptr && part->error_code == 0 &&
                        part->snapshot_id.end_offset == fetch.id.offset &&
                        part->snapshot_id.epoch == fetch.id.epoch &&
                        part->position == fetch.position;
  const auto bytes = expected ? part->unaligned_records.bytes : std::span<const uint8_t>{};
  if (bytes.empty()) {
    say(fmt::format("The fetch of snapshot {} stopped at {} bytes", snapshot_file_name(fetch.id),
                    fetch.position));
    snapshot_fetch_.reset();  // the next Fetch says which one there is now
    return;
  }
  election_deadline_ms_ = fetch_deadline_ms();
  next_fetch_ms_ = now_ms_;
  SnapshotChunk chunk{fetch.id, fetch.position, Bytes(bytes.begin(), bytes.end()), false};
  fetch.position += static_cast<int64_t>(bytes.size());
  chunk.last = fetch.position >= part->size;
  fetch.installing = chunk.last;
  out_.snapshot_chunk = std::move(chunk);
}

void Raft::handle(const raft_event::Request& event, const FetchSnapshotRequest& request) {
  FetchSnapshotResponse response;
  const auto* asked = metadata_partition(request.topics);
  if (wrong_cluster(request.cluster_id) || asked == nullptr) {
    response.error_code = static_cast<int16_t>(
        asked == nullptr ? ErrorCode::InvalidRequest : ErrorCode::InconsistentClusterId);
    reply(event.id, std::move(response));
    return;
  }
  const ErrorCode error = check_leader_request(asked->current_leader_epoch);
  auto& topic = response.topics.emplace_back();
  topic.name = raft_topic;
  auto& part = topic.partitions.emplace_back();
  part.error_code = static_cast<int16_t>(error);
  part.snapshot_id = {asked->snapshot_id.end_offset, asked->snapshot_id.epoch};
  part.current_leader.leader_id = leader_.id;
  part.current_leader.leader_epoch = epoch_;
  part.position = asked->position;
  if (event.version >= 1) {
    add_endpoint(leader_, response);
  }
  std::optional<RaftReply::SnapshotRange> range;
  if (error == ErrorCode::None) {
    range = {{asked->snapshot_id.end_offset, asked->snapshot_id.epoch},
             asked->position,
             request.max_bytes};
    const ReplicaKey key = progress_key({request.replica_id, asked->replica_directory_id});
    if (const auto progress = progress_.find(key); progress != progress_.end()) {
      progress->second.last_fetch_ms = now_ms_;  // it is alive, and busy
      progress->second.next_begin_epoch_ms = now_ms_ + config_.timeouts.fetch_ms / 2;
    }
  }
  out_.replies.push_back({event.id, std::move(response), {}, range});
}

void Raft::on(const raft_event::SnapshotInstalled& event) {
  CHECK(snapshot_fetch_ && snapshot_fetch_->installing, "nobody asked for a snapshot");
  LogHistory::Voters base = event.voters.kraft_version >= 1
                                ? event.voters
                                : log_.voters_before(log_.start_offset());
  log_ = LogHistory(event.id);
  log_.set_base_voters(std::move(base));
  newest_snapshot_ = event.id;
  durable_end_ = log_.end_offset();
  snapshot_fetch_.reset();
  next_fetch_ms_ = now_ms_;
  if (event.id.offset > high_watermark_) {
    set_high_watermark(event.id.offset);
  }
}

void Raft::on(const raft_event::Compacted& event) {
  log_.move_start(event.log_start);
  newest_snapshot_ = event.newest;
}

}  // namespace kafka
