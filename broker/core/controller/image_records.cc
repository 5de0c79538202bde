#include "broker/core/controller/image_records.h"

#include <utility>

#include "broker/core/controller/features.h"

namespace kafka {
namespace {

using MetadataRecords = std::vector<MetadataRecord>;

template <class Record>
void add_endpoints(const std::vector<Endpoint>& endpoints, Record& record) {
  for (const Endpoint& endpoint : endpoints) {
    auto& to = record.end_points.emplace_back();
    to.name = endpoint.listener;
    to.host = endpoint.host;
    to.port = endpoint.port;
    to.security_protocol = endpoint.security_protocol;
  }
}

template <class Record>
void add_features(const std::vector<SupportedFeature>& features, Record& record) {
  for (const SupportedFeature& feature : features) {
    auto& to = record.features.emplace_back();
    to.name = feature.name;
    to.min_supported_version = feature.min_version;
    to.max_supported_version = feature.max_version;
  }
}

std::optional<std::vector<int32_t>> unless_empty(const std::vector<int32_t>& list) {
  return list.empty() ? std::nullopt : std::optional(list);
}

void add_feature_levels(const MetadataImage& image, MetadataRecords& records) {
  const auto add = [&](std::string_view name, int16_t level) {
    FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    records.emplace_back(std::move(record));
  };
  if (image.metadata_version() > 0) {
    add(metadata_version_feature, image.metadata_version());
  }
  for (const auto& [name, level] : image.features()) {
    if (name != metadata_version_feature) {
      add(name, level);
    }
  }
}

void add_nodes(const MetadataImage& image, MetadataRecords& records) {
  for (const auto& [id, broker] : image.brokers()) {
    RegisterBrokerRecord record;
    record.broker_id = id;
    record.is_migrating_zk_broker = broker.is_migrating_zk_broker;
    record.incarnation_id = broker.incarnation_id;
    record.broker_epoch = broker.epoch;
    add_endpoints(broker.endpoints, record);
    add_features(broker.features, record);
    record.rack = broker.rack;
    record.fenced = broker.fenced;
    record.in_controlled_shutdown = broker.in_controlled_shutdown;
    record.log_dirs = broker.log_dirs;
    record.cordoned_log_dirs = broker.cordoned_log_dirs;
    records.emplace_back(std::move(record));
  }
  for (const auto& [id, controller] : image.controllers()) {
    RegisterControllerRecord record;
    record.controller_id = id;
    record.incarnation_id = controller.incarnation_id;
    record.zk_migration_ready = controller.zk_migration_ready;
    add_endpoints(controller.endpoints, record);
    add_features(controller.features, record);
    records.emplace_back(std::move(record));
  }
}

void add_partition(const Uuid& topic_id, int32_t index, const PartitionImage& partition,
                   MetadataRecords& records) {
  PartitionRecord record;
  record.partition_id = index;
  record.topic_id = topic_id;
  record.replicas = partition.replicas;
  record.isr = partition.isr;
  record.removing_replicas = partition.removing_replicas;
  record.adding_replicas = partition.adding_replicas;
  record.leader = partition.leader;
  record.leader_recovery_state = partition.leader_recovery_state;
  record.leader_epoch = partition.leader_epoch;
  record.partition_epoch = partition.partition_epoch;
  record.directories = partition.directories;
  record.eligible_leader_replicas = unless_empty(partition.eligible_leader_replicas);
  record.last_known_elr = unless_empty(partition.last_known_elr);
  records.emplace_back(std::move(record));
}

void add_topics(const MetadataImage& image, MetadataRecords& records) {
  for (const auto& [name, topic] : image.topics()) {
    TopicRecord record;
    record.name = name;
    record.topic_id = topic.id;
    records.emplace_back(std::move(record));
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      if (topic.partitions[i].exists()) {
        add_partition(topic.id, static_cast<int32_t>(i), topic.partitions[i], records);
      }
    }
  }
}

void add_configs(const MetadataImage& image, MetadataRecords& records) {
  for (const auto& [resource, configs] : image.all_configs()) {
    for (const auto& [name, value] : configs) {
      ConfigRecord record;
      record.resource_type = static_cast<int8_t>(resource.type);
      record.resource_name = resource.name;
      record.name = name;
      record.value = value;
      records.emplace_back(std::move(record));
    }
  }
}

void add_quotas(const MetadataImage& image, MetadataRecords& records) {
  for (const auto& [entity, quotas] : image.client_quotas()) {
    for (const auto& [key, value] : quotas) {
      ClientQuotaRecord record;
      for (const auto& [type, name] : entity) {
        auto& part = record.entity.emplace_back();
        part.entity_type = type;
        part.entity_name = name;
      }
      record.key = key;
      record.value = value;
      records.emplace_back(std::move(record));
    }
  }
}

}  // namespace

std::vector<MetadataRecord> image_records(const MetadataImage& image) {
  MetadataRecords records;
  add_feature_levels(image, records);
  add_nodes(image, records);
  add_topics(image, records);
  add_configs(image, records);
  add_quotas(image, records);
  if (image.next_producer_id() > 0) {
    ProducerIdsRecord record;
    record.broker_id = -1;
    record.next_producer_id = image.next_producer_id();
    records.emplace_back(std::move(record));
  }
  for (const auto& [id, acl] : image.acls()) {
    records.emplace_back(acl);
  }
  for (const auto& [key, credential] : image.scram()) {
    records.emplace_back(credential);
  }
  for (const auto& [id, token] : image.tokens()) {
    records.emplace_back(token);
  }
  return records;
}

}  // namespace kafka
