// Controller: the rules of the cluster. decide_*() turns a request into records and a reply;
// apply() turns records into state. Nothing else changes it.
//
// decide_*() is const: it reads the state, checks the request and returns what should be written
// and what to answer once that is durable. The caller appends the records, calls apply() with them
// in the same breath (so that the next decision sees them), and holds the reply until the records
// are committed. A decision without records is answered at once.
//
//   request --decide--> records + reply          (nothing has changed yet)
//   records --append--> metadata log, offset N
//   records --apply---> this state               (ahead of what is committed)
//   commit of N ------> MetadataImage, reply     (now everybody sees it)
//
// `state()` is therefore ahead of the committed image that brokers and clients see. When leadership
// is lost, reset() goes back to the committed image.
//
// Records of one decision belong together: they fit in one batch (max_records_per_batch), which is
// written whole or not at all. Decisions that may be larger say so and return several batches.
//
// Only what must survive a change of controllers is in the log. When a broker was last heard of is
// not: sessions() keeps it. What is due without being asked (expired sessions, leaders out of
// balance) comes from run_upkeep(), which the active controller calls at next_upkeep_ms().
//
// Rules that need nothing but the image are free functions beside it: client_quotas.h, scram.h,
// acls.h, delegation_tokens.h, features.h.
//
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/broker_sessions.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/partition_change.h"
#include "broker/core/env.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/37_create_partitions.h"
#include "protocol/api/43_elect_leaders.h"
#include "protocol/api/45_alter_partition_reassignments.h"
#include "protocol/api/56_alter_partition.h"
#include "protocol/api/57_update_features.h"
#include "protocol/api/62_broker_registration.h"
#include "protocol/api/63_broker_heartbeat.h"
#include "protocol/api/70_controller_registration.h"
#include "protocol/api/73_assign_replicas_to_dirs.h"
#include "protocol/cluster_records.h"
#include "protocol/result.h"

namespace kafka {

// What one batch of the metadata log may hold; more in one user operation is POLICY_VIOLATION.
inline constexpr size_t max_records_per_batch = 10'000;
inline constexpr int64_t producer_id_block_size = 1000;

template <class Reply>
struct Decision {
  std::vector<MetadataRecord> records;
  Reply reply;
};

// Several batches, each atomic by itself, in order.
using RecordBatches = std::vector<std::vector<MetadataRecord>>;

template <class Reply>
struct BatchedDecision {
  RecordBatches batches;
  Reply reply;
};

// A broker as it asks to be part of the cluster.
struct BrokerRegistration {
  std::string cluster_id;  // "": not checked (the broker in this process)
  int32_t broker_id = -1;
  Uuid incarnation_id;
  std::vector<Endpoint> endpoints;
  std::vector<SupportedFeature> features;
  std::optional<std::string> rack;
  std::vector<Uuid> log_dirs;
  int64_t previous_broker_epoch = no_broker_epoch;  // from .kafka_cleanshutdown; -1 after a crash
  // The registration comes from the process that holds the lock on the broker's directories.
  bool holds_directory_lock = false;
};

// One configuration to change.
struct ConfigOp {
  enum class Kind : int8_t { Set = 0, Delete = 1, Append = 2, Subtract = 3 };
  std::string name;
  std::optional<std::string> value;
  Kind kind = Kind::Set;
};

struct ConfigAlteration {
  ConfigResource resource;
  std::vector<ConfigOp> ops;
  // AlterConfigs (key 33): ops are the whole new set; what is not named is removed.
  bool replace_all = false;
};

struct ProducerIdBlock {
  int64_t first_id = 0;
  int32_t length = 0;
};

class Controller {
 public:
  // `config` and `random` outlive the controller. `random` makes topic ids.
  Controller(const BrokerConfig& config, Random& random);

  // Starts from a committed image (activation), and goes back to one (leadership lost). Sessions
  // begin anew.
  void reset(const MetadataImage& committed);

  // Applies records that were appended with `last_offset` as the offset of the last one. They come
  // from decide_*() or from the log, so one that does not fit is a broken invariant.
  void apply(const std::vector<MetadataRecord>& records, int64_t last_offset);

