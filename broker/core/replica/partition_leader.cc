// Partition as leader: followers, the high watermark, the ISR.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/replica/partition.h"

namespace kafka {

// ---- Appending ----

// A topic with fewer replicas than min.insync.replicas is content with all of them.
bool Partition::has_enough_replicas() const {
  const auto wanted = static_cast<size_t>(topic_.config->min_insync_replicas);
  return isr_.committed().size() >= std::min(wanted, replicas_.size());
}

Result<AppendInfo> Partition::append_as_leader(std::span<uint8_t> batches, int16_t acks,
                                               int64_t now_ms) {
  if (!is_leader()) {
    return std::unexpected(check_leader(no_epoch).error());
  }
  if (acks == -1 && !has_enough_replicas() && !is_on(Bug::MinIsrIgnoredAtAppend)) {
    return fail(
        ErrorCode::NotEnoughReplicas,
        fmt::format("{} in-sync replicas of {}, min.insync.replicas is {}", isr_.committed().size(),
                    to_string(name()), topic_.config->min_insync_replicas));
  }
  Result<AppendInfo> appended = log_->append_as_leader(batches, leader_epoch_, now_ms);
  if (appended) {
    advance_high_watermark(now_ms);
    if (!followers_.empty()) {
      note_moved(false);
    }
  }
  return appended;
}

Result<bool> Partition::is_committed(int64_t offset) const {
  if (!is_leader()) {
    return std::unexpected(check_leader(no_epoch).error());
  }
  if (!has_enough_replicas()) {
    return fail(ErrorCode::NotEnoughReplicasAfterAppend,
                fmt::format("the in-sync replicas of {} became fewer than min.insync.replicas",
                            to_string(name())));
  }
  return high_watermark_ >= offset;
}

// ---- Followers ----

void Partition::set_followers(bool new_leader, bool new_epoch, int64_t now_ms) {
  std::vector<FollowerState> followers;
  for (const int32_t id : replicas_) {
    if (id == context_.local_id) {
      continue;
    }
    const FollowerState* known = follower(id);
    FollowerState& state = followers.emplace_back(known == nullptr ? FollowerState{} : *known);
    state.id = id;
    if (new_epoch || known == nullptr) {
      state.begin_epoch(new_leader || known == nullptr, isr_.holds(id), epoch_start_offset_,
                        now_ms);
    }
  }
  followers_ = std::move(followers);
}

const FollowerState* Partition::follower(int32_t id) const {
  const auto found = std::ranges::find(followers_, id, &FollowerState::id);
  return found == followers_.end() ? nullptr : &*found;
}

Result<PartitionData> Partition::read_as_follower(const PartitionFetch& fetch,
                                                  const FollowerFetch& from, int64_t now_ms) {
  if (const Result<> leads = check_leader(fetch.current_leader_epoch); !leads) {
    return std::unexpected(leads.error());
  }
  const auto state = std::ranges::find(followers_, from.id, &FollowerState::id);
  if (state == followers_.end()) {
    // It may know of a reassignment that we have not heard of yet.
    return fail(fetch.current_leader_epoch == no_epoch ? ErrorCode::NotLeaderOrFollower
                                                       : ErrorCode::UnknownLeaderEpoch,
                fmt::format("broker {} has no replica of {}", from.id, to_string(name())));
  }
  const auto live = context_.live.find(from.id);
  if (from.broker_epoch != -1 && live != context_.live.end() &&
      live->second.epoch > from.broker_epoch && !is_on(Bug::EarlierLivesCount)) {
    return fail(ErrorCode::NotLeaderOrFollower,
                fmt::format("broker {} fetches with epoch {} of an earlier life, it is {} now",
                            from.id, from.broker_epoch, live->second.epoch));
  }
  const bool in_range =
      fetch.offset >= log_->log_start_offset() && fetch.offset <= log_->log_end_offset();
  if (from.update && in_range) {
    const Result<std::optional<OffsetAndEpoch>> diverging = divergence(fetch);
    if (diverging && (!*diverging || is_on(Bug::DivergedFollowerCounts))) {
      update_follower(*state, fetch, from, now_ms);
    }
  }
  return read_below(fetch, log_->log_end_offset());
}

void Partition::update_follower(FollowerState& state, const PartitionFetch& fetch,
                                const FollowerFetch& from, int64_t now_ms) {
  const bool start_moved = state.log_start_offset != from.log_start_offset;
  state.on_fetch(fetch.offset, from.log_start_offset, from.broker_epoch, log_->log_end_offset(),
                 now_ms);
  if (!isr_waiting_ && !isr_.proposed() && !isr_.holds(state.id) && may_join_isr(state) &&
      is_in_sync(state)) {
    isr_waiting_ = true;
    context_.isr_waiting.push_back(this);
  }
  advance_high_watermark(now_ms);
  if (start_moved) {
    note_moved();  // DeleteRecords waits for it
  }
}

// ---- The high watermark ----

// Besides the maximal ISR it waits for replicas that are caught up and may join: with an ISR of
// one, the high watermark would otherwise run away from them with every append.
void Partition::advance_high_watermark(int64_t now_ms) {
  int64_t smallest = log_->log_end_offset();
  if (smallest <= high_watermark_ ||
      (!has_enough_replicas() && !is_on(Bug::MinIsrIgnoredByHighWatermark))) {
    return;
  }
  for (const FollowerState& follower : followers_) {
    if (is_on(Bug::HighWatermarkIgnoresFollowers)) {
      break;
    }
    if (follower.log_end_offset < smallest &&
        ((is_on(Bug::HighWatermarkIgnoresProposedIsr) ? isr_.holds(follower.id)
                                                      : isr_.may_hold(follower.id)) ||
         (!is_on(Bug::HighWatermarkIgnoresProposedIsr) &&
          follower.is_caught_up(log_->log_end_offset(), now_ms, context_.lag_time_max_ms) &&
          may_join_isr(follower)))) {
      smallest = follower.log_end_offset;
    }
  }
  if (smallest > high_watermark_) {
    high_watermark_ = smallest;
    note_moved();
  }
}

// ---- The ISR ----

// KIP-903: a fetch of an earlier life of the broker says nothing about what it has now.
bool Partition::may_join_isr(const FollowerState& follower) const {
  const auto live = context_.live.find(follower.id);
  return live != context_.live.end() && !live->second.shutting_down &&
         (follower.broker_epoch == -1 || follower.broker_epoch == live->second.epoch ||
          is_on(Bug::EarlierLivesCount));
}

bool Partition::is_in_sync(const FollowerState& follower) const {
  if (is_on(Bug::JoinsIsrBehindHighWatermark)) {
    return true;
  }
  return follower.log_end_offset >= high_watermark_ &&
         (follower.log_end_offset >= epoch_start_offset_ || is_on(Bug::JoinsIsrBeforeEpochStart));
}

bool Partition::propose_isr(bool shrink, int64_t now_ms) {
  if (!is_leader() || isr_.proposed()) {
    return false;
  }
  std::vector<int32_t> wanted = isr_.committed();
  for (const FollowerState& follower : followers_) {
    if (!isr_.holds(follower.id) && may_join_isr(follower) && is_in_sync(follower)) {
      wanted.push_back(follower.id);
    }
  }
  if (wanted.size() == isr_.committed().size()) {
    std::erase_if(wanted, [&](int32_t id) {
      const FollowerState* state = follower(id);
      return shrink && !is_on(Bug::IsrNeverShrinks) && id != context_.local_id &&
             (state == nullptr ||
              !state->is_caught_up(log_->log_end_offset(), now_ms, context_.lag_time_max_ms));
    });
  }
  if (wanted.size() == isr_.committed().size()) {
    return false;
  }
  isr_.propose(std::move(wanted));
  return true;
}

AlterPartitionRequest::PartitionData Partition::proposal() const {
  CHECK(isr_.proposed().has_value(), "{} has no ISR proposal", to_string(name()));
  AlterPartitionRequest::PartitionData data;
  data.partition_index = index_;
  data.leader_epoch = leader_epoch_;
  data.partition_epoch = partition_epoch_;
  for (const int32_t id : *isr_.proposed()) {
    const FollowerState* state = follower(id);
    // A member that has not fetched yet: should it have died, the controller knows better anyway.
    const bool unknown = state == nullptr || state->broker_epoch == FollowerState::never_fetched;
    data.new_isr_with_epochs.push_back({id, id == context_.local_id ? context_.local_epoch
                                            : unknown               ? -1
                                                                    : state->broker_epoch});
  }
  return data;
}

// Which answers prove that the proposal was not taken and never will be: only these allow to go
// back to the smaller set. After the others the controller may have changed more than we know.
IsrOutcome Partition::on_isr_answer(const AlterPartitionResponse::PartitionData& answer,
                                    int64_t now_ms) {
  if (!is_leader() || !isr_.proposed()) {
    return IsrOutcome::Settled;  // the metadata was faster
  }
  switch (static_cast<ErrorCode>(answer.error_code)) {
    case ErrorCode::None:
      if (answer.leader_epoch == leader_epoch_ && answer.partition_epoch >= partition_epoch_) {
        partition_epoch_ = answer.partition_epoch;
        isr_.commit(answer.isr);
        advance_high_watermark(now_ms);
        note_moved();
      }
      return IsrOutcome::Settled;
    case ErrorCode::OperationNotAttempted:
    case ErrorCode::IneligibleReplica:
      isr_.withdraw();
      return IsrOutcome::Settled;
    case ErrorCode::UnknownTopicOrPartition:
    case ErrorCode::UnknownTopicId:
    case ErrorCode::FencedLeaderEpoch:
    case ErrorCode::InvalidUpdateVersion:
    case ErrorCode::InvalidRequest:
    case ErrorCode::NewLeaderElected:
      if (is_on(Bug::ProposalForgottenOnRetry)) {
        isr_.withdraw();
      }
      return IsrOutcome::Settled;
    default:
      return IsrOutcome::Retry;
  }
}

// ---- Deleting records ----

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

int64_t Partition::low_watermark() const {
  int64_t smallest = log_->log_start_offset();
  for (const FollowerState& follower : followers_) {
    if (context_.live.contains(follower.id)) {
      smallest = std::min(smallest, follower.log_start_offset);
    }
  }
  return smallest;
}

}  // namespace kafka
