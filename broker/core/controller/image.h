// MetadataImage: the cluster's metadata as plain data, at one offset of the metadata log.
//
// apply(record) is the only way it changes, and the same records in the same order always give the
// same image: on the active controller, on a restart that replays its log, on Apache Kafka reading
// our log and on us reading its. Reads are lookups; a pointer they return lives until the next
// apply().
//
// apply() also notes what it touched in a MetadataDelta, so that the node can create and delete
// logs, elect leaders and reload configurations without comparing whole images.
//
// A record that cannot be applied (a partition of an unknown topic, say) is an error: the log is
// not one that a Kafka controller wrote, and guessing on would serve wrong metadata.
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/config/config_def.h"
#include "broker/core/raft/voters.h"
#include "protocol/cluster_records.h"
#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

inline constexpr int32_t no_leader = -1;
inline constexpr int64_t no_broker_epoch = -1;

// leader_recovery_state: a leader elected uncleanly is recovering until it says otherwise.
inline constexpr int8_t leader_recovered = 0;
inline constexpr int8_t leader_recovering = 1;

// Config resource types as they stand in ConfigRecord and on the wire.
enum class ConfigResourceType : int8_t {
  Unknown = 0,
  Topic = 2,
  Broker = 4,
  BrokerLogger = 8,
  ClientMetrics = 16,
  Group = 32,
};

struct ConfigResource {
  ConfigResourceType type = ConfigResourceType::Unknown;
  std::string name;  // "" with type Broker: the default for all brokers

  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;
};

// One partition. `leader_epoch` grows with each change of leader, `partition_epoch` with each
// change at all. The lists are short (one entry per replica) and most of them empty.
struct PartitionImage {
  std::vector<int32_t> replicas;  // in order of preference; empty: no such partition
  std::vector<int32_t> isr;
  std::vector<int32_t> adding_replicas;
  std::vector<int32_t> removing_replicas;
  std::vector<int32_t> eligible_leader_replicas;  // KIP-966: out of the ISR, but with all its data
  std::vector<int32_t> last_known_elr;            // the last leader, when nobody is left
  std::vector<Uuid> directories;                  // KIP-858: one per replica, same order
  int32_t leader = no_leader;
  int32_t leader_epoch = 0;
  int32_t partition_epoch = 0;
  int8_t leader_recovery_state = 0;  // 1: elected uncleanly and not yet declared recovered

  bool exists() const { return !replicas.empty(); }

  friend bool operator==(const PartitionImage&, const PartitionImage&) = default;
};

struct TopicImage {
  std::string name;
  Uuid id;
  std::vector<PartitionImage> partitions;  // by partition id

  // Null when the topic has no such partition.
  const PartitionImage* partition(int32_t index) const;

  friend bool operator==(const TopicImage&, const TopicImage&) = default;
};

struct Endpoint {
  std::string listener;
  std::string host;
  uint16_t port = 0;
  int16_t security_protocol = 0;  // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct SupportedFeature {
  std::string name;
  int16_t min_version = 0;
  int16_t max_version = 0;

  friend bool operator==(const SupportedFeature&, const SupportedFeature&) = default;
};

struct BrokerImage {
  int32_t id = -1;
  int64_t epoch = no_broker_epoch;  // offset of its registration in the metadata log
  Uuid incarnation_id;
  std::vector<Endpoint> endpoints;
  std::vector<SupportedFeature> features;
  std::optional<std::string> rack;
  bool fenced = true;
  bool in_controlled_shutdown = false;
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;  // null until its first heartbeat with them

  // Null when the broker has no such listener.
  const Endpoint* endpoint(std::string_view listener) const;
  bool usable() const { return !fenced && !in_controlled_shutdown; }

  friend bool operator==(const BrokerImage&, const BrokerImage&) = default;
};

struct ControllerImage {
  int32_t id = -1;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::vector<Endpoint> endpoints;
  std::vector<SupportedFeature> features;

  const Endpoint* endpoint(std::string_view listener) const;

  friend bool operator==(const ControllerImage&, const ControllerImage&) = default;
};

// (entity type, entity name or null for the default), by type.
using QuotaEntity = std::vector<std::pair<std::string, std::optional<std::string>>>;

