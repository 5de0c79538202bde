// Upkeep: what the active controller does without being asked.
#include <algorithm>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/partition_updates.h"

namespace kafka {

RecordBatches Controller::run_upkeep(int64_t now_ms) {
  RecordBatches batches;
  sessions_.start_clocks(now_ms);
  // One broker at a time: the partitions of the next one are judged after this one's records.
  if (const auto silent = sessions_.expired(state_, now_ms); !silent.empty()) {
    add_fencing(*state_.broker(silent.front()), batches);
    return batches;
  }
  const int64_t balance_interval_ms = config_.leader_imbalance_check_interval_seconds * 1000;
  const int64_t recovery_interval_ms = config_.unclean_leader_election_interval_ms;
  if (next_balance_ms_ == not_started) {
    next_balance_ms_ = now_ms + balance_interval_ms;
  }
  if (next_recovery_ms_ == not_started) {
    next_recovery_ms_ = now_ms + recovery_interval_ms;
  }
  if (config_.auto_leader_rebalance_enable && now_ms >= next_balance_ms_) {
    const bool more = balance_leaders(batches);
    next_balance_ms_ = more ? now_ms : now_ms + balance_interval_ms;
    return batches;
  }
  if (now_ms >= next_recovery_ms_) {
    const bool more = recover_leaderless(batches);
    next_recovery_ms_ = more ? now_ms : now_ms + recovery_interval_ms;
  }
  return batches;
}

int64_t Controller::next_upkeep_ms() const {
  if (next_recovery_ms_ == not_started) {
    return 0;  // it has not run yet
  }
  int64_t next = std::min(next_recovery_ms_, sessions_.next_expiry_ms(state_));
  if (config_.auto_leader_rebalance_enable && next_balance_ms_ != not_started) {
    next = std::min(next, next_balance_ms_);
  }
  return next;
}

}  // namespace kafka