  const MetadataImage& state() const { return state_; }
  const BrokerSessions& sessions() const { return sessions_; }

  // --- topics (create_topics.cc, delete_topics.cc, create_partitions.cc). The `configs` of a
  // CreateTopics result are left empty: they are the handler's to fill in.
  Decision<CreateTopicsResponse> decide_create_topics(const CreateTopicsRequest& request) const;
  Decision<DeleteTopicsResponse> decide_delete_topics(const DeleteTopicsRequest& request,
                                                      int16_t version) const;
  Decision<CreatePartitionsResponse> decide_create_partitions(
      const CreatePartitionsRequest& request) const;

  // --- configurations (alter_configs.cc). One result per alteration, in order; those that succeed
  // are in the records even when others fail.
  Decision<std::vector<Result<>>> decide_alter_configs(
      const std::vector<ConfigAlteration>& alterations, bool validate_only) const;

  // --- producer ids. The block is the broker's alone once the record is durable.
  Decision<Result<ProducerIdBlock>> decide_allocate_producer_ids(int32_t broker_id,
                                                                 int64_t broker_epoch) const;

  // --- brokers (brokers.cc). `next_offset` is where the first record will stand: the epoch of a
  // new registration. A retry of the same incarnation keeps its epoch.
  struct Registered {
    RecordBatches batches;
    int64_t broker_epoch = no_broker_epoch;
  };
  Result<Registered> decide_register_broker(const BrokerRegistration& registration,
                                            int64_t next_offset, int64_t now_ms) const;
  // The broker has read its registration and opened its logs: it may lead.
  Result<RecordBatches> decide_unfence_broker(int32_t broker_id, int64_t broker_epoch) const;
  // Controlled shutdown: first leadership moves away, then, when everybody has seen it, fence.
  Result<RecordBatches> decide_begin_shutdown(int32_t broker_id, int64_t broker_epoch) const;
  // At once: it is known to be gone.
  Result<RecordBatches> decide_fence_broker(int32_t broker_id, int64_t broker_epoch) const;
  Result<RecordBatches> decide_unregister_broker(int32_t broker_id) const;

  // --- heartbeats (heartbeats.cc). All of the above, as a broker asks for it. Call
  // note_heartbeat() right after the records were appended and applied, also when there were none.
  // STALE_BROKER_EPOCH when the broker is not registered or has another epoch.
  using Heartbeat = BatchedDecision<BrokerHeartbeatResponse>;
  Result<Heartbeat> decide_heartbeat(const BrokerHeartbeatRequest& request) const;
  void note_heartbeat(const BrokerHeartbeatRequest& request, int64_t now_ms);

  // --- controllers (controllers.cc)
  Decision<ControllerRegistrationResponse> decide_register_controller(
      const ControllerRegistrationRequest& request) const;

  // --- partitions. The leader of a partition changes its ISR (alter_partition.cc):
  BatchedDecision<AlterPartitionResponse> decide_alter_partition(
      const AlterPartitionRequest& request, int16_t version) const;
  // elect_leaders.cc, reassign_partitions.cc, replica_directories.cc
  Decision<ElectLeadersResponse> decide_elect_leaders(const ElectLeadersRequest& request) const;
  Decision<AlterPartitionReassignmentsResponse> decide_reassign_partitions(
      const AlterPartitionReassignmentsRequest& request) const;
  BatchedDecision<AssignReplicasToDirsResponse> decide_assign_directories(
      const AssignReplicasToDirsRequest& request) const;

  // --- features (update_features.cc). kraft.version is raft's to change; here it is only checked.
  Decision<UpdateFeaturesResponse> decide_update_features(const UpdateFeaturesRequest& request,
                                                          int16_t version) const;

  // --- upkeep (upkeep.cc): brokers that went silent are fenced; preferred leaders get their
  // partitions back (auto.leader.rebalance.enable); partitions without leader get one where unclean
  // election is allowed; delegation tokens that are void are removed. The caller appends and
  // applies what it returns. Not const: it notes what was done when.
  RecordBatches run_upkeep(int64_t now_ms);
  int64_t next_upkeep_ms() const;

