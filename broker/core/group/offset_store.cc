#include "broker/core/group/offset_store.h"

#include <utility>

namespace kafka {

void OffsetStore::put(const OffsetCommitKey& key, CommittedOffset value) {
  const bool fresh = groups_[key.group][key.topic]
                         .insert_or_assign(key.partition, std::move(value))
                         .second;
  size_ += fresh ? 1 : 0;
}

void OffsetStore::remove(const OffsetCommitKey& key) {
  const auto group = groups_.find(key.group);
  if (group == groups_.end()) {
    return;
  }
  const auto topic = group->second.find(key.topic);
  if (topic == group->second.end()) {
    return;
  }
  size_ -= topic->second.erase(key.partition);
  if (topic->second.empty()) {
    group->second.erase(topic);
  }
  if (group->second.empty()) {
    groups_.erase(group);
  }
}

const CommittedOffset* OffsetStore::find(std::string_view group, std::string_view topic,
                                         int32_t partition) const {
  const Topics& topics = of(group);
  const auto partitions = topics.find(topic);
  if (partitions == topics.end()) {
    return nullptr;
  }
  const auto found = partitions->second.find(partition);
  return found == partitions->second.end() ? nullptr : &found->second;
}

const OffsetStore::Topics& OffsetStore::of(std::string_view group) const {
  static const Topics none;
  const auto at = groups_.find(group);
  return at == groups_.end() ? none : at->second;
}

}  // namespace kafka
