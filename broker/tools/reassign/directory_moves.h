// Moves between the log directories of one broker: those replicas of a plan that name a directory.
#pragma once

#include <set>

#include "broker/tools/admin/admin_client.h"
#include "broker/tools/reassign/plan.h"

namespace kafka {

inline constexpr int64_t directory_moves_ms = 10'000;

// Brokers whose replicas the plan gives a directory.
[[nodiscard]] std::set<int32_t> brokers_with_directories(const ReassignmentPlan& plan);

// Begins them. A replica that is on its way to a broker is not there yet: tried again for
// `timeout_ms`.
[[nodiscard]] ToolResult<> move_directories(AdminClient& client, const ReassignmentPlan& plan,
                                            int64_t timeout_ms);

// Prints how far each is; true when none is under way.
[[nodiscard]] ToolResult<bool> print_directory_progress(AdminClient& client,
                                                        const ReassignmentPlan& plan);

// Has replicas that are moving stay where they are.
[[nodiscard]] ToolResult<> cancel_directory_moves(AdminClient& client,
                                                  const ReassignmentPlan& plan);

}  // namespace kafka
