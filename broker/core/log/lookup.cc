// Log: offsets by time and by epoch, and the producers.
#include <algorithm>

#include "broker/core/log/epochs.h"
#include "broker/core/log/log.h"
#include "broker/core/log/producer_state.h"
#include "broker/core/log/segment.h"

namespace kafka {

Result<std::optional<TimestampAndOffset>> Log::offset_for_timestamp(int64_t timestamp) {
  for (const auto& segment : segments_) {
    const auto found = segment->find_timestamp(timestamp, log_start_offset_);
    if (!found || found->has_value()) {
      return found;
    }
  }
  return std::nullopt;
}

Result<std::optional<TimestampAndOffset>> Log::max_timestamp() {
  Segment* latest = nullptr;
  int64_t largest = no_timestamp;
  for (const auto& segment : segments_) {
    const auto time = segment->largest_timestamp();
    if (!time) {
      return std::unexpected(time.error());
    }
    if (time->timestamp > largest) {
      largest = time->timestamp;
      latest = segment.get();
    }
  }
  return latest == nullptr ? std::nullopt : latest->find_timestamp(largest, log_start_offset_);
}

void Log::begin_leader_epoch(int32_t epoch) {
  leader_epoch_ = std::max(leader_epoch_, epoch);
}

Result<OffsetAndEpoch> Log::end_of_epoch(int32_t epoch) {
  auto known = epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  if (leader_epoch_ <= (*known)->last_epoch()) {
    return (*known)->end_of_epoch(epoch, log_end_offset_);
  }
  Epochs with_begun = **known;  // the epoch that began at the log end and has no batch yet
  with_begun.assign(leader_epoch_, log_end_offset_);
  return with_begun.end_of_epoch(epoch, log_end_offset_);
}

Result<int32_t> Log::last_epoch() {
  auto known = epochs();
  return known ? Result<int32_t>((*known)->last_epoch()) : std::unexpected(known.error());
}

Result<int32_t> Log::epoch_of_offset(int64_t offset) {
  auto known = epochs();
  if (!known) {
    return std::unexpected(known.error());
  }
  return offset >= log_end_offset_ && leader_epoch_ > (*known)->last_epoch()
             ? leader_epoch_
             : (*known)->epoch_of_offset(offset);
}

Result<std::vector<ProducerInfo>> Log::producers(int64_t now_ms) {
  auto states = producer_states();
  if (!states) {
    return std::unexpected(states.error());
  }
  (*states)->expire(now_ms, config_->producer_id_expiration_ms);
  return (*states)->list();
}

}  // namespace kafka
