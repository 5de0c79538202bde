// AssignReplicasToDirs: a broker says in which of its directories replicas really are (KIP-858).
// Replicas in a directory that is offline, or lost, leave the ISR.
#include <algorithm>
#include <set>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/partition_updates.h"

namespace kafka {

BatchedDecision<AssignReplicasToDirsResponse> Controller::decide_assign_directories(
    const AssignReplicasToDirsRequest& request) const {
  BatchedDecision<AssignReplicasToDirsResponse> decision;
  const auto refuse = [&](ErrorCode code) {
    decision.reply.error_code = static_cast<int16_t>(code);
    return decision;
  };
  if (state_.metadata_version() < metadata_version::directories) {
    return refuse(ErrorCode::UnsupportedVersion);
  }
  const auto broker = registered(request.broker_id, request.broker_epoch);
  if (!broker) {
    return refuse(broker.error().code);
  }
  std::set<const PartitionImage*> lost;
  for (const auto& directory : request.directories) {
    auto& answers = decision.reply.directories.emplace_back();
    answers.id = directory.id;
    for (const auto& asked : directory.topics) {
      auto& topic_answer = answers.topics.emplace_back();
      topic_answer.topic_id = asked.topic_id;
      for (const auto& partition : asked.partitions) {
        auto& answer = topic_answer.partitions.emplace_back();
        answer.partition_index = partition.partition_index;
        const auto assigned = assign_directory(**broker, directory.id, asked.topic_id,
                                               partition.partition_index, decision.batches);
        if (!assigned) {
          answer.error_code = static_cast<int16_t>(assigned.error().code);
        } else if (!is_online(directory.id, **broker)) {
          lost.insert(*assigned);
        }
      }
    }
  }
  if (!lost.empty()) {
    update_partitions(
        {.leaves = request.broker_id},
        [&](const PartitionImage& partition) { return lost.contains(&partition); },
        decision.batches);
  }
  return decision;
}

Result<const PartitionImage*> Controller::assign_directory(const BrokerImage& broker,
                                                           const Uuid& directory,
                                                           const Uuid& topic_id, int32_t index,
                                                           RecordBatches& batches) const {
  const TopicImage* topic = state_.topic(topic_id);
  if (topic == nullptr) {
    return fail(ErrorCode::UnknownTopicId);
  }
  const PartitionImage* partition = topic->partition(index);
  if (partition == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition);
  }
  if (std::ranges::count(partition->replicas, broker.id) == 0) {
    return fail(ErrorCode::NotLeaderOrFollower);
  }
  PartitionTarget target;
  target.directories[broker.id] = directory;
  if (auto record = change_partition(topic->id, index, *partition, std::move(target),
                                     partition_rules(*topic, {}))) {
    add_record(batches, std::move(*record));
  }
  return partition;
}

}  // namespace kafka
