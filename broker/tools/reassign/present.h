// What kafka-reassign-partitions.sh asks the cluster: who has which replica now, what is moving,
// and the throttles that a move was given.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/tools/admin/admin_client.h"
#include "broker/tools/reassign/plan.h"

namespace kafka {

// A partition that is being moved.
struct OngoingMove {
  std::vector<int32_t> replicas;  // with those that come and those that go
  std::vector<int32_t> adding;
  std::vector<int32_t> removing;
};
using OngoingMoves = std::map<TopicPartition, OngoingMove>;

// Of these partitions; nullopt: of all.
[[nodiscard]] ToolResult<OngoingMoves> ongoing_moves(
    AdminClient& client, const std::optional<std::vector<TopicPartition>>& of);

// Replicas of all partitions of the topics; with unknown log directories ("any").
[[nodiscard]] ToolResult<ReassignmentPlan> present_replicas(AdminClient& client,
                                                            const std::vector<std::string>& topics);

// In which directory a replica is, and to which it is moving.
struct ReplicaPlace {
  std::string directory;
  std::string moving_to;  // "": it stays
};
using ReplicaPlaces = std::map<std::pair<TopicPartition, int32_t>, ReplicaPlace>;
[[nodiscard]] ToolResult<ReplicaPlaces> replica_places(AdminClient& client,
                                                       const std::set<int32_t>& brokers);

// Fills in the directories.
[[nodiscard]] ToolResult<> add_directories(AdminClient& client, ReassignmentPlan& plan);

// ---- Throttles ----

// Leaders send to whom a partition moves, and those fetch, at no more than so many bytes a second.
[[nodiscard]] ToolResult<> throttle_moves(AdminClient& client, const OngoingMoves& ongoing,
                                          const ReassignmentPlan& present,
                                          const ReassignmentPlan& wanted, int64_t bytes_per_s);
[[nodiscard]] ToolResult<> throttle_directories(AdminClient& client,
                                                const std::set<int32_t>& brokers,
                                                int64_t bytes_per_s);
// Prints what it clears: of all live brokers and those of the plan, and of the plan's topics.
[[nodiscard]] ToolResult<> clear_throttles(AdminClient& client, const ReassignmentPlan& plan);

}  // namespace kafka