 private:
  // A change of the set of brokers, as it concerns partitions: -1 for none.
  struct BrokerChange {
    int32_t leaves = -1;   // fenced, stopping, gone
    int32_t returns = -1;  // may lead again
    int32_t unclean = -1;  // leaves, and what it had not fsynced may be gone
  };

  void note(const MetadataRecord& record, int64_t offset);
  bool is_usable(int32_t broker_id) const;
  // How partitions of one topic are elected, as the topic and the cluster are configured.
  PartitionRules partition_rules(const TopicImage& topic, const BrokerChange& change) const;
  std::optional<std::string> topic_config(const TopicImage& topic, std::string_view name) const;
  bool unclean_election_enabled(const TopicImage& topic) const;
  // Every partition that `concerned` names, after the change; each a PartitionChange.
  template <class Concerned>
  void update_partitions(const BrokerChange& change, Concerned concerned,
                         RecordBatches& batches) const;
  void update_isr_members(const BrokerChange& change, RecordBatches& batches) const;
  void update_eligible(const BrokerChange& change, RecordBatches& batches) const;
  void add_unfencing(const BrokerImage& broker, RecordBatches& batches) const;
  void add_stopping(const BrokerImage& broker, RecordBatches& batches) const;
  void add_fencing(const BrokerImage& broker, RecordBatches& batches) const;
  void add_directory_changes(const BrokerImage& broker, const BrokerHeartbeatRequest& request,
                             RecordBatches& batches) const;
  void add_offline_directories(const BrokerImage& broker, const std::vector<Uuid>& offline,
                               RecordBatches& batches) const;
  bool has_leaderships(int32_t broker_id) const;

  // The broker's registration, or STALE_BROKER_EPOCH.
  Result<const BrokerImage*> registered(int32_t broker_id, int64_t broker_epoch) const;

  int64_t sweep_tokens(int64_t now_ms, RecordBatches& batches) const;

  // alter_partition.cc, elect_leaders.cc, reassign_partitions.cc
  Result<> check_alter_partition(int32_t broker_id, const PartitionImage* partition,
                                 const AlterPartitionRequest::PartitionData& asked) const;
  Result<PartitionChangeRecord> elect_leader(const TopicImage& topic, int32_t partition_id,
                                             bool preferred) const;
  Result<std::optional<PartitionChangeRecord>> reassign(
      const std::string& topic_name,
      const AlterPartitionReassignmentsRequest::ReassignablePartition& wanted,
      bool may_change_factor) const;
  Result<std::optional<PartitionChangeRecord>> cancel_reassignment(
      const TopicImage& topic, int32_t partition_id, const PartitionImage& partition) const;
  Result<const PartitionImage*> assign_directory(const BrokerImage& broker, const Uuid& directory,
                                                 const Uuid& topic_id, int32_t index,
                                                 RecordBatches& batches) const;
  // update_features.cc
  std::optional<std::string> reason_not_supported(
      const UpdateFeaturesRequest::FeatureUpdateKey& update) const;
  Result<> check_feature_update(const UpdateFeaturesRequest::FeatureUpdateKey& update,
                                int16_t version,
                                const std::map<std::string, int16_t>& proposed) const;
  AlterPartitionResponse::PartitionData alter_partition(
      int32_t broker_id, const TopicImage& topic, const AlterPartitionRequest::PartitionData& asked,
      RecordBatches& batches) const;
  // True when there is more to do.
  bool balance_leaders(RecordBatches& batches) const;
  bool recover_leaderless(RecordBatches& batches) const;

  const BrokerConfig& config_;
  Random& random_;
  MetadataImage state_;
  BrokerSessions sessions_;

  static constexpr int64_t not_started = -1;
  static constexpr int64_t recovery_is_due = 0;
  int64_t next_balance_ms_ = not_started;
  int64_t next_recovery_ms_ = not_started;
  int64_t next_sweep_ms_ = 0;
};

// Appends to the last batch, or begins a new one when that is full.
void add_record(RecordBatches& batches, MetadataRecord record);

}  // namespace kafka
