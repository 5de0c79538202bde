// The Partition records of new partitions.
//
// The ISR is what is alive of the replicas, the leader the first of them. Each replica gets a log
// directory: the broker's only one, or the one with the fewest partitions. (Apache Kafka's
// controller leaves the choice to a broker with several directories and is told later.)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/controller/placement.h"
#include "protocol/cluster_records.h"
#include "protocol/result.h"

namespace kafka {

// What replicas assigned by hand must satisfy: registered brokers, none twice, as many as
// `replication_factor` if that is given, at least one of them alive.
Result<> check_assignments(const std::vector<std::vector<int32_t>>& assignments,
                           std::optional<size_t> replication_factor, const MetadataImage& image);

// The same for one partition that may be assigned to dead brokers, as reassignments may.
Result<> check_replicas(const std::vector<int32_t>& replicas, const MetadataImage& image);

class NewPartitions {
 public:
  explicit NewPartitions(const MetadataImage& image) : image_(image) {}

  // Appends a record for each assignment, numbered from `first_partition` on.
  void add(const Uuid& topic_id, int32_t first_partition,
           const std::vector<std::vector<int32_t>>& assignments,
           std::vector<MetadataRecord>& records);

  // Where a new replica on this broker goes.
  Uuid directory_for(int32_t broker_id);

 private:
  void count_partitions();

  const MetadataImage& image_;
  std::map<Uuid, int64_t> partitions_in_;  // by directory; filled when a broker has several
  bool counted_ = false;
};

}  // namespace kafka
