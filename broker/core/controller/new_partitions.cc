#include "broker/core/controller/new_partitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/core/check.h"
#include "broker/core/controller/partition_change.h"

namespace kafka {
namespace {

std::unexpected<Error> bad_assignment(std::string message) {
  return fail(ErrorCode::InvalidReplicaAssignment, std::move(message));
}

bool is_usable(const MetadataImage& image, int32_t broker_id) {
  const BrokerImage* broker = image.broker(broker_id);
  return broker != nullptr && broker->usable();
}

}  // namespace

Result<> check_replicas(const std::vector<int32_t>& replicas, const MetadataImage& image) {
  if (replicas.empty()) {
    return bad_assignment("A partition is assigned to no broker at all.");
  }
  std::set<int32_t> seen;
  for (const int32_t id : replicas) {
    if (image.broker(id) == nullptr) {
      return bad_assignment(
          fmt::format("A partition is assigned to broker {}, which is not registered.", id));
    }
    if (!seen.insert(id).second) {
      return bad_assignment(fmt::format("A partition is assigned to broker {} twice.", id));
    }
  }
  return {};
}

Result<> check_assignments(const std::vector<std::vector<int32_t>>& assignments,
                           std::optional<size_t> replication_factor, const MetadataImage& image) {
  for (const auto& replicas : assignments) {
    if (auto valid = check_replicas(replicas, image); !valid) {
      return valid;
    }
    const size_t expected = replication_factor.value_or(assignments.front().size());
    if (replicas.size() != expected) {
      return bad_assignment(fmt::format("A partition is assigned to {} brokers, others to {}.",
                                        replicas.size(), expected));
    }
    if (std::ranges::none_of(replicas, [&](int32_t id) { return is_usable(image, id); })) {
      return bad_assignment(
          "A partition is assigned to brokers that are all fenced or shutting down.");
    }
  }
  return {};
}

void NewPartitions::add(const Uuid& topic_id, int32_t first_partition,
                        const std::vector<std::vector<int32_t>>& assignments,
                        std::vector<MetadataRecord>& records) {
  int32_t partition_id = first_partition;
  for (const auto& replicas : assignments) {
    PartitionRecord record;
    record.partition_id = partition_id++;
    record.topic_id = topic_id;
    record.replicas = replicas;
    record.leader_epoch = 0;
    record.partition_epoch = 0;
    for (const int32_t id : replicas) {
      if (is_usable(image_, id)) {
        record.isr.push_back(id);
      }
      record.directories.push_back(directory_for(id));
    }
    CHECK(!record.isr.empty(), "partition {} would have no leader", record.partition_id);
    record.leader = record.isr.front();
    records.emplace_back(std::move(record));
  }
}

Uuid NewPartitions::directory_for(int32_t broker_id) {
  const BrokerImage* broker = image_.broker(broker_id);
  if (broker == nullptr) {
    return unassigned_directory;
  }
  std::vector<Uuid> directories;
  for (const Uuid& directory : broker->log_dirs) {
    if (!broker->cordoned_log_dirs ||
        std::ranges::count(*broker->cordoned_log_dirs, directory) == 0) {
      directories.push_back(directory);
    }
  }
  if (directories.empty()) {
    return broker->log_dirs.empty() ? migrating_directory : broker->log_dirs.front();
  }
  if (directories.size() == 1) {
    return directories.front();
  }
  count_partitions();
  const Uuid chosen = *std::ranges::min_element(
      directories, {}, [&](const Uuid& directory) { return partitions_in_[directory]; });
  ++partitions_in_[chosen];
  return chosen;
}

void NewPartitions::count_partitions() {
  if (counted_) {
    return;
  }
  counted_ = true;
  for (const auto& [name, topic] : image_.topics()) {
    for (const PartitionImage& partition : topic.partitions) {
      for (const Uuid& directory : partition.directories) {
        ++partitions_in_[directory];
      }
    }
  }
}

}  // namespace kafka
