// Where the partitions of topics could be on other brokers: as the controller would place them.
#pragma once

#include <vector>

#include "broker/tools/admin/admin_client.h"
#include "broker/tools/reassign/plan.h"

namespace kafka {

// "1,2,3"; a broker that stands twice is refused.
[[nodiscard]] ToolResult<std::vector<int32_t>> parse_broker_list(const std::string& text);

// As many replicas as each topic has now. Without `ignore_racks`, on as many racks as can be; then
// all of the brokers must have one, or none.
[[nodiscard]] ToolResult<ReassignmentPlan> propose_replicas(AdminClient& client,
                                                            const ReassignmentPlan& present,
                                                            const std::vector<int32_t>& brokers,
                                                            bool ignore_racks);

}  // namespace kafka
