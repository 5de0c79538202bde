// What becomes of a partition when its ISR, its replicas or the brokers change: the rules of
// leadership, in one place.
//
// Pure: a partition and what is wanted of it in, the PartitionChange record out (nullopt when
// nothing changes). Every change runs through the same steps:
//
//   1. A reassignment whose new replicas are all in the ISR is completed.
//   2. Who leaves an ISR that is now below min.insync.replicas becomes eligible (ELR, KIP-966):
//      nothing was acknowledged since that it lacks. An ISR that is large enough needs no ELR.
//   3. The election (below).
//   4. A replica that was taken away raises the leader epoch, so that it is fenced; before 3.6-IV0
//      a shrinking ISR does, too.
//   5. When nobody can lead, the last leader is noted, since nobody has more than it has.
//
// Who leads, in order; "valid" is a replica of the ISR, or of the ELR when the ISR is empty, that
// is alive with the directory that holds it:
//
//   preferred election   the first replica if valid, the leader if valid, the next valid replica
//   any other election   the leader if valid, the first valid replica
//   then                 with ELR, and ISR and ELR empty: the last known leader, if it is alive
//   unclean election     any replica that is alive: acknowledged records may go
//   else                 nobody: leader -1, the partition is offline until one of them returns
//
// The last two are unclean: the leader starts alone and as "recovering". Without the ELR feature
// the ISR never loses its last member: who that was is the only trace of where the data is.
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/cluster_records.h"

namespace kafka {

// Ids that stand for no directory in particular (KIP-858); real ones are random.
inline constexpr Uuid migrating_directory{0, 0};   // from before directories had ids
inline constexpr Uuid unassigned_directory{0, 1};  // the broker chooses, and says so later
inline constexpr Uuid lost_directory{0, 2};        // offline, and nobody knows which one it was
constexpr bool is_reserved_directory(const Uuid& id) {
  return id.high == 0 && id.low < 100;
}
// Reserved ids but the lost one count as online; so does any when the broker never named its own.
bool is_online(const Uuid& directory, const BrokerImage& broker);

enum class Election { Online, Preferred, Unclean };

// What is wanted of a partition. What is not set stays as it is.
struct PartitionTarget {
  Election election = Election::Online;
  std::optional<std::vector<int32_t>> isr;
  std::optional<std::vector<int32_t>> replicas;
  std::optional<std::vector<int32_t>> removing_replicas;
  std::optional<std::vector<int32_t>> adding_replicas;
  std::optional<int8_t> leader_recovery_state;
  // It did not stop cleanly: what it had not fsynced may be gone, so it is not eligible.
  std::optional<int32_t> unclean_replica;
  std::map<int32_t, Uuid> directories;  // by broker: where its replica really is
};

// How the cluster and the topic want it.
struct PartitionRules {
  // The broker is alive and the directory online.
  std::function<bool(int32_t broker_id, const Uuid& directory)> can_lead;
  std::function<Uuid(int32_t broker_id)> directory_of_new_replica;
  bool elr_enabled = true;
  int32_t min_insync_replicas = 1;  // never more than there are replicas
  int16_t metadata_version = 0;
};

std::optional<PartitionChangeRecord> change_partition(const Uuid& topic_id, int32_t partition_id,
                                                      const PartitionImage& partition,
                                                      PartitionTarget target,
                                                      const PartitionRules& rules);

// The partition after the record, for answers that must say so before it is applied.
PartitionImage changed(const PartitionImage& partition, const PartitionChangeRecord& record);

}  // namespace kafka
