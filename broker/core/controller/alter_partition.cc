// AlterPartition: the leader of a partition has measured who is in sync, the controller makes it
// so.
//
// Both sides may be out of date, and epochs tell: an older leader or partition epoch is refused and
// the leader waits for the metadata; a newer one means that this controller is not the active one
// any more. Brokers that cannot be in sync whatever the leader measured are refused too: fenced,
// stopping, or in another life than the one that fetched (KIP-903).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/core/bugs.h"
#include "broker/core/controller/controller.h"

namespace kafka {
namespace {

using Asked = AlterPartitionRequest::PartitionData;
using Answer = AlterPartitionResponse::PartitionData;

std::vector<int32_t> ids_of(const std::vector<AlterPartitionRequest::BrokerState>& brokers) {
  std::vector<int32_t> ids;
  for (const auto& broker : brokers) {
    ids.push_back(broker.broker_id);
  }
  return ids;
}

// A set of replicas of the partition, its leader among them.
bool is_possible_isr(const std::vector<int32_t>& isr, const PartitionImage& partition) {
  const std::set<int32_t> distinct(isr.begin(), isr.end());
  return distinct.size() == isr.size() && distinct.contains(partition.leader) &&
         std::ranges::all_of(
             isr, [&](int32_t id) { return std::ranges::count(partition.replicas, id) > 0; });
}

Answer failed(int32_t index, ErrorCode code) {
  Answer answer;
  answer.partition_index = index;
  answer.error_code = static_cast<int16_t>(code);
  return answer;
}

Answer answer_of(int32_t index, const PartitionImage& partition) {
  Answer answer;
  answer.partition_index = index;
  answer.leader_id = partition.leader;
  answer.leader_epoch = partition.leader_epoch;
  answer.isr = partition.isr;
  answer.leader_recovery_state = partition.leader_recovery_state;
  answer.partition_epoch = partition.partition_epoch;
  return answer;
}

}  // namespace

Result<> Controller::check_alter_partition(int32_t broker_id, const PartitionImage* partition,
                                           const Asked& asked) const {
  if (partition == nullptr) {
    return fail(ErrorCode::UnknownTopicOrPartition);
  }
  if (asked.leader_epoch > partition->leader_epoch ||
      asked.partition_epoch > partition->partition_epoch) {
    return fail(ErrorCode::NotController);
  }
  if (asked.leader_epoch < partition->leader_epoch && !is_on(Bug::AlterPartitionOfDeposedLeader)) {
    return fail(ErrorCode::FencedLeaderEpoch);
  }
  if (broker_id != partition->leader && !is_on(Bug::AlterPartitionOfDeposedLeader)) {
    return fail(ErrorCode::InvalidRequest);
  }
  if (asked.partition_epoch < partition->partition_epoch &&
      !is_on(Bug::AlterPartitionWithoutCompareAndSet) &&
      !is_on(Bug::AlterPartitionOfDeposedLeader)) {
    return fail(ErrorCode::InvalidUpdateVersion);
  }
  const int8_t state = asked.leader_recovery_state;
  if (!is_possible_isr(ids_of(asked.new_isr_with_epochs), *partition) ||
      (state != leader_recovered && state != leader_recovering) ||
      (state == leader_recovering && asked.new_isr_with_epochs.size() > 1) ||
      (state == leader_recovering && partition->leader_recovery_state == leader_recovered)) {
    return fail(ErrorCode::InvalidRequest);
  }
  for (const auto& [id, epoch] : asked.new_isr_with_epochs) {
    if (!is_on(Bug::AlterPartitionTakesEarlierLives) && !is_on(Bug::EarlierLivesCount) &&
        (!is_usable(id) || (epoch != no_broker_epoch && epoch != state_.broker(id)->epoch))) {
      return fail(ErrorCode::IneligibleReplica);
    }
  }
  return {};
}

BatchedDecision<AlterPartitionResponse> Controller::decide_alter_partition(
    const AlterPartitionRequest& request, int16_t version) const {
  BatchedDecision<AlterPartitionResponse> decision;
  if (request.topics.empty()) {
    return decision;
  }
  if (auto broker = registered(request.broker_id, request.broker_epoch); !broker) {
    decision.reply.error_code = static_cast<int16_t>(broker.error().code);
    return decision;
  }
  for (const auto& asked_topic : request.topics) {
    auto& answers = decision.reply.topics.emplace_back();
    answers.topic_id = asked_topic.topic_id;
    const TopicImage* topic = state_.topic(asked_topic.topic_id);
    for (Asked asked : asked_topic.partitions) {
      if (version < 3) {  // without the epochs of KIP-903
        for (const int32_t id : asked.new_isr) {
          asked.new_isr_with_epochs.push_back({id, no_broker_epoch});
        }
      }
      answers.partitions.push_back(
          topic == nullptr ? failed(asked.partition_index, ErrorCode::UnknownTopicId)
                           : alter_partition(request.broker_id, *topic, asked, decision.batches));
    }
  }
  return decision;
}

Answer Controller::alter_partition(int32_t broker_id, const TopicImage& topic, const Asked& asked,
                                   RecordBatches& batches) const {
  const PartitionImage* partition = topic.partition(asked.partition_index);
  if (auto valid = check_alter_partition(broker_id, partition, asked); !valid) {
    return failed(asked.partition_index, valid.error().code);
  }
  PartitionTarget target;
  target.isr = ids_of(asked.new_isr_with_epochs);
  target.leader_recovery_state = asked.leader_recovery_state;
  target.election = unclean_election_enabled(topic) ? Election::Unclean : Election::Online;
  auto record = change_partition(topic.id, asked.partition_index, *partition, std::move(target),
                                 partition_rules(topic, {}));
  if (!record) {
    return answer_of(asked.partition_index, *partition);
  }
  const PartitionImage after = changed(*partition, *record);
  add_record(batches, std::move(*record));
  // The new ISR completed a reassignment, and the leader is not one of the replicas that stay.
  return after.leader != broker_id ? failed(asked.partition_index, ErrorCode::NewLeaderElected)
                                   : answer_of(asked.partition_index, after);
}

}  // namespace kafka
