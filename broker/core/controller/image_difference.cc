#include "broker/core/controller/image_difference.h"

namespace kafka {
namespace {

MetadataDelta::DeletedTopic deleted(const TopicImage& topic) {
  MetadataDelta::DeletedTopic gone{topic.name, topic.id, {}};
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    gone.partitions.push_back(static_cast<int32_t>(i));
  }
  return gone;
}

void add_topics(const MetadataImage& from, const MetadataImage& to, MetadataDelta& delta) {
  for (const auto& [name, topic] : from.topics()) {
    if (to.topic(topic.id) == nullptr) {
      delta.deleted_topics.push_back(deleted(topic));
      delta.created_topics.erase(topic.id);
      delta.changed_partitions.erase(topic.id);
    }
  }
  for (const auto& [name, topic] : to.topics()) {
    const TopicImage* before = from.topic(topic.id);
    if (before == nullptr) {
      delta.created_topics.insert(topic.id);
    }
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      if (before == nullptr || i >= before->partitions.size() ||
          !(before->partitions[i] == topic.partitions[i])) {
        delta.changed_partitions[topic.id].insert(static_cast<int32_t>(i));
      }
    }
  }
}

// Keys whose value differs, or that are in one map only.
template <class Map, class Set>
void add_changed_keys(const Map& from, const Map& to, Set& changed) {
  for (const auto& [key, value] : from) {
    const auto after = to.find(key);
    if (after == to.end() || !(after->second == value)) {
      changed.insert(key);
    }
  }
  for (const auto& [key, value] : to) {
    if (!from.contains(key)) {
      changed.insert(key);
    }
  }
}

}  // namespace

void add_difference(const MetadataImage& from, const MetadataImage& to, MetadataDelta& delta) {
  add_topics(from, to, delta);
  add_changed_keys(from.all_configs(), to.all_configs(), delta.changed_configs);
  add_changed_keys(from.brokers(), to.brokers(), delta.changed_brokers);
  add_changed_keys(from.controllers(), to.controllers(), delta.changed_controllers);
  delta.features_changed |= from.features() != to.features();
  delta.producer_ids_changed |= from.next_producer_id() != to.next_producer_id();
  delta.access_changed |= from.acls() != to.acls() || from.scram() != to.scram() ||
                          from.tokens() != to.tokens();
  delta.quotas_changed |= from.client_quotas() != to.client_quotas();
  delta.voters_changed |=
      from.voters() != to.voters() || from.kraft_version() != to.kraft_version();
}

}  // namespace kafka
