// Partition: roles, and reading.
#include "broker/core/replica/partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"

namespace kafka {

Partition::Partition(TopicReplicas& topic, int32_t index, std::unique_ptr<Log> log,
                     int64_t high_watermark, ReplicaContext& context)
    : topic_(topic),
      context_(context),
      log_(std::move(log)),
      high_watermark_(std::clamp(high_watermark, log_->log_start_offset(), log_->log_end_offset())),
      index_(index) {}

bool Partition::set_role(PartitionRole role, int64_t now_ms) {
  if ((role.leader_epoch < leader_epoch_ || role.partition_epoch < partition_epoch_) &&
      !is_on(Bug::OldRolesTaken)) {
    return false;
  }
  if (is_on(Bug::DeposedLeaderStays) && is_leader() && role.leader != context_.local_id) {
    return false;
  }
  const bool new_epoch = role.leader_epoch != leader_epoch_;
  const bool news = new_epoch || role.partition_epoch != partition_epoch_;
  // Where an epoch was skipped somebody else may have led, and what followers had then may be gone.
  // (Apache Kafka's Partition.makeLeader keeps it as long as it was the leader itself.)
  const bool new_leader = !is_leader() || role.leader_epoch > leader_epoch_ + 1;
  leader_ = role.leader;
  leader_epoch_ = role.leader_epoch;
  partition_epoch_ = role.partition_epoch;
  replicas_ = std::move(role.replicas);
  if (news) {  // what we know already says nothing about a proposal that is on its way
    isr_.commit(std::move(role.isr));
  }
  if (is_leader()) {
    if (new_epoch) {
      epoch_start_offset_ = log_->log_end_offset();
      log_->begin_leader_epoch(leader_epoch_);
    }
    set_followers(new_leader, new_epoch, now_ms);
    advance_high_watermark(now_ms);
  } else {
    epoch_start_offset_ = no_offset;
    followers_.clear();
  }
  note_moved();
  return new_epoch;
}

Result<> Partition::check_epoch(int32_t current_leader_epoch) const {
  if (current_leader_epoch == no_epoch || current_leader_epoch == leader_epoch_ ||
      is_on(Bug::NoFetchFencing)) {
    return {};
  }
  return current_leader_epoch < leader_epoch_
             ? fail(ErrorCode::FencedLeaderEpoch,
                    fmt::format("leader epoch {} is over, it is {} now", current_leader_epoch,
                                leader_epoch_))
             : fail(ErrorCode::UnknownLeaderEpoch,
                    fmt::format("leader epoch {} is not known here yet, it is {}",
                                current_leader_epoch, leader_epoch_));
}

Result<> Partition::check_leader(int32_t current_leader_epoch) const {
  if (const Result<> known = check_epoch(current_leader_epoch); !known) {
    return known;
  }
  if (!is_leader()) {
    return fail(ErrorCode::NotLeaderOrFollower,
                fmt::format("broker {} does not lead {}", context_.local_id, to_string(name())));
  }
  return {};
}

Result<std::optional<OffsetAndEpoch>> Partition::divergence(const PartitionFetch& fetch) {
  if (fetch.last_fetched_epoch == no_epoch || is_on(Bug::DivergenceNotTold)) {
    return std::nullopt;
  }
  const Result<OffsetAndEpoch> end = log_->end_of_epoch(fetch.last_fetched_epoch);
  if (!end) {
    return std::unexpected(end.error());
  }
  if (end->epoch == no_epoch || fetch.offset < log_->log_start_offset()) {
    return fail(ErrorCode::OffsetOutOfRange,
                fmt::format("epoch {} is not in the log of {}", fetch.last_fetched_epoch,
                            to_string(name())));
  }
  if (end->epoch < fetch.last_fetched_epoch || end->offset < fetch.offset) {
    return *end;
  }
  return std::nullopt;
}

Result<PartitionData> Partition::read(const PartitionFetch& fetch) {
  if (const Result<> serves = fetch.leader_only ? check_leader(fetch.current_leader_epoch)
                                                : check_epoch(fetch.current_leader_epoch);
      !serves) {
    return std::unexpected(serves.error());
  }
  if (is_on(Bug::ReadsBeyondHighWatermark)) {
    return read_below(fetch, log_->log_end_offset());
  }
  return read_below(
      fetch, fetch.isolation == Isolation::ReadCommitted ? last_stable_offset() : high_watermark_);
}

Result<PartitionData> Partition::read_below(const PartitionFetch& fetch, int64_t bound) {
  PartitionData data;
  data.high_watermark = high_watermark_;
  data.last_stable_offset = last_stable_offset();
  data.log_start_offset = log_->log_start_offset();
  const Result<std::optional<OffsetAndEpoch>> diverging = divergence(fetch);
  if (!diverging) {
    return std::unexpected(diverging.error());
  }
  if (*diverging) {
    data.diverging = *diverging;
    return data;
  }
  Result<LogRead> read = log_->read(fetch.offset, fetch.max_bytes, bound, fetch.min_one_batch);
  if (!read) {
    return std::unexpected(read.error());
  }
  if (!read->first_batch_too_large) {
    data.records = std::move(read->records);
  }
  return data;
}

void Partition::note_moved(bool readers) {
  readers_moved_ = readers_moved_ || readers;
  if (!noted_) {
    noted_ = true;
    context_.moved.push_back(this);
  }
}

bool Partition::take_readers_moved() {
  noted_ = false;
  return std::exchange(readers_moved_, false);
}

}  // namespace kafka
