// FollowerState: what a leader knows of one follower, learned from its fetches alone.
//
// A follower that fetches from offset n has everything below n. It is caught up when it has all
// that the leader has, or had all of it within replica.lag.time.max.ms. A follower of a busy
// partition never asks for the very end, because the end moves on while its request travels; so
// reaching what was the end at its previous fetch counts, too, as of that fetch.
#pragma once

#include <algorithm>
#include <cstdint>

#include "broker/core/types.h"

namespace kafka {

struct FollowerState {
  static constexpr int64_t never_fetched = -2;  // as broker_epoch; -1 is "it named none"

  int32_t id = -1;
  int64_t log_end_offset = no_offset;  // -1: it has not fetched since we lead
  int64_t log_start_offset = no_offset;
  int64_t broker_epoch = never_fetched;
  int64_t last_caught_up_ms = 0;
  int64_t last_fetch_ms = 0;
  int64_t leader_end_at_last_fetch = no_offset;

  // Our leadership begins, or goes on in a new epoch. Those in sync get a full lag time from now
  // on; the others none, so that they do not hold the high watermark back.
  void begin_epoch(bool new_leader, bool in_sync, int64_t leader_end, int64_t now_ms) {
    last_caught_up_ms = in_sync ? now_ms : 0;
    if (new_leader) {
      log_end_offset = log_start_offset = leader_end_at_last_fetch = no_offset;
      broker_epoch = never_fetched;
      last_fetch_ms = 0;
    } else {
      leader_end_at_last_fetch = leader_end;
      last_fetch_ms = in_sync ? now_ms : 0;
    }
  }

  void on_fetch(int64_t offset, int64_t log_start, int64_t epoch, int64_t leader_end,
                int64_t now_ms) {
    if (offset >= leader_end) {
      last_caught_up_ms = std::max(last_caught_up_ms, now_ms);
    } else if (offset >= leader_end_at_last_fetch) {
      last_caught_up_ms = std::max(last_caught_up_ms, last_fetch_ms);
    }
    log_end_offset = offset;
    log_start_offset = log_start;
    broker_epoch = epoch;
    leader_end_at_last_fetch = std::max(leader_end_at_last_fetch, leader_end);
    last_fetch_ms = now_ms;
  }

  bool is_caught_up(int64_t leader_end, int64_t now_ms, int64_t lag_time_max_ms) const {
    return log_end_offset == leader_end || now_ms - last_caught_up_ms <= lag_time_max_ms;
  }
};

}  // namespace kafka
