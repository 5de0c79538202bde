#include "broker/config/legacy.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "broker/config/config_table.h"

namespace kafka {
namespace {

struct Legacy {
  std::string_view key;
  std::string_view note;
};

constexpr std::string_view zookeeper_note =
    "ZooKeeper is no longer part of Kafka: the metadata quorum took its place, see process.roles "
    "and controller.quorum.bootstrap.servers";

constexpr Legacy legacy_keys[] = {
    {"zookeeper.connect", zookeeper_note},
    {"advertised.host.name", "use advertised.listeners, as in PLAINTEXT://host:9092"},
    {"advertised.port", "use advertised.listeners, as in PLAINTEXT://host:9092"},
    {"auto.include.jmx.reporter", "use metric.reporters"},
    {"broker.id.generation.enable", "every node is given its own node.id"},
    {"control.plane.listener.name",
     "controllers have listeners of their own, see controller.listener.names"},
    {"controlled.shutdown.max.retries", "the controller moves leadership without retries now"},
    {"controlled.shutdown.retry.backoff.ms", "the controller moves leadership without retries now"},
    {"controller.quorum.bootstrap.controllers", "use controller.quorum.bootstrap.servers"},
    {"delegation.token.master.key", "use delegation.token.secret.key"},
    {"eligible.leader.replicas.enable",
     "the feature eligible.leader.replicas.version of the cluster decides"},
    {"enable.zookeeper", zookeeper_note},
    {"group.coordinator.new.enable", "the new group coordinator is the only one now"},
    {"host.name", "use listeners, as in PLAINTEXT://host:9092"},
    {"inter.broker.protocol.version",
     "the feature metadata.version of the cluster decides, see kafka-features.sh"},
    {"leader.imbalance.per.broker.percentage",
     "leadership is moved back whenever the preferred replica is in sync"},
    {"log.message.downconversion.enable", "records are always stored and sent in format 2"},
    {"log.message.format.version", "records are always stored and sent in format 2"},
    {"log.message.timestamp.difference.max.ms",
     "use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms"},
    {"metadata.log.segment.min.bytes", "use internal.metadata.log.segment.bytes in tests"},
    {"offsets.commit.required.acks", "commits always wait for all in-sync replicas"},
    {"password.encoder.cipher.algorithm",
     "dynamic passwords are no longer encrypted by the broker"},
    {"password.encoder.iterations", "dynamic passwords are no longer encrypted by the broker"},
    {"password.encoder.key.length", "dynamic passwords are no longer encrypted by the broker"},
    {"password.encoder.keyfactory.algorithm",
     "dynamic passwords are no longer encrypted by the broker"},
    {"password.encoder.old.secret", "dynamic passwords are no longer encrypted by the broker"},
    {"password.encoder.secret", "dynamic passwords are no longer encrypted by the broker"},
    {"port", "use listeners, as in PLAINTEXT://:9092"},
    {"quota.consumer.default", "quotas are set with kafka-configs.sh, entity type clients"},
    {"quota.producer.default", "quotas are set with kafka-configs.sh, entity type clients"},
    {"reserved.broker.max.id", "every node is given its own node.id"},
    {"unstable.metadata.versions.enable", "use unstable.feature.versions.enable"},
};

// Prefixes of settings that plugins read; Kafka keeps them without knowing them.
constexpr std::string_view plugin_prefixes[] = {"config.providers.", "rlmm.config.", "rsm.config.",
                                                "kraftlab."};

// Levenshtein's distance.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string_view nearest_key(std::string_view key) {
  constexpr size_t farthest = 3;
  std::string_view nearest;
  size_t nearest_distance = farthest;
  for (const ConfigDef& def : broker_configs()) {
    size_t distance = edit_distance(key, def.name);
    if (distance < nearest_distance) {
      nearest = def.name;
      nearest_distance = distance;
    }
  }
  return nearest;
}

}  // namespace

std::optional<std::string> note_on_key(std::string_view key) {
  if (find_broker_config(key) != nullptr ||
      std::ranges::any_of(plugin_prefixes,
                          [&](std::string_view prefix) { return key.starts_with(prefix); })) {
    return std::nullopt;
  }
  auto legacy = std::ranges::find(legacy_keys, key, &Legacy::key);
  if (legacy != std::end(legacy_keys)) {
    return fmt::format("{} has no effect any more: {}.", key, legacy->note);
  }
  if (key.starts_with("zookeeper.")) {
    return fmt::format("{} has no effect any more: {}.", key, zookeeper_note);
  }
  std::string_view nearest = nearest_key(key);
  if (!nearest.empty()) {
    return fmt::format("Unknown configuration {} has no effect; did you mean {}?", key, nearest);
  }
  return fmt::format("Unknown configuration {} has no effect.", key);
}

}  // namespace kafka
