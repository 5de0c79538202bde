#include "broker/core/replica/partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

Partition::Partition(TopicReplicas& topic, int32_t index, int32_t local_id,
                     std::unique_ptr<Log> log, int64_t high_watermark,
                     std::vector<Partition*>& moved)
    : topic_(topic),
      moved_(moved),
      log_(std::move(log)),
      high_watermark_(
          std::clamp(high_watermark, log_->log_start_offset(), log_->log_end_offset())),
      index_(index),
      local_id_(local_id) {}

void Partition::set_role(const PartitionRole& role) {
  const bool new_epoch = role.leader_epoch != role_.leader_epoch;
  role_ = role;
  if (new_epoch) {
    follower_ends_.clear();
    if (is_leader()) {
      log_->begin_leader_epoch(role_.leader_epoch);
    }
  }
  if (is_leader()) {
    advance_high_watermark();
  }
  note_moved();
}

Result<> Partition::check_leader(int32_t current_leader_epoch) const {
  if (current_leader_epoch != no_epoch && current_leader_epoch != role_.leader_epoch) {
    return current_leader_epoch < role_.leader_epoch
               ? fail(ErrorCode::FencedLeaderEpoch,
                      fmt::format("leader epoch {} is over, it is {} now", current_leader_epoch,
                                  role_.leader_epoch))
               : fail(ErrorCode::UnknownLeaderEpoch,
                      fmt::format("leader epoch {} is not known here yet, it is {}",
                                  current_leader_epoch, role_.leader_epoch));
  }
  if (!is_leader()) {
    return fail(ErrorCode::NotLeaderOrFollower,
                fmt::format("broker {} does not lead {}", local_id_, to_string(name())));
  }
  return {};
}

// A topic with fewer replicas than min.insync.replicas is content with all of them.
bool Partition::has_enough_replicas() const {
  const auto wanted = static_cast<size_t>(topic_.config->min_insync_replicas);
  return role_.isr.size() >= std::min(wanted, role_.replicas.size());
}

Result<AppendInfo> Partition::append_as_leader(std::span<uint8_t> batches, int16_t acks,
                                               int64_t now_ms) {
  if (!is_leader()) {
    return std::unexpected(check_leader(no_epoch).error());
  }
  if (acks == -1 && !has_enough_replicas()) {
    return fail(ErrorCode::NotEnoughReplicas,
                fmt::format("{} in-sync replicas of {}, min.insync.replicas is {}",
                            role_.isr.size(), to_string(name()),
                            topic_.config->min_insync_replicas));
  }
  Result<AppendInfo> appended = log_->append_as_leader(batches, role_.leader_epoch, now_ms);
  if (appended) {
    advance_high_watermark();
  }
  return appended;
}

Result<std::optional<OffsetAndEpoch>> Partition::divergence(const PartitionFetch& fetch) {
  if (fetch.last_fetched_epoch == no_epoch) {
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
  if (const Result<> leads = check_leader(fetch.current_leader_epoch); !leads) {
    return std::unexpected(leads.error());
  }
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
  const int64_t bound =
      fetch.isolation == Isolation::ReadCommitted ? last_stable_offset() : high_watermark_;
  Result<LogRead> read = log_->read(fetch.offset, fetch.max_bytes, bound, fetch.min_one_batch);
  if (!read) {
    return std::unexpected(read.error());
  }
  if (!read->first_batch_too_large) {
    data.records = std::move(read->records);
  }
  return data;
}

Result<bool> Partition::is_committed(int64_t offset) const {
  if (!is_leader()) {
    return std::unexpected(check_leader(no_epoch).error());
  }
  if (high_watermark_ < offset) {
    return false;
  }
  if (!has_enough_replicas()) {
    return fail(ErrorCode::NotEnoughReplicasAfterAppend,
                fmt::format("the in-sync replicas of {} became fewer than min.insync.replicas",
                            to_string(name())));
  }
  return true;
}

void Partition::update_follower(int32_t replica_id, int64_t log_end_offset) {
  CHECK(is_leader() && replica_id != local_id_, "replica {} of {}", replica_id,
        to_string(name()));
  follower_ends_[replica_id] = log_end_offset;
  advance_high_watermark();
}

void Partition::advance_high_watermark() {
  int64_t smallest = log_->log_end_offset();
  for (const int32_t replica : role_.isr) {
    if (replica != local_id_) {
      const auto end = follower_ends_.find(replica);
      smallest = std::min(smallest, end == follower_ends_.end() ? 0 : end->second);
    }
  }
  if (smallest > high_watermark_) {
    high_watermark_ = smallest;
    note_moved();
  }
}

Result<int64_t> Partition::delete_records_before(int64_t offset) {
  const int64_t target = offset == -1 ? high_watermark_ : offset;
  if (target > high_watermark_ || target < 0) {
    return fail(ErrorCode::OffsetOutOfRange,
                fmt::format("offset {} is beyond the high watermark {} of {}", target,
                            high_watermark_, to_string(name())));
  }
  if (target > log_->log_start_offset()) {
    if (const Result<> moved = log_->delete_records_before(target, high_watermark_); !moved) {
      return std::unexpected(moved.error());
    }
    note_moved();
  }
  return log_->log_start_offset();
}

void Partition::note_moved() {
  if (!noted_) {
    noted_ = true;
    moved_.push_back(this);
  }
}

}  // namespace kafka
