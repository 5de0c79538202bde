// What the broker does when metadata became committed: the difference between two images, turned
// into logs, leaderships and configurations. The order is Apache Kafka's: configurations first, so
// that new logs are opened with them; then topics that went; then partitions that came or changed.
#include <fmt/format.h>

#include "broker/config/topic_config.h"
#include "broker/node/log_format.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

constexpr std::string_view logger = "kafka.server.BrokerMetadataPublisher";
constexpr std::string_view offsets_topic = "__consumer_offsets";

void set_topic_config(TopicReplicas& replicas, const MetadataImage& image,
                      const BrokerConfig& broker) {
  replicas.config = std::make_shared<const TopicConfig>(
      resolve_topic_config(image.topic_configs(replicas.name), broker));
  replicas.log_config =
      std::make_shared<const LogConfig>(to_log_config(*replicas.config, broker));
  for (const std::unique_ptr<Partition>& partition : replicas.partitions) {
    if (partition) {
      partition->log().set_config(replicas.log_config);
    }
  }
}

}  // namespace

TopicReplicas& NodeParts::topic_replicas(const TopicImage& topic) {
  TopicReplicas& replicas_of_topic = replicas.topic(topic.id, topic.name);
  if (!replicas_of_topic.config) {
    set_topic_config(replicas_of_topic, metadata.kraft().image(), config);
  }
  return replicas_of_topic;
}

// Opens the log where this broker has a replica, and takes over the role that the image says.
Result<> NodeParts::apply_partition(const TopicImage& topic, int32_t index) {
  const PartitionImage* image = topic.partition(index);
  if (image == nullptr) {
    return {};
  }
  const auto ours = std::find(image->replicas.begin(), image->replicas.end(), config.node_id);
  if (ours == image->replicas.end()) {
    return {};
  }
  Partition* partition = replicas.find(topic.id, index);
  if (partition == nullptr) {
    const auto position = static_cast<size_t>(ours - image->replicas.begin());
    const Uuid directory =
        position < image->directories.size() ? image->directories[position] : Uuid{};
    const Result<Partition*> opened =
        storage.open_partition(topic_replicas(topic), index, directory, now_ms);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    partition = *opened;
  }
  partition->set_role({image->leader, image->leader_epoch, image->partition_epoch,
                       image->replicas, image->isr},
                      now_ms);
  if (topic.name == offsets_topic && groups) {
    groups->set_partition_count(static_cast<int32_t>(topic.partitions.size()));
    groups->on_leadership(*partition);
  }
  return {};
}

Result<> NodeParts::open_logs() {
  for (const auto& [name, topic] : metadata.kraft().image().topics()) {
    for (int32_t index = 0; index < static_cast<int32_t>(topic.partitions.size()); ++index) {
      if (const Result<> applied = apply_partition(topic, index); !applied) {
        return applied;
      }
    }
  }
  return {};
}

void NodeParts::publish(const MetadataDelta& delta) {
  if (!config.is_broker || delta.empty()) {
    return;
  }
  reload_configs(delta);
  remove_topics(delta);
  const MetadataImage& image = metadata.kraft().image();
  for (const auto& [topic_id, partitions] : delta.changed_partitions) {
    const TopicImage* topic = image.topic(topic_id);
    if (topic == nullptr) {
      continue;
    }
    for (const int32_t index : partitions) {
      if (const Result<> applied = apply_partition(*topic, index); !applied) {
        // Clients get KAFKA_STORAGE_ERROR or no leader; the others go on.
        log_error(logger, "{}-{} cannot be opened: {}", topic->name, index,
                  applied.error().message);
      }
    }
  }
}

void NodeParts::reload_configs(const MetadataDelta& delta) {
  const MetadataImage& image = metadata.kraft().image();
  const std::string own_id = std::to_string(config.node_id);
  bool broker_changed = false;
  for (const ConfigResource& resource : delta.changed_configs) {
    broker_changed = broker_changed || (resource.type == ConfigResourceType::Broker &&
                                        (resource.name.empty() || resource.name == own_id));
  }
  if (broker_changed) {
    Result<BrokerConfig> changed =
        config.with_dynamic(image.configs({ConfigResourceType::Broker, ""}),
                            image.configs({ConfigResourceType::Broker, own_id}));
    if (changed) {
      config = std::move(*changed);
      apply_limits();
    } else {
      log_error(logger, "The dynamic configuration is not applied: {}", changed.error().message);
    }
  }
  for (const auto& [name, topic] : image.topics()) {
    TopicReplicas* known = replicas.find_topic(topic.id);
    const bool changed = broker_changed || delta.changed_configs.contains(
                                               {ConfigResourceType::Topic, name});
    if (known != nullptr && changed) {
      set_topic_config(*known, image, config);
    }
  }
}

void NodeParts::remove_topics(const MetadataDelta& delta) {
  std::vector<DeletedTopicId> removed;
  for (const MetadataDelta::DeletedTopic& topic : delta.deleted_topics) {
    removed.push_back({topic.name, topic.id});
    std::unique_ptr<TopicReplicas> gone = replicas.remove(topic.id);
    if (!gone) {
      continue;
    }
    for (const int32_t index : topic.partitions) {
      if (topic.name == offsets_topic && groups) {
        groups->on_removed(index);
      }
      purgatory.moved({topic.id, index});  // fetches that wait learn that it is gone
    }
    log_info(logger, "Removing the logs of topic {} ({})", topic.name, topic.id.to_string());
    storage.remove_topic(std::move(gone), now_ms);
  }
  if (!removed.empty()) {
    if (groups) {
      groups->on_topics_deleted(removed);
    }
    arm_deletions();
  }
}

}  // namespace kafka
