// PartitionView: a partition as one client sees it, through the listener it came in on.
//
// A leader counts only if it is alive and has that listener: its address could not be told
// otherwise. Metadata and DescribeTopicPartitions answer with it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/error.h"

namespace kafka {

struct PartitionView {
  ErrorCode error = ErrorCode::None;
  int32_t leader = no_leader;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
  std::vector<int32_t> offline;  // nobody serves them: the broker is away, or lost their directory
};

// What clients of different ages can be told.
struct ViewRules {
  std::string_view listener;
  bool hide_offline_replicas = false;  // Metadata v0: not reachable means not listed
  bool names_missing_listener = true;  // v6+: LISTENER_NOT_FOUND instead of LEADER_NOT_AVAILABLE
};

PartitionView view_partition(const PartitionImage& partition, const MetadataImage& image,
                             const ViewRules& rules);

// Where a broker can be reached through a listener: null while it is fenced or has no such one.
const Endpoint* reachable_endpoint(const MetadataImage& image, int32_t broker_id,
                                   std::string_view listener);

}  // namespace kafka
