// What each record type does to the image: one overload per record.
#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/controller/image.h"
#include "broker/core/find_in.h"

namespace kafka {
namespace {

std::unexpected<Error> unappliable(std::string message) {
  return fail(ErrorCode::InvalidRecord, std::move(message));
}

template <class Records>
std::vector<Endpoint> endpoints_of(const Records& records) {
  std::vector<Endpoint> endpoints;
  endpoints.reserve(records.size());
  for (const auto& record : records) {
    endpoints.push_back({record.name, record.host, record.port, record.security_protocol});
  }
  return endpoints;
}

template <class Records>
std::vector<SupportedFeature> features_of(const Records& records) {
  std::vector<SupportedFeature> features;
  features.reserve(records.size());
  for (const auto& record : records) {
    features.push_back({record.name, record.min_supported_version, record.max_supported_version});
  }
  std::ranges::sort(features, {}, &SupportedFeature::name);  // a set, written in any order
  return features;
}

// Takes over a list of a PartitionChange; null means that it did not change.
template <class T>
void take(std::vector<T>& list, const std::optional<std::vector<T>>& change) {
  if (change) {
    list = *change;
  }
}

// The directories after a change of replicas that did not name any: those that stay keep theirs,
// new ones are not assigned yet (zero).
std::vector<Uuid> carry_directories(const PartitionImage& partition,
                                    const std::vector<int32_t>& new_replicas) {
  std::vector<Uuid> directories;
  directories.reserve(new_replicas.size());
  for (const int32_t id : new_replicas) {
    const auto at = std::ranges::find(partition.replicas, id) - partition.replicas.begin();
    directories.push_back(static_cast<size_t>(at) < partition.directories.size()
                              ? partition.directories[static_cast<size_t>(at)]
                              : Uuid{});
  }
  return directories;
}

}  // namespace

struct ImageUpdate {
  MetadataImage& image;
  MetadataDelta& delta;

  // --- brokers and controllers ---

  Result<> operator()(const RegisterBrokerRecord& record) {
    BrokerImage broker;
    broker.id = record.broker_id;
    broker.epoch = record.broker_epoch;
    broker.incarnation_id = record.incarnation_id;
    broker.endpoints = endpoints_of(record.end_points);
    broker.features = features_of(record.features);
    broker.rack = record.rack;
    broker.fenced = record.fenced;
    broker.in_controlled_shutdown = record.in_controlled_shutdown;
    broker.is_migrating_zk_broker = record.is_migrating_zk_broker;
    broker.log_dirs = record.log_dirs;
    broker.cordoned_log_dirs = record.cordoned_log_dirs;
    image.brokers_[record.broker_id] = std::move(broker);
    delta.changed_brokers.insert(record.broker_id);
    return {};
  }

  // The registration that a record speaks of; null (and an error) when it is another one.
  Result<BrokerImage*> registration(int32_t id, int64_t epoch) {
    BrokerImage* broker = find_in(image.brokers_, id);
    if (broker == nullptr) {
      return unappliable(fmt::format("broker {} is not registered", id));
    }
    if (broker->epoch != epoch) {
      return unappliable(
          fmt::format("broker {} has epoch {}, the record says {}", id, broker->epoch, epoch));
    }
    delta.changed_brokers.insert(id);
    return broker;
  }

  Result<> operator()(const UnregisterBrokerRecord& record) {
    auto broker = registration(record.broker_id, record.broker_epoch);
    if (!broker) {
      return std::unexpected(std::move(broker.error()));
    }
    image.brokers_.erase(record.broker_id);
    return {};
  }

  Result<> set_fenced(int32_t id, int64_t epoch, bool fenced) {
    auto broker = registration(id, epoch);
    if (!broker) {
      return std::unexpected(std::move(broker.error()));
    }
    (*broker)->fenced = fenced;
    return {};
  }
  Result<> operator()(const FenceBrokerRecord& record) {
    return set_fenced(record.id, record.epoch, true);
  }
  Result<> operator()(const UnfenceBrokerRecord& record) {
    return set_fenced(record.id, record.epoch, false);
  }

  Result<> operator()(const BrokerRegistrationChangeRecord& record) {
    auto found = registration(record.broker_id, record.broker_epoch);
    if (!found) {
      return std::unexpected(std::move(found.error()));
    }
    BrokerImage& broker = **found;
    if (record.fenced != 0) {
      broker.fenced = record.fenced > 0;
    }
    if (record.in_controlled_shutdown != 0) {
      broker.in_controlled_shutdown = true;
    }
    if (!record.log_dirs.empty()) {
      broker.log_dirs = record.log_dirs;
    }
    if (record.cordoned_log_dirs) {
      broker.cordoned_log_dirs = record.cordoned_log_dirs;
    }
    return {};
  }

