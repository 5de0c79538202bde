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
  explicit ReplicaTable(int32_t local_id) : context_(local_id) {}
  ReplicaTable(const ReplicaTable&) = delete;  // partitions refer to its context
  ReplicaTable& operator=(const ReplicaTable&) = delete;

  ReplicaContext& context() { return context_; }
  ReplicationQuota& leader_quota() { return leader_quota_; }
  ReplicationQuota& follower_quota() { return follower_quota_; }

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
  // Takes one partition out: it has no replica here any more. Null when there was none.
  std::unique_ptr<Partition> remove(const Uuid& topic_id, int32_t index);

  // A partition whose waiters are to be looked at; `readers`: consumers see what moved.
  struct Moved {
    Partition* partition;
    bool readers;

    friend bool operator==(const Moved&, const Moved&) = default;
  };
  // Those that moved since the last call.
  std::vector<Moved> take_moved();
  bool any_moved() const { return !context_.moved.empty(); }
  // Those where a follower may join the ISR, since the last call.
  std::vector<Partition*> take_isr_waiting();
  bool any_isr_waiting() const { return !context_.isr_waiting.empty(); }

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
  void forget(const Partition* partition);

  ReplicaContext context_;  // before topics_: partitions refer to it
  ReplicationQuota leader_quota_;
  ReplicationQuota follower_quota_;
  std::unordered_map<Uuid, std::unique_ptr<TopicReplicas>> topics_;
  std::unordered_map<std::string_view, TopicReplicas*> by_name_;  // keys are the topics' own names
  size_t size_ = 0;
};

}  // namespace kafka
