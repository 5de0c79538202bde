// Who leads a partition when brokers come and go: the election rules of the cluster.
//
// Pure: a partition and what has changed in, the PartitionChange record out (nullopt when nothing
// changes). The rules, in order:
//
//   1. A leader that is still in the ISR and can lead stays.
//   2. The first replica, by preference, that is in the ISR and can lead.
//   3. With eligible leader replicas (KIP-966): the first of those that can lead. They left the ISR
//      below min.insync.replicas, so nothing was acknowledged that they lack.
//   4. With unclean.leader.election.enable: any replica that can lead. Acknowledged records may go.
//   5. With eligible leader replicas: when ISR and ELR are both empty, the last known leader, since
//      nobody has more than it has. That is an unclean election too: it is marked recovering.
//   6. Nobody: leader -1, and the partition is offline until one of them returns.
//
// The ISR never loses its last member without eligible leader replicas: who that was is the only
// trace of where the data is. With them, the trace is in the ELR and in last_known_elr.
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/cluster_records.h"

namespace kafka {

struct ElectionRules {
  std::function<bool(int32_t broker_id)> can_lead;
  bool elr_enabled = true;
  bool unclean_election_enabled = false;
  int32_t min_insync_replicas = 1;
};

struct PartitionLoss {
  int32_t broker_id = -1;  // leaves the ISR
  // It did not stop cleanly: what it had not fsynced may be gone, so it is not eligible either.
  bool unclean = false;
};

// A broker is fenced, shuts down, or has come back from a crash without having been fenced.
std::optional<PartitionChangeRecord> change_for_loss(const Uuid& topic_id, int32_t partition_id,
                                                     const PartitionImage& partition,
                                                     const PartitionLoss& loss,
                                                     const ElectionRules& rules);

// A broker can lead again: a partition without leader may get one.
std::optional<PartitionChangeRecord> change_for_return(const Uuid& topic_id, int32_t partition_id,
                                                       const PartitionImage& partition,
                                                       const ElectionRules& rules);

}  // namespace kafka