  Result<> operator()(const RegisterControllerRecord& record) {
    ControllerImage controller;
    controller.id = record.controller_id;
    controller.incarnation_id = record.incarnation_id;
    controller.zk_migration_ready = record.zk_migration_ready;
    controller.endpoints = endpoints_of(record.end_points);
    controller.features = features_of(record.features);
    image.controllers_[record.controller_id] = std::move(controller);
    delta.changed_controllers.insert(record.controller_id);
    return {};
  }

  // --- topics ---

  Result<> operator()(const TopicRecord& record) {
    if (image.topics_.contains(record.name) || image.topics_by_id_.contains(record.topic_id)) {
      return unappliable(
          fmt::format("topic {} ({}) exists", record.name, record.topic_id.to_string()));
    }
    TopicImage& topic = image.topics_[record.name];
    topic.name = record.name;
    topic.id = record.topic_id;
    image.topics_by_id_[record.topic_id] = &topic;
    delta.created_topics.insert(record.topic_id);
    return {};
  }

  Result<TopicImage*> topic(const Uuid& id) {
    TopicImage** found = find_in(image.topics_by_id_, id);
    if (found == nullptr) {
      return unappliable(fmt::format("there is no topic {}", id.to_string()));
    }
    return *found;
  }

  Result<> operator()(const PartitionRecord& record) {
    const auto found = topic(record.topic_id);
    if (!found) {
      return std::unexpected(found.error());
    }
    if (record.partition_id < 0 || record.replicas.empty()) {
      return unappliable(fmt::format("partition {} of {} has a negative number or no replicas",
                                     record.partition_id, (*found)->name));
    }
    auto& partitions = (*found)->partitions;
    const size_t index = static_cast<size_t>(record.partition_id);
    if (index >= partitions.size()) {
      partitions.resize(index + 1);
    }
    PartitionImage& partition = partitions[index];
    image.partition_count_ += partition.exists() ? 0 : 1;
    partition.replicas = record.replicas;
    partition.isr = record.isr;
    partition.adding_replicas = record.adding_replicas;
    partition.removing_replicas = record.removing_replicas;
    partition.eligible_leader_replicas =
        record.eligible_leader_replicas.value_or(std::vector<int32_t>{});
    partition.last_known_elr = record.last_known_elr.value_or(std::vector<int32_t>{});
    partition.directories = record.directories;
    partition.leader = record.leader;
    partition.leader_epoch = record.leader_epoch;
    partition.partition_epoch = record.partition_epoch;
    partition.leader_recovery_state = record.leader_recovery_state;
    delta.changed_partitions[record.topic_id].insert(record.partition_id);
    return {};
  }

  Result<> operator()(const PartitionChangeRecord& record) {
    const auto found = topic(record.topic_id);
    if (!found) {
      return std::unexpected(found.error());
    }
    if ((*found)->partition(record.partition_id) == nullptr) {
      return unappliable(
          fmt::format("topic {} has no partition {}", (*found)->name, record.partition_id));
    }
    PartitionImage& partition = (*found)->partitions[static_cast<size_t>(record.partition_id)];
    if (record.replicas && !record.directories) {
      partition.directories = carry_directories(partition, *record.replicas);
    }
    take(partition.isr, record.isr);
    take(partition.replicas, record.replicas);
    take(partition.removing_replicas, record.removing_replicas);
    take(partition.adding_replicas, record.adding_replicas);
    take(partition.eligible_leader_replicas, record.eligible_leader_replicas);
    take(partition.last_known_elr, record.last_known_elr);
    take(partition.directories, record.directories);
    if (record.leader != leader_unchanged) {
      partition.leader = record.leader;
      ++partition.leader_epoch;
    }
    if (record.leader_recovery_state != recovery_state_unchanged) {
      partition.leader_recovery_state = record.leader_recovery_state;
    }
    ++partition.partition_epoch;
    delta.changed_partitions[record.topic_id].insert(record.partition_id);
    return {};
  }

  Result<> operator()(const RemoveTopicRecord& record) {
    const auto found = topic(record.topic_id);
    if (!found) {
      return std::unexpected(found.error());
    }
    const TopicImage& removed = **found;
    MetadataDelta::DeletedTopic deleted{.name = removed.name, .id = removed.id, .partitions = {}};
    for (size_t i = 0; i < removed.partitions.size(); ++i) {
      if (removed.partitions[i].exists()) {
        deleted.partitions.push_back(static_cast<int32_t>(i));
      }
    }
    image.partition_count_ -= deleted.partitions.size();
    const ConfigResource resource{ConfigResourceType::Topic, removed.name};
    if (image.configs_.erase(resource) != 0) {
      delta.changed_configs.insert(resource);
    }
    delta.changed_partitions.erase(record.topic_id);
    image.topics_by_id_.erase(record.topic_id);
    image.topics_.erase(deleted.name);
    if (delta.created_topics.erase(record.topic_id) == 0) {
      delta.deleted_topics.push_back(std::move(deleted));
    }
    return {};
  }

