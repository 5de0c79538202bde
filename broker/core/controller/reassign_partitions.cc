// AlterPartitionReassignments: moves partitions to other brokers, or takes a move back
// (reassignment.h). A new target while one is running replaces it.
#include <fmt/format.h>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/new_partitions.h"
#include "broker/core/controller/reassignment.h"

namespace kafka {
namespace {

using Wanted = AlterPartitionReassignmentsRequest::ReassignablePartition;

// How many replicas the partition has, or will have when the running reassignment is done.
size_t replication_factor(const PartitionImage& partition) {
  return partition.replicas.size() - partition.removing_replicas.size();
}

Result<> check_target(const PartitionImage& partition, const std::vector<int32_t>& replicas,
                      bool may_change_factor, const MetadataImage& image) {
  if (auto valid = check_replicas(replicas, image); !valid) {
    return valid;
  }
  if (!may_change_factor && replicas.size() != replication_factor(partition)) {
    return fail(ErrorCode::InvalidReplicationFactor,
                fmt::format("The replication factor would change from {} to {}.",
                            replication_factor(partition), replicas.size()));
  }
  return {};
}

}  // namespace

Decision<AlterPartitionReassignmentsResponse> Controller::decide_reassign_partitions(
    const AlterPartitionReassignmentsRequest& request) const {
  Decision<AlterPartitionReassignmentsResponse> decision;
  decision.reply.allow_replication_factor_change = request.allow_replication_factor_change;
  decision.reply.error_message = std::nullopt;
  for (const auto& asked : request.topics) {
    auto& answers = decision.reply.responses.emplace_back();
    answers.name = asked.name;
    for (const Wanted& wanted : asked.partitions) {
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = wanted.partition_index;
      answer.error_message = std::nullopt;
      auto record = reassign(asked.name, wanted, request.allow_replication_factor_change);
      if (!record) {
        answer.error_code = static_cast<int16_t>(record.error().code);
        answer.error_message = std::move(record.error().message);
      } else if (*record) {
        decision.records.emplace_back(std::move(**record));
      }
    }
  }
  if (decision.records.size() > max_records_per_batch) {
    decision.records.clear();
    decision.reply.responses.clear();
    decision.reply.error_code = static_cast<int16_t>(ErrorCode::PolicyViolation);
    decision.reply.error_message = "The request needs more records than one batch may hold.";
  }
  return decision;
}

Result<std::optional<PartitionChangeRecord>> Controller::reassign(const std::string& topic_name,
                                                                  const Wanted& wanted,
                                                                  bool may_change_factor) const {
  const TopicImage* topic = state_.topic(topic_name);
  if (topic == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition,
                fmt::format("Unable to find a topic named {}.", topic_name));
  }
  const PartitionImage* partition = topic->partition(wanted.partition_index);
  if (partition == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition,
                fmt::format("Unable to find partition {}:{}.", topic_name, wanted.partition_index));
  }
  if (!wanted.replicas) {
    return cancel_reassignment(*topic, wanted.partition_index, *partition);
  }
  if (auto valid = check_target(*partition, *wanted.replicas, may_change_factor, state_); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  Reassignment running = reassignment_to(*partition, *wanted.replicas);
  PartitionTarget target;
  target.replicas = std::move(running.replicas);
  target.removing_replicas = std::move(running.removing);
  target.adding_replicas = std::move(running.adding);
  return change_partition(topic->id, wanted.partition_index, *partition, std::move(target),
                          partition_rules(*topic, {}));
}

Result<std::optional<PartitionChangeRecord>> Controller::cancel_reassignment(
    const TopicImage& topic, int32_t partition_id, const PartitionImage& partition) const {
  if (!is_reassigning(partition)) {
    return fail(ErrorCode::NoReassignmentInProgress);
  }
  auto back = reverted_reassignment(partition);
  if (!back) {
    return fail(ErrorCode::InvalidReplicaAssignment,
                "Every replica of the partition is one that the reassignment added.");
  }
  const bool may_be_unclean = unclean_election_enabled(topic);
  if (back->unclean && !may_be_unclean) {
    return fail(ErrorCode::InvalidReplicaAssignment,
                fmt::format("{}-{} cannot go back to its former replicas without an unclean leader "
                            "election.",
                            topic.name, partition_id));
  }
  PartitionTarget target;
  target.election = may_be_unclean ? Election::Unclean : Election::Online;
  target.isr = std::move(back->isr);
  target.replicas = std::move(back->replicas);
  target.removing_replicas.emplace();
  target.adding_replicas.emplace();
  return change_partition(topic.id, partition_id, partition, std::move(target),
                          partition_rules(topic, {}));
}

}  // namespace kafka
