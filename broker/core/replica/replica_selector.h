// Which replica a consumer should read from (KIP-392): one in its own rack spares the traffic
// between data centres.
//
// replica.selector.class names the rule. RackAwareReplicaSelector prefers the leader when it is in
// the consumer's rack, else the in-sync replica there that is furthest ahead; a consumer without
// rack, or one where no replica is, stays with the leader, as it does without a selector.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "broker/core/replica/partition.h"

namespace kafka {

inline constexpr std::string_view rack_aware_selector =
    "org.apache.kafka.common.replica.RackAwareReplicaSelector";

// The follower that should serve a read of `offset`; nullopt: the leader does. `rack_of` tells the
// rack of a live broker that the consumer can reach.
std::optional<int32_t> preferred_read_replica(
    const Partition& partition, int32_t leader_id, std::string_view consumer_rack, int64_t offset,
    const std::function<std::optional<std::string>(int32_t)>& rack_of);

}  // namespace kafka