  // The replicas that could lead without loss are those of the old min.insync.replicas; after a
  // change of it nobody can tell, so the lists go. The partition's epoch stays.
  void clear_elr(TopicImage& topic_image) {
    for (size_t i = 0; i < topic_image.partitions.size(); ++i) {
      PartitionImage& partition = topic_image.partitions[i];
      if (!partition.eligible_leader_replicas.empty() || !partition.last_known_elr.empty()) {
        partition.eligible_leader_replicas.clear();
        partition.last_known_elr.clear();
        delta.changed_partitions[topic_image.id].insert(static_cast<int32_t>(i));
      }
    }
  }

  Result<> operator()(const ClearElrRecord& record) {
    if (record.topic_name.empty()) {
      for (auto& [name, topic_image] : image.topics_) {
        clear_elr(topic_image);
      }
      return {};
    }
    TopicImage* named = find_in(image.topics_, record.topic_name);
    if (named == nullptr) {
      return unappliable(fmt::format("there is no topic {}", record.topic_name));
    }
    clear_elr(*named);
    return {};
  }

  // --- configurations, features, producer ids ---

  Result<> operator()(const ConfigRecord& record) {
    ConfigResource resource{static_cast<ConfigResourceType>(record.resource_type),
                            record.resource_name};
    ConfigMap& configs = image.configs_[resource];
    if (record.value) {
      configs[record.name] = *record.value;
    } else {
      configs.erase(record.name);
    }
    if (configs.empty()) {
      image.configs_.erase(resource);
    }
    delta.changed_configs.insert(std::move(resource));
    return {};
  }

  Result<> operator()(const FeatureLevelRecord& record) {
    if (record.feature_level == 0) {
      image.features_.erase(record.name);
    } else {
      image.features_[record.name] = record.feature_level;
    }
    delta.features_changed = true;
    return {};
  }

  Result<> operator()(const ProducerIdsRecord& record) {
    image.next_producer_id_ = record.next_producer_id;
    delta.producer_ids_changed = true;
    return {};
  }

  // --- quotas and access: kept for snapshots and later use ---

  Result<> operator()(const ClientQuotaRecord& record) {
    QuotaEntity entity;
    for (const auto& part : record.entity) {
      entity.emplace_back(part.entity_type, part.entity_name);
    }
    std::ranges::sort(entity);  // the same entity in whatever order it was written
    auto& quotas = image.client_quotas_[entity];
    if (record.remove) {
      quotas.erase(record.key);
    } else {
      quotas[record.key] = record.value;
    }
    if (quotas.empty()) {
      image.client_quotas_.erase(entity);
    }
    delta.quotas_changed = true;
    return {};
  }

  template <class Map, class Key>
  Result<> set_access(Map& map, const Key& key, const typename Map::mapped_type& record) {
    map.insert_or_assign(key, record);
    delta.access_changed = true;
    return {};
  }
  template <class Map, class Key>
  Result<> remove_access(Map& map, const Key& key) {
    map.erase(key);
    delta.access_changed = true;
    return {};
  }
  Result<> operator()(const AccessControlEntryRecord& record) {
    return set_access(image.acls_, record.id, record);
  }
  Result<> operator()(const RemoveAccessControlEntryRecord& record) {
    return remove_access(image.acls_, record.id);
  }
  Result<> operator()(const UserScramCredentialRecord& record) {
    return set_access(image.scram_, MetadataImage::ScramKey(record.mechanism, record.name), record);
  }
  Result<> operator()(const RemoveUserScramCredentialRecord& record) {
    return remove_access(image.scram_, MetadataImage::ScramKey(record.mechanism, record.name));
  }
  Result<> operator()(const DelegationTokenRecord& record) {
    return set_access(image.tokens_, record.token_id, record);
  }
  Result<> operator()(const RemoveDelegationTokenRecord& record) {
    return remove_access(image.tokens_, record.token_id);
  }

  // --- records that carry no state ---

  Result<> operator()(const NoOpRecord&) { return {}; }
  Result<> operator()(const BeginTransactionRecord&) { return {}; }
  Result<> operator()(const EndTransactionRecord&) { return {}; }
  Result<> operator()(const AbortTransactionRecord&) { return {}; }
  // Left over from a migration that ended before 4.0. Nothing depends on it any more.
  Result<> operator()(const ZkMigrationStateRecord&) { return {}; }

  // In a PartitionChange.
  static constexpr int32_t leader_unchanged = -2;
  static constexpr int8_t recovery_state_unchanged = -1;
};

Result<> MetadataImage::apply(const MetadataRecord& record, MetadataDelta* delta) {
  MetadataDelta ignored;
  return std::visit(ImageUpdate{*this, delta != nullptr ? *delta : ignored}, record);
}

}  // namespace kafka
