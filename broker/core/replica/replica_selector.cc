#include "broker/core/replica/replica_selector.h"

namespace kafka {

std::optional<int32_t> preferred_read_replica(
    const Partition& partition, int32_t leader_id, std::string_view consumer_rack, int64_t offset,
    const std::function<std::optional<std::string>(int32_t)>& rack_of) {
  if (consumer_rack.empty() || !partition.is_leader() || rack_of(leader_id) == consumer_rack) {
    return std::nullopt;
  }
  const FollowerState* best = nullptr;
  for (const FollowerState& follower : partition.followers()) {
    const bool has_it = partition.isr().holds(follower.id) && follower.log_start_offset <= offset &&
                        follower.log_end_offset >= offset && follower.log_start_offset >= 0;
    if (!has_it || rack_of(follower.id) != consumer_rack) {
      continue;
    }
    const bool ahead = best == nullptr || follower.log_end_offset > best->log_end_offset ||
                       (follower.log_end_offset == best->log_end_offset &&
                        follower.last_caught_up_ms > best->last_caught_up_ms);
    best = ahead ? &follower : best;
  }
  return best == nullptr ? std::nullopt : std::optional(best->id);
}

}  // namespace kafka
