#include "broker/core/replica/follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"

namespace kafka {

namespace {

constexpr int64_t latest = -1;
constexpr int64_t earliest = -2;
constexpr int64_t quota_check_ms = 100;

}  // namespace

void Follower::follow(const TopicIdPartition& key) {
  const Partition* partition = partition_of(key);
  CHECK(partition != nullptr, "partition {} of {} is not here", key.partition,
        key.topic_id.to_string());
  State& state = partitions_[key];
  if (state.leader_epoch != partition->leader_epoch()) {
    state = State{.leader_epoch = partition->leader_epoch()};
  }
}

void Follower::unfollow(const TopicIdPartition& key) {
  partitions_.erase(key);
}

Partition* Follower::partition_of(const TopicIdPartition& key) {
  return replicas_.find(key.topic_id, key.partition);
}

// ---- Asking ----

std::optional<Follower::Outgoing> Follower::next(int64_t now_ms) {
  if (under_way_ || now_ms < failed_until_ms_) {
    return std::nullopt;
  }
  failed_until_ms_ = 0;
  wake(now_ms);
  if (auto lookup = build_lookup()) {
    under_way_ = true;
    return *lookup;
  }
  FetchSessionClient::Wanted wanted;
  quota_retry_ms_ = INT64_MAX;
  for (auto& [key, state] : partitions_) {
    Partition* partition = partition_of(key);
    if (partition == nullptr || state.phase != Phase::Fetching) {
      continue;
    }
    if (is_throttled(*partition, state, now_ms)) {
      quota_retry_ms_ = now_ms + quota_check_ms;
      continue;
    }
    const Result<int32_t> last_epoch = partition->log().last_epoch();
    if (!last_epoch) {
      stop(*partition, state, last_epoch.error());
      continue;
    }
    FetchRequest::FetchPartition& fetch = wanted[key];
    fetch.partition = key.partition;
    fetch.current_leader_epoch = state.leader_epoch;
    fetch.fetch_offset = partition->log().log_end_offset();
    fetch.last_fetched_epoch = *last_epoch;
    fetch.log_start_offset = partition->log().log_start_offset();
    fetch.partition_max_bytes = settings_.fetch_max_bytes;
    state.asked = true;
  }
  if (wanted.empty()) {
    return std::nullopt;
  }
  under_way_ = true;
  return build_fetch(std::move(wanted));
}

void Follower::wake(int64_t now_ms) {
  for (auto& [key, state] : partitions_) {
    state.asked = false;
    if (state.phase == Phase::Backoff && state.retry_at_ms <= now_ms) {
      state.phase = Phase::Fetching;
    }
  }
}

bool Follower::is_throttled(const Partition& partition, const State& state, int64_t now_ms) {
  return !state.caught_up && partition.topic().follower_throttled.contains(partition.index()) &&
         replicas_.follower_quota().exceeded(now_ms);
}

FetchRequest Follower::build_fetch(FetchSessionClient::Wanted wanted) {
  FetchRequest request;
  const ReplicaContext& self = replicas_.context();
  request.replica_state = {self.local_id, self.local_epoch};  // v15; every broker of 4.0 has it
  request.max_wait_ms = settings_.wait_max_ms;
  request.min_bytes = settings_.min_bytes;
  request.max_bytes = settings_.response_max_bytes;
  session_.fill(std::move(wanted), request);
  return request;
}

std::optional<ListOffsetsRequest> Follower::build_lookup() {
  ListOffsetsRequest request;
  request.replica_id = replicas_.context().local_id;
  for (auto& [key, state] : partitions_) {
    const Partition* partition = partition_of(key);
    if (partition == nullptr ||
        (state.phase != Phase::FindingEnd && state.phase != Phase::FindingStart)) {
      continue;
    }
    if (request.topics.empty() || request.topics.back().name != partition->topic().name) {
      request.topics.emplace_back().name = partition->topic().name;
    }
    auto& wanted = request.topics.back().partitions.emplace_back();
    wanted.partition_index = key.partition;
    wanted.current_leader_epoch = state.leader_epoch;
    wanted.timestamp = state.phase == Phase::FindingEnd ? latest : earliest;
    state.asked = true;
  }
  return request.topics.empty() ? std::nullopt : std::optional(std::move(request));
}

int64_t Follower::next_deadline_ms() const {
  if (under_way_) {
    return INT64_MAX;
  }
  int64_t next = quota_retry_ms_;
  for (const auto& [key, state] : partitions_) {
    if (state.phase == Phase::Backoff) {
      next = std::min(next, state.retry_at_ms);
    } else if (state.phase != Phase::Stopped && failed_until_ms_ > 0) {
      next = std::min(next, failed_until_ms_);
    }
  }
  return next;
}

// ---- Answers ----

void Follower::on_failure(int64_t now_ms) {
  under_way_ = false;
  session_.on_failure();
  failed_until_ms_ = now_ms + backoff_min_ms;  // the connection has a backoff of its own
}

void Follower::on_response(const FetchResponse& response, int64_t now_ms) {
  under_way_ = false;
  failed_until_ms_ = 0;
  if (!session_.on_response(response)) {
    const auto error = static_cast<ErrorCode>(response.error_code);
    if (error != ErrorCode::FetchSessionIdNotFound &&
        error != ErrorCode::InvalidFetchSessionEpoch) {
      note(true, fmt::format("The leader refused a fetch: {}", kafka::name(error)));
      failed_until_ms_ = now_ms + settings_.backoff_max_ms;
    }
    return;
  }
  for (const FetchResponse::FetchableTopicResponse& topic : response.responses) {
    for (const FetchResponse::PartitionData& data : topic.partitions) {
      const TopicIdPartition key{topic.topic_id, data.partition_index};
      const auto state = partitions_.find(key);
      Partition* partition = partition_of(key);
      if (state == partitions_.end() || partition == nullptr ||
          ((!state->second.asked || state->second.leader_epoch != partition->leader_epoch()) &&
           !is_on(Bug::FollowerTakesOldAnswers))) {
        continue;  // no longer followed, or under another leader
      }
      take(*partition, state->second, data, now_ms);
    }
  }
}

void Follower::take(Partition& partition, State& state, const FetchResponse::PartitionData& data,
                    int64_t now_ms) {
  if (data.error_code != 0) {
    on_error(partition, state, static_cast<ErrorCode>(data.error_code), now_ms);
    return;
  }
  if (data.diverging_epoch.epoch != no_epoch) {
    const int64_t before = partition.log().log_end_offset();
    const int64_t high_watermark = partition.high_watermark();
    const Result<int64_t> cut =
        partition.truncate_to_epoch({data.diverging_epoch.end_offset, data.diverging_epoch.epoch});
    if (!cut) {
      on_disk_error(partition, state, cut.error(), now_ms);
      return;
    }
    state.backoff_ms = backoff_min_ms;
    note(*cut < high_watermark,
         fmt::format("Truncated {} from {} to {}: the leader's epoch {} ends at {}{}",
                     to_string(partition.name()), before, *cut, data.diverging_epoch.epoch,
                     data.diverging_epoch.end_offset,
                     *cut < high_watermark ? ", below what was committed here" : ""));
    return;
  }
  if (const Result<> appended = partition.append_from_leader(data.records.bytes, now_ms);
      !appended) {
    if (appended.error().code == ErrorCode::CorruptMessage) {
      note(true, fmt::format("{}: {}; it is fetched again", to_string(partition.name()),
                             appended.error().message));
      back_off(state, now_ms);
    } else {
      on_disk_error(partition, state, appended.error(), now_ms);
    }
    return;
  }
  if (partition.topic().follower_throttled.contains(partition.index())) {
    replicas_.follower_quota().record(static_cast<int64_t>(data.records.bytes.size()), now_ms);
  }
  state.caught_up = partition.log().log_end_offset() >= data.high_watermark;
  if (const Result<> followed = partition.follow(data.high_watermark, data.log_start_offset);
      !followed) {
    on_disk_error(partition, state, followed.error(), now_ms);
    return;
  }
  state.backoff_ms = backoff_min_ms;
}

void Follower::on_error(Partition& partition, State& state, ErrorCode error, int64_t now_ms) {
  switch (error) {
    case ErrorCode::OffsetOutOfRange:
      state.phase = Phase::FindingEnd;
      return;
    case ErrorCode::FencedLeaderEpoch:
      if (is_on(Bug::FollowerFetchesFromItsHighWatermark)) {
        (void)partition.truncate_to(partition.high_watermark());
      }
      state.phase = Phase::Stopped;  // metadata with the new epoch is on its way
      return;
    case ErrorCode::NotLeaderOrFollower:
    case ErrorCode::UnknownLeaderEpoch:
    case ErrorCode::UnknownTopicOrPartition:
    case ErrorCode::UnknownTopicId:
    case ErrorCode::InconsistentTopicId:
      back_off(state, now_ms);  // one of us has not heard yet
      return;
    default:
      if (state.backoff_ms == backoff_min_ms) {
        note(true, fmt::format("The leader of {} answers {}", to_string(partition.name()),
                               kafka::name(error)));
      }
      back_off(state, now_ms);
  }
}

void Follower::on_response(const ListOffsetsResponse& response, int64_t now_ms) {
  under_way_ = false;
  failed_until_ms_ = 0;
  for (const auto& topic : response.topics) {
    for (const auto& found : topic.partitions) {
      Partition* partition = replicas_.find(topic.name, found.partition_index);
      const auto state =
          partition == nullptr ? partitions_.end() : partitions_.find(partition->key());
      if (state != partitions_.end() && state->second.asked &&
          state->second.leader_epoch == partition->leader_epoch()) {
        on_lookup(*partition, state->second, found, now_ms);
      }
    }
  }
}

void Follower::on_lookup(Partition& partition, State& state,
                         const ListOffsetsResponse::ListOffsetsPartitionResponse& found,
                         int64_t now_ms) {
  const Phase asked = std::exchange(state.phase, Phase::Fetching);
  if (found.error_code != 0) {
    on_error(partition, state, static_cast<ErrorCode>(found.error_code), now_ms);
    return;
  }
  const int64_t end = partition.log().log_end_offset();
  Result<> done;
  if (asked == Phase::FindingEnd) {
    if (found.offset >= end) {
      state.phase = Phase::FindingStart;
      return;
    }
    note(true, fmt::format("The leader's log of {} ends at {}: truncated from {}",
                           to_string(partition.name()), found.offset, end));
    done = found.offset >= partition.log().log_start_offset() ? partition.truncate_to(found.offset)
                                                              : partition.restart_at(found.offset);
  } else if (found.offset > end) {
    note(true, fmt::format("The leader's log of {} starts at {}, beyond our end {}: begun anew",
                           to_string(partition.name()), found.offset, end));
    done = partition.restart_at(found.offset);
  } else {
    back_off(state, now_ms);  // in range after all: the leader moved meanwhile
  }
  if (!done) {
    on_disk_error(partition, state, done.error(), now_ms);
  }
}

// A disk that is full may have room again; a log that broke stays so.
void Follower::on_disk_error(Partition& partition, State& state, const Error& error,
                             int64_t now_ms) {
  if (error.code != ErrorCode::KafkaStorageError || partition.log().broken()) {
    stop(partition, state, error);
    return;
  }
  if (state.backoff_ms == backoff_min_ms) {
    note(true, fmt::format("Replication of {} waits: {}", to_string(partition.name()),
                           error.message));
  }
  back_off(state, now_ms);
}

void Follower::back_off(State& state, int64_t now_ms) {
  state.phase = Phase::Backoff;
  state.retry_at_ms = now_ms + state.backoff_ms;
  state.backoff_ms = std::min<int64_t>(state.backoff_ms * 2, settings_.backoff_max_ms);
}

void Follower::stop(Partition& partition, State& state, const Error& error) {
  state.phase = Phase::Stopped;
  note(true,
       fmt::format("Replication of {} stops: {}", to_string(partition.name()), error.message));
}

void Follower::note(bool serious, std::string text) {
  notes_.push_back({serious, std::move(text)});
}

std::vector<FollowerNote> Follower::take_notes() {
  return std::exchange(notes_, {});
}

}  // namespace kafka
