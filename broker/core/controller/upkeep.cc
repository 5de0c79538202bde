// Upkeep: what the active controller does without being asked.
#include <algorithm>

#include "broker/config/config_def.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/delegation_tokens.h"
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
    return batches;
  }
  if (now_ms >= next_sweep_ms_) {
    next_sweep_ms_ = now_ms + sweep_tokens(now_ms, batches);
  }
  return batches;
}

// Returns how long the next sweep has time.
int64_t Controller::sweep_tokens(int64_t now_ms, RecordBatches& batches) const {
  const DelegationTokens tokens(state_, config_);
  if (tokens.enabled()) {
    auto records = tokens.sweep(now_ms);
    if (!records.empty()) {
      batches.push_back(std::move(records));
    }
  }
  return to_int(config_.text("delegation.token.expiry.check.interval.ms").value_or("3600000"));
}

int64_t Controller::next_upkeep_ms() const {
  if (next_recovery_ms_ == not_started) {
    return 0;  // it has not run yet
  }
  int64_t next = std::min({next_recovery_ms_, next_sweep_ms_, sessions_.next_expiry_ms(state_)});
  if (config_.auto_leader_rebalance_enable && next_balance_ms_ != not_started) {
    next = std::min(next, next_balance_ms_);
  }
  return next;
}

}  // namespace kafka