// What changed between two images. A topic that was created and deleted in between is in neither
// list; one deleted and created again under its name is in both (with two ids).
struct MetadataDelta {
  struct DeletedTopic {
    std::string name;
    Uuid id;
    std::vector<int32_t> partitions;
  };
  std::set<Uuid> created_topics;
  std::vector<DeletedTopic> deleted_topics;
  std::map<Uuid, std::set<int32_t>> changed_partitions;  // new ones included
  std::set<ConfigResource> changed_configs;              // those of deleted topics included
  std::set<int32_t> changed_brokers;                     // registered, changed or gone
  std::set<int32_t> changed_controllers;
  bool features_changed = false;
  bool producer_ids_changed = false;
  bool access_changed = false;  // ACLs, SCRAM credentials, delegation tokens
  bool quotas_changed = false;
  bool voters_changed = false;

  bool empty() const;
};

class MetadataImage {
 public:
  MetadataImage() = default;
  MetadataImage(MetadataImage&&) = default;
  MetadataImage& operator=(MetadataImage&&) = default;
  MetadataImage clone() const;

  // Applies one record. `delta` may be null. Transaction markers are the loader's business
  // (metadata_loader.h) and no-ops here.
  [[nodiscard]] Result<> apply(const MetadataRecord& record, MetadataDelta* delta = nullptr);

  // Control records: kraft.version and the voter set (dynamic voters only).
  void set_kraft_version(int16_t version, MetadataDelta* delta = nullptr);
  void set_voters(VoterSet voters, MetadataDelta* delta = nullptr);

  // The image holds everything up to this record.
  void set_position(int64_t offset, int32_t epoch) { offset_ = offset, epoch_ = epoch; }
  int64_t offset() const { return offset_; }
  int32_t epoch() const { return epoch_; }

  const std::string& cluster_id() const { return cluster_id_; }
  void set_cluster_id(std::string id) { cluster_id_ = std::move(id); }

  // Topics, ordered by name.
  const TopicImage* topic(std::string_view name) const;
  const TopicImage* topic(const Uuid& id) const;
  const PartitionImage* partition(std::string_view topic, int32_t partition) const;
  const PartitionImage* partition(const Uuid& topic_id, int32_t partition) const;
  const std::map<std::string, TopicImage, std::less<>>& topics() const { return topics_; }
  size_t partition_count() const { return partition_count_; }

  const BrokerImage* broker(int32_t id) const;
  const std::map<int32_t, BrokerImage>& brokers() const { return brokers_; }
  const ControllerImage* controller(int32_t id) const;
  const std::map<int32_t, ControllerImage>& controllers() const { return controllers_; }

  // What was set on this resource alone; empty when nothing was. No defaults, no synonyms.
  const ConfigMap& configs(const ConfigResource& resource) const;
  const ConfigMap& topic_configs(std::string_view topic) const;
  const std::map<ConfigResource, ConfigMap>& all_configs() const { return configs_; }

  // Finalized feature levels: metadata.version and the others; never kraft.version.
  const std::map<std::string, int16_t, std::less<>>& features() const { return features_; }
  int16_t feature_level(std::string_view name) const;  // 0 when not finalized
  int16_t metadata_version() const { return feature_level("metadata.version"); }

  int16_t kraft_version() const { return kraft_version_; }
  const VoterSet& voters() const { return voters_; }

  int64_t next_producer_id() const { return next_producer_id_; }

  using QuotaMap = std::map<QuotaEntity, std::map<std::string, double>>;
  const QuotaMap& client_quotas() const { return client_quotas_; }
  const std::map<Uuid, AccessControlEntryRecord>& acls() const { return acls_; }
  using ScramKey = std::pair<int8_t, std::string>;  // mechanism, user
  const std::map<ScramKey, UserScramCredentialRecord>& scram() const { return scram_; }
  const std::map<std::string, DelegationTokenRecord>& tokens() const { return tokens_; }

  // Equal contents; the position counts too.
  friend bool operator==(const MetadataImage& a, const MetadataImage& b);

 private:
  friend struct ImageUpdate;  // image.cc: one overload per record type

  std::map<std::string, TopicImage, std::less<>> topics_;
  std::unordered_map<Uuid, TopicImage*> topics_by_id_;  // into topics_, whose nodes stay put
  size_t partition_count_ = 0;
  std::map<int32_t, BrokerImage> brokers_;
  std::map<int32_t, ControllerImage> controllers_;
  std::map<ConfigResource, ConfigMap> configs_;
  std::map<std::string, int16_t, std::less<>> features_;
  int16_t kraft_version_ = 0;
  VoterSet voters_;
  int64_t next_producer_id_ = 0;
  QuotaMap client_quotas_;
  std::map<Uuid, AccessControlEntryRecord> acls_;
  std::map<ScramKey, UserScramCredentialRecord> scram_;
  std::map<std::string, DelegationTokenRecord> tokens_;
  std::string cluster_id_;
  int64_t offset_ = -1;
  int32_t epoch_ = -1;
};

}  // namespace kafka
