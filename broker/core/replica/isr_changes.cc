#include "broker/core/replica/isr_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace kafka {

void IsrChanges::look_at_waiting(int64_t now_ms) {
  for (Partition* partition : replicas_.take_isr_waiting()) {
    consider(*partition, false, now_ms);
  }
}

void IsrChanges::look_at_all(int64_t now_ms) {
  replicas_.for_each([&](Partition& partition) { consider(partition, false, now_ms); });
}

void IsrChanges::look_for_laggards(int64_t now_ms) {
  replicas_.for_each([&](Partition& partition) { consider(partition, true, now_ms); });
}

void IsrChanges::consider(Partition& partition, bool shrink, int64_t now_ms) {
  if (partition.propose_isr(shrink, now_ms)) {
    notes_.push_back(
        fmt::format("Proposing ISR [{}] for {} instead of [{}]; high watermark {}, "
                    "log end {}",
                    fmt::join(*partition.isr().proposed(), ","), to_string(partition.name()),
                    fmt::join(partition.isr().committed(), ","), partition.high_watermark(),
                    partition.log().log_end_offset()));
    wanted_.insert(partition.key());
  }
}

std::optional<AlterPartitionRequest> IsrChanges::next(int64_t now_ms) {
  if (!under_way_.empty() || wanted_.empty() || now_ms < retry_at_ms_) {
    return std::nullopt;
  }
  AlterPartitionRequest request;
  request.broker_id = replicas_.context().local_id;
  request.broker_epoch = replicas_.context().local_epoch;
  for (auto key = wanted_.begin();
       key != wanted_.end() && under_way_.size() < static_cast<size_t>(proposals_max);) {
    const Partition* partition = replicas_.find(key->topic_id, key->partition);
    if (partition != nullptr && partition->is_leader() && partition->isr().proposed()) {
      if (request.topics.empty() || request.topics.back().topic_id != key->topic_id) {
        request.topics.emplace_back().topic_id = key->topic_id;
      }
      request.topics.back().partitions.push_back(partition->proposal());
      under_way_.insert(*key);
    }
    key = wanted_.erase(key);
  }
  return under_way_.empty() ? std::nullopt : std::optional(std::move(request));
}

int64_t IsrChanges::next_deadline_ms() const {
  return under_way_.empty() && !wanted_.empty() ? retry_at_ms_ : INT64_MAX;
}

void IsrChanges::on_response(const AlterPartitionResponse& response, int64_t now_ms) {
  if (response.error_code != 0) {  // a stale broker epoch, an authorization: nothing was decided
    notes_.push_back(fmt::format("The controller answers AlterPartition with {}",
                                 name(static_cast<ErrorCode>(response.error_code))));
    on_failure(now_ms);
    return;
  }
  retry_at_ms_ = 0;
  for (const AlterPartitionResponse::TopicData& topic : response.topics) {
    for (const AlterPartitionResponse::PartitionData& partition : topic.partitions) {
      settle(topic.topic_id, partition, now_ms);
    }
  }
  // What the answer did not mention is not known to be settled.
  wanted_.merge(std::exchange(under_way_, {}));
}

void IsrChanges::settle(const Uuid& topic_id, const AlterPartitionResponse::PartitionData& answer,
                        int64_t now_ms) {
  const TopicIdPartition key{topic_id, answer.partition_index};
  Partition* partition = replicas_.find(topic_id, answer.partition_index);
  if (under_way_.erase(key) == 0 || partition == nullptr) {
    return;
  }
  if (partition->on_isr_answer(answer, now_ms) == IsrOutcome::Retry) {
    wanted_.insert(key);
    retry_at_ms_ = now_ms + retry_ms;
    return;
  }
  const auto error = static_cast<ErrorCode>(answer.error_code);
  notes_.push_back(error == ErrorCode::None
                       ? fmt::format("ISR of {} is [{}] now", to_string(partition->name()),
                                     fmt::join(partition->isr().committed(), ","))
                       : fmt::format("The controller refused the ISR of {}: {}",
                                     to_string(partition->name()), name(error)));
}

void IsrChanges::on_failure(int64_t now_ms) {
  wanted_.merge(std::exchange(under_way_, {}));
  retry_at_ms_ = now_ms + retry_ms;
}

std::vector<std::string> IsrChanges::take_notes() {
  return std::exchange(notes_, {});
}

}  // namespace kafka
