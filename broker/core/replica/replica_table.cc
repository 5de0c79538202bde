#include "broker/core/replica/replica_table.h"

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

namespace {

Partition* partition_of(TopicReplicas* topic, int32_t index) {
  if (topic == nullptr || index < 0 || static_cast<size_t>(index) >= topic->partitions.size()) {
    return nullptr;
  }
  return topic->partitions[static_cast<size_t>(index)].get();
}

}  // namespace

TopicReplicas& ReplicaTable::topic(const Uuid& id, std::string_view name) {
  auto& entry = topics_[id];
  if (!entry) {
    entry = std::make_unique<TopicReplicas>();
    entry->id = id;
    entry->name = name;
    // A topic of that name that was deleted gives way to the new one.
    by_name_.erase(entry->name);
    by_name_.emplace(entry->name, entry.get());
  }
  return *entry;
}

TopicReplicas* ReplicaTable::find_topic(const Uuid& id) {
  const auto found = topics_.find(id);
  return found == topics_.end() ? nullptr : found->second.get();
}

TopicReplicas* ReplicaTable::find_topic(std::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

Partition* ReplicaTable::find(std::string_view topic, int32_t index) {
  return partition_of(find_topic(topic), index);
}

Partition* ReplicaTable::find(const Uuid& topic_id, int32_t index) {
  return partition_of(find_topic(topic_id), index);
}

Partition& ReplicaTable::add(TopicReplicas& topic, int32_t index, std::unique_ptr<Log> log,
                             int64_t high_watermark) {
  const auto position = static_cast<size_t>(index);
  if (topic.partitions.size() <= position) {
    topic.partitions.resize(position + 1);
  }
  CHECK(!topic.partitions[position], "{}-{} is here twice", topic.name, index);
  topic.partitions[position] =
      std::make_unique<Partition>(topic, index, std::move(log), high_watermark, context_);
  ++size_;
  return *topic.partitions[position];
}

std::unique_ptr<TopicReplicas> ReplicaTable::remove(const Uuid& topic_id) {
  auto node = topics_.extract(topic_id);
  if (node.empty()) {
    return nullptr;
  }
  std::unique_ptr<TopicReplicas> topic = std::move(node.mapped());
  if (const auto name = by_name_.find(topic->name);
      name != by_name_.end() && name->second == topic.get()) {
    by_name_.erase(name);
  }
  for (const std::unique_ptr<Partition>& partition : topic->partitions) {
    if (partition) {
      --size_;
      forget(partition.get());
    }
  }
  return topic;
}

std::unique_ptr<Partition> ReplicaTable::remove(const Uuid& topic_id, int32_t index) {
  if (find(topic_id, index) == nullptr) {
    return nullptr;
  }
  std::unique_ptr<Partition> partition =
      std::move(find_topic(topic_id)->partitions[static_cast<size_t>(index)]);
  --size_;
  forget(partition.get());
  return partition;
}

void ReplicaTable::forget(const Partition* partition) {
  std::erase(context_.moved, partition);
  std::erase(context_.isr_waiting, partition);
}

std::vector<ReplicaTable::Moved> ReplicaTable::take_moved() {
  std::vector<Moved> moved;
  moved.reserve(context_.moved.size());
  for (Partition* partition : context_.moved) {
    moved.push_back({partition, partition->take_readers_moved()});
  }
  context_.moved.clear();
  return moved;
}

std::vector<Partition*> ReplicaTable::take_isr_waiting() {
  std::vector<Partition*> waiting;
  waiting.swap(context_.isr_waiting);
  for (Partition* partition : waiting) {
    partition->forget_isr_waiting();
  }
  return waiting;
}

}  // namespace kafka
