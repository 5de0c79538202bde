#include "broker/core/controller/image.h"

#include <algorithm>

#include "broker/core/find_in.h"

namespace kafka {
namespace {

const Endpoint* find_endpoint(const std::vector<Endpoint>& endpoints, std::string_view listener) {
  const auto found = std::ranges::find(endpoints, listener, &Endpoint::listener);
  return found == endpoints.end() ? nullptr : &*found;
}

}  // namespace

const PartitionImage* TopicImage::partition(int32_t index) const {
  const bool known = index >= 0 && static_cast<size_t>(index) < partitions.size() &&
                     partitions[static_cast<size_t>(index)].exists();
  return known ? &partitions[static_cast<size_t>(index)] : nullptr;
}

const Endpoint* BrokerImage::endpoint(std::string_view listener) const {
  return find_endpoint(endpoints, listener);
}

const Endpoint* ControllerImage::endpoint(std::string_view listener) const {
  return find_endpoint(endpoints, listener);
}

bool MetadataDelta::empty() const {
  return created_topics.empty() && deleted_topics.empty() && changed_partitions.empty() &&
         changed_configs.empty() && changed_brokers.empty() && changed_controllers.empty() &&
         !features_changed && !producer_ids_changed && !access_changed && !quotas_changed &&
         !voters_changed;
}

void MetadataImage::set_kraft_version(int16_t version, MetadataDelta* delta) {
  kraft_version_ = version;
  if (delta != nullptr) {
    delta->features_changed = true;
  }
}

void MetadataImage::set_voters(VoterSet voters, MetadataDelta* delta) {
  voters_ = std::move(voters);
  if (delta != nullptr) {
    delta->voters_changed = true;
  }
}

MetadataImage MetadataImage::clone() const {
  MetadataImage copy;
  copy.topics_ = topics_;
  for (auto& [name, topic] : copy.topics_) {
    copy.topics_by_id_[topic.id] = &topic;
  }
  copy.partition_count_ = partition_count_;
  copy.brokers_ = brokers_;
  copy.controllers_ = controllers_;
  copy.configs_ = configs_;
  copy.features_ = features_;
  copy.kraft_version_ = kraft_version_;
  copy.voters_ = voters_;
  copy.next_producer_id_ = next_producer_id_;
  copy.client_quotas_ = client_quotas_;
  copy.acls_ = acls_;
  copy.scram_ = scram_;
  copy.tokens_ = tokens_;
  copy.cluster_id_ = cluster_id_;
  copy.offset_ = offset_;
  copy.epoch_ = epoch_;
  return copy;
}

const TopicImage* MetadataImage::topic(std::string_view name) const {
  return find_in(topics_, name);
}

const TopicImage* MetadataImage::topic(const Uuid& id) const {
  const auto* found = find_in(topics_by_id_, id);
  return found == nullptr ? nullptr : *found;
}

const PartitionImage* MetadataImage::partition(std::string_view topic_name,
                                               int32_t partition) const {
  const TopicImage* found = topic(topic_name);
  return found == nullptr ? nullptr : found->partition(partition);
}

const PartitionImage* MetadataImage::partition(const Uuid& topic_id, int32_t partition) const {
  const TopicImage* found = topic(topic_id);
  return found == nullptr ? nullptr : found->partition(partition);
}

const BrokerImage* MetadataImage::broker(int32_t id) const {
  return find_in(brokers_, id);
}

const ControllerImage* MetadataImage::controller(int32_t id) const {
  return find_in(controllers_, id);
}

const ConfigMap& MetadataImage::configs(const ConfigResource& resource) const {
  static const ConfigMap none;
  const ConfigMap* found = find_in(configs_, resource);
  return found == nullptr ? none : *found;
}

const ConfigMap& MetadataImage::topic_configs(std::string_view topic) const {
  return configs({ConfigResourceType::Topic, std::string(topic)});
}

int16_t MetadataImage::feature_level(std::string_view name) const {
  const int16_t* found = find_in(features_, name);
  return found == nullptr ? int16_t{0} : *found;
}

bool operator==(const MetadataImage& a, const MetadataImage& b) {
  return a.topics_ == b.topics_ && a.brokers_ == b.brokers_ && a.controllers_ == b.controllers_ &&
         a.configs_ == b.configs_ && a.features_ == b.features_ &&
         a.kraft_version_ == b.kraft_version_ && a.voters_ == b.voters_ &&
         a.next_producer_id_ == b.next_producer_id_ && a.client_quotas_ == b.client_quotas_ &&
         a.acls_ == b.acls_ && a.scram_ == b.scram_ && a.tokens_ == b.tokens_ &&
         a.cluster_id_ == b.cluster_id_ && a.offset_ == b.offset_ && a.epoch_ == b.epoch_;
}

}  // namespace kafka
