// Elections that are asked for: by kafka-leader-election (ElectLeaders), by the check for leaders
// out of balance, by the check for partitions without leader.
#include <fmt/format.h>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/partition_updates.h"

namespace kafka {
namespace {

using ReplicaElectionResult = ElectLeadersResponse::ReplicaElectionResult;

constexpr int8_t preferred_election = 0;
constexpr int8_t unclean_election = 1;
constexpr size_t elections_per_check = 1000;

bool has_preferred_leader(const PartitionImage& partition) {
  return partition.leader == partition.replicas.front();
}

void add_result(ReplicaElectionResult& topic, int32_t partition, const Result<>& outcome) {
  auto& result = topic.partition_result.emplace_back();
  result.partition_id = partition;
  result.error_message = std::nullopt;
  if (!outcome) {
    result.error_code = static_cast<int16_t>(outcome.error().code);
    result.error_message = outcome.error().message;
  }
}

}  // namespace

Result<PartitionChangeRecord> Controller::elect_leader(const TopicImage& topic,
                                                       int32_t partition_id, bool preferred) const {
  const PartitionImage* partition = topic.partition(partition_id);
  if (partition == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition,
                fmt::format("No such partition as {}-{}", topic.name, partition_id));
  }
  if (preferred ? has_preferred_leader(*partition) : partition->leader != no_leader) {
    return fail(ErrorCode::ElectionNotNeeded);
  }
  PartitionTarget target;
  target.election = preferred ? Election::Preferred : Election::Unclean;
  auto record = change_partition(topic.id, partition_id, *partition, std::move(target),
                                 partition_rules(topic, {}));
  if (!record) {
    return fail(preferred ? ErrorCode::PreferredLeaderNotAvailable
                          : ErrorCode::EligibleLeadersNotAvailable);
  }
  return std::move(*record);
}

Decision<ElectLeadersResponse> Controller::decide_elect_leaders(
    const ElectLeadersRequest& request) const {
  Decision<ElectLeadersResponse> decision;
  if (request.election_type != preferred_election && request.election_type != unclean_election) {
    decision.reply.error_code = static_cast<int16_t>(ErrorCode::InvalidRequest);
    return decision;
  }
  const bool preferred = request.election_type == preferred_election;
  const auto elect = [&](const TopicImage* topic, const std::string& name, int32_t partition,
                         bool report_not_needed, ReplicaElectionResult& results) {
    auto record = topic == nullptr
                      ? Result<PartitionChangeRecord>(
                            fail(ErrorCode::UnknownTopicOrPartition, "No such topic as " + name))
                      : elect_leader(*topic, partition, preferred);
    if (record) {
      decision.records.emplace_back(std::move(*record));
      add_result(results, partition, {});
    } else if (report_not_needed || record.error().code != ErrorCode::ElectionNotNeeded) {
      add_result(results, partition, std::unexpected(std::move(record.error())));
    }
  };
  auto& all_results = decision.reply.replica_election_results;
  if (request.topic_partitions) {
    for (const auto& asked : *request.topic_partitions) {
      ReplicaElectionResult& results =
          all_results.emplace_back(ReplicaElectionResult{asked.topic, {}});
      for (const int32_t partition : asked.partitions) {
        elect(state_.topic(asked.topic), asked.topic, partition, true, results);
      }
    }
  } else {
    for (const auto& [name, topic] : state_.topics()) {
      ReplicaElectionResult& results = all_results.emplace_back(ReplicaElectionResult{name, {}});
      for (size_t i = 0; i < topic.partitions.size(); ++i) {
        if (topic.partitions[i].exists()) {
          elect(&topic, name, static_cast<int32_t>(i), false, results);
        }
      }
    }
  }
  if (decision.records.size() > max_records_per_batch) {
    decision.records.clear();
    all_results.clear();
    decision.reply.error_code = static_cast<int16_t>(ErrorCode::PolicyViolation);
  }
  return decision;
}

// --- What run_upkeep() does unasked, at most elections_per_check at a time ---

bool Controller::balance_leaders(RecordBatches& batches) const {
  size_t elections = 0;
  for (const auto& [name, topic] : state_.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      if (!partition.exists() || has_preferred_leader(partition) ||
          !is_usable(partition.replicas.front())) {
        continue;
      }
      if (elections == elections_per_check) {
        return true;
      }
      if (auto record = elect_leader(topic, static_cast<int32_t>(i), true)) {
        add_record(batches, std::move(*record));
        ++elections;
      }
    }
  }
  return false;
}

bool Controller::recover_leaderless(RecordBatches& batches) const {
  size_t elections = 0;
  for (const auto& [name, topic] : state_.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      if (!partition.exists() || partition.leader != no_leader ||
          !unclean_election_enabled(topic)) {
        continue;
      }
      if (elections == elections_per_check) {
        return true;
      }
      if (auto record = elect_leader(topic, static_cast<int32_t>(i), false)) {
        add_record(batches, std::move(*record));
        ++elections;
      }
    }
  }
  return false;
}

}  // namespace kafka
