// What the broker does when metadata became committed: the difference between two images, turned
// into logs, leaderships and configurations. The order is Apache Kafka's: configurations first, so
// that new logs are opened with them; then who is alive; then topics that went; then partitions
// that came, changed or went elsewhere.
//
//   a partition is led here       its log takes appends; of __consumer_offsets: its groups load
//   followed here                 it is fetched from the leader; its groups are another's
//   no replica here (any more)    nobody fetches it; its log is removed
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker/config/topic_config.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/parts.h"

namespace kafka {

namespace {

void set_topic_config(TopicReplicas& replicas, const MetadataImage& image,
                      const BrokerConfig& broker) {
  const ConfigMap& set = image.topic_configs(replicas.name);
  const auto throttled = [&](const char* name) {
    const auto found = set.find(name);
    return ThrottledReplicas::parse(found == set.end() ? "" : found->second, broker.node_id);
  };
  replicas.leader_throttled = throttled("leader.replication.throttled.replicas");
  replicas.follower_throttled = throttled("follower.replication.throttled.replicas");
  replicas.config = std::make_shared<const TopicConfig>(resolve_topic_config(set, broker));
  replicas.log_config = std::make_shared<const LogConfig>(to_log_config(*replicas.config, broker));
  for (const std::unique_ptr<Partition>& partition : replicas.partitions) {
    if (partition) {
      partition->log().set_config(replicas.log_config);
    }
  }
}

int64_t quota_rate(const BrokerConfig& config, std::string_view name) {
  const auto text = config.text(name);
  int64_t rate = ReplicationQuota::unlimited;
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), rate);  // checked when it was set
  }
  return rate;
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
  const auto ours = std::ranges::find(image->replicas, config.node_id);
  if (ours == image->replicas.end()) {
    remove_replica(topic, index);
    return {};
  }
  Partition* partition = replicas.find(topic.id, index);
  const auto position = static_cast<size_t>(ours - image->replicas.begin());
  const Uuid directory =
      position < image->directories.size() ? image->directories[position] : Uuid{};
  if (partition == nullptr) {
    const Result<Partition*> opened =
        storage.open_partition(topic_replicas(topic), index, directory, now_ms);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    partition = *opened;
  }
  directories->on_assigned(*partition, directory);
  partition->set_role(
      {image->leader, image->leader_epoch, image->partition_epoch, image->replicas, image->isr},
      now_ms);
  if (events) {
    events->on_role(*partition);
  }
  fetchers->on_role(*partition);
  if (topic.name == offsets_topic && groups) {
    groups->set_partition_count(static_cast<int32_t>(topic.partitions.size()));
    groups->on_leadership(*partition);
  }
  return {};
}

// A reassignment took the replica away.
void NodeParts::remove_replica(const TopicImage& topic, int32_t index) {
  std::unique_ptr<Partition> gone = replicas.remove(topic.id, index);
  if (!gone) {
    return;
  }
  log_info(publisher_logger, "Removing the log of {}: it has no replica here any more",
           to_string(gone->name()));
  close_replica(topic.name, gone->key());
  storage.remove_partition(*gone, now_ms);
  arm_deletions();
}

// Whoever has to do with a replica hears that it is gone.
void NodeParts::close_replica(const std::string& topic, const TopicIdPartition& partition) {
  fetchers->forget(partition);
  directories->forget(partition);
  if (events) {
    events->forget(partition);
  }
  if (topic == offsets_topic && groups) {
    groups->on_removed(partition.partition);
  }
  purgatory.moved(partition);
  purgatory.moved({partition.topic_id, ~partition.partition});
}

// Who may be in an ISR, and in which of its lives.
void NodeParts::note_brokers() {
  ReplicaContext& context = replicas.context();
  context.live.clear();
  for (const auto& [id, broker] : metadata.kraft().image().brokers()) {
    if (id == config.node_id) {
      context.local_epoch = broker.epoch;
    }
    if (!broker.fenced) {
      context.live[id] = {broker.epoch, broker.in_controlled_shutdown};
    }
  }
  context.lag_time_max_ms = config.replica_lag_time_max_ms;
}

Result<> NodeParts::open_logs() {
  note_brokers();
  set_replication_quotas();
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
  if (!delta.changed_brokers.empty()) {
    note_brokers();
    isr->look_at_all();
  }
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
        log_error(publisher_logger, "{}-{} cannot be opened: {}", topic->name, index,
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
      set_replication_quotas();
    } else {
      log_error(publisher_logger, "The dynamic configuration is not applied: {}",
                changed.error().message);
    }
  }
  for (const auto& [name, topic] : image.topics()) {
    TopicReplicas* known = replicas.find_topic(topic.id);
    const bool changed =
        broker_changed || delta.changed_configs.contains({ConfigResourceType::Topic, name});
    if (known != nullptr && changed) {
      set_topic_config(*known, image, config);
    }
  }
}

void NodeParts::set_replication_quotas() {
  replicas.leader_quota().set_rate(quota_rate(config, "leader.replication.throttled.rate"));
  replicas.follower_quota().set_rate(quota_rate(config, "follower.replication.throttled.rate"));
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
      close_replica(topic.name, {topic.id, index});
    }
    log_info(publisher_logger, "Removing the logs of topic {} ({})", topic.name,
             topic.id.to_string());
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
