// ReplicaTable: all partitions that have a replica on this broker.
//
// Found by topic id, which names one life of a topic, and by name, which clients up to Fetch v12
// and Produce v12 use. Topics share their configuration between their partitions, so that a broker
// of 10,000 partitions stays small.
//
// Pointers to a Partition live until its topic is removed. The table opens no logs: whoever adds a
// partition brings its log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/replica/partition.h"

namespace kafka {

class ReplicaTable {
 public:
  explicit ReplicaTable(int32_t local_id) : local_id_(local_id) {}

  // The topic's entry, made when it is new.
  TopicReplicas& topic(const Uuid& id, std::string_view name);
  TopicReplicas* find_topic(const Uuid& id);
  TopicReplicas* find_topic(std::string_view name);

  Partition* find(std::string_view topic, int32_t index);
  Partition* find(const Uuid& topic_id, int32_t index);

  Partition& add(TopicReplicas& topic, int32_t index, std::unique_ptr<Log> log,
                 int64_t high_watermark);
  // Takes a topic and all its partitions out of the table.
  std::unique_ptr<TopicReplicas> remove(const Uuid& topic_id);

  // Partitions that moved since the last call: their waiters are to be looked at.
  std::vector<Partition*> take_moved();
  bool any_moved() const { return !moved_.empty(); }

  size_t size() const { return size_; }

  template <class Function>
  void for_each(Function&& function) {
    for (auto& [id, topic] : topics_) {
      for (const std::unique_ptr<Partition>& partition : topic->partitions) {
        if (partition) {
          function(*partition);
        }
      }
    }
  }

 private:
  int32_t local_id_;
  std::vector<Partition*> moved_;  // before topics_: partitions refer to it
  std::unordered_map<Uuid, std::unique_ptr<TopicReplicas>> topics_;
  std::unordered_map<std::string_view, TopicReplicas*> by_name_;  // keys are the topics' own names
  size_t size_ = 0;
};

}  // namespace kafka
