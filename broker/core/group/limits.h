// Bounds of the group coordinator: what one broker keeps, whatever clients send.
//
// Apache Kafka sets almost none of these (group.max.size is 2^31-1 by default); they are far above
// what a working cluster reaches, and a flood of groups, members or metadata ends in an error code
// instead of in memory. group.max.size, where it is lower, comes first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kafka {

// Groups of one broker, empty ones included: 200 bytes each and up.
inline constexpr size_t groups_max = 200'000;

// Members of one group, and those that were given an id and have not come back with it yet.
inline constexpr size_t members_per_group_max = 10'000;
inline constexpr size_t pending_members_per_group_max = 10'000;

// Assignors one member may offer.
inline constexpr size_t protocols_per_member_max = 64;

// Subscriptions and assignments of all members of all groups of one broker.
inline constexpr size_t membership_bytes_max = 256u << 20;

// Groups and members are named in records with 16-bit lengths; a member id is a client id and 37
// characters more.
inline constexpr size_t name_bytes_max = INT16_MAX - 64;

// Offsets that one append of tombstones removes, so that its batch stays below message.max.bytes.
inline constexpr size_t tombstones_per_append_max = 1'000;

// A new member waits at most this long for its first generation: it cannot heartbeat yet, and a
// client that gave up must not hold the rebalance. Apache Kafka's constant.
inline constexpr int32_t new_member_join_timeout_ms = 5 * 60 * 1000;

}  // namespace kafka
