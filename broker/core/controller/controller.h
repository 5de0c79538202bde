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
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/partition_change.h"
#include "broker/core/env.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/37_create_partitions.h"
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

// A broker as it asks to be part of the cluster.
struct BrokerRegistration {
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

  // Starts from a committed image (activation), and goes back to one (leadership lost).
  void reset(const MetadataImage& committed);

  // Applies records that were appended with `last_offset` as the offset of the last one. They come
  // from decide_*() or from the log, so one that does not fit is a broken invariant.
  void apply(const std::vector<MetadataRecord>& records, int64_t last_offset);

  const MetadataImage& state() const { return state_; }

  // --- topics (create_topics.cc, delete_topics.cc, create_partitions.cc). The `configs` of a
  // CreateTopics result are left empty: they are the handler's to fill in.
  Decision<CreateTopicsResponse> decide_create_topics(const CreateTopicsRequest& request) const;
  Decision<DeleteTopicsResponse> decide_delete_topics(const DeleteTopicsRequest& request,
                                                      int16_t version) const;
  Decision<CreatePartitionsResponse> decide_create_partitions(
      const CreatePartitionsRequest& request) const;

  // --- configurations (alter_configs.cc). One result per alteration, in order; those that succeed are
  // in the records even when others fail.
  Decision<std::vector<Result<>>> decide_alter_configs(
      const std::vector<ConfigAlteration>& alterations, bool validate_only) const;

  // --- producer ids. The block is the broker's alone once the record is durable.
  Decision<Result<ProducerIdBlock>> decide_allocate_producer_ids(int32_t broker_id,
                                                                 int64_t broker_epoch) const;

  // --- brokers (brokers.cc). `next_offset` is where the records will stand.
  struct Registered {
    RecordBatches batches;
    int64_t broker_epoch = no_broker_epoch;
  };
  Result<Registered> decide_register_broker(const BrokerRegistration& registration,
                                            int64_t next_offset) const;
  // The broker has read its registration and opened its logs: it may lead.
  Result<RecordBatches> decide_unfence_broker(int32_t broker_id, int64_t broker_epoch) const;
  // Controlled shutdown: first leadership moves away, then, when everybody has seen it, fence.
  Result<RecordBatches> decide_begin_shutdown(int32_t broker_id, int64_t broker_epoch) const;
  Result<RecordBatches> decide_fence_broker(int32_t broker_id, int64_t broker_epoch) const;

 private:
  ElectionRules election_rules(const TopicImage& topic) const;
  // The partitions that lose this broker, each as a PartitionChange.
  void add_losses(int32_t broker_id, bool unclean, RecordBatches& batches) const;
  // The broker's registration. BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH.
  Result<const BrokerImage*> registered(int32_t broker_id, int64_t broker_epoch) const;

  const BrokerConfig& config_;
  Random& random_;
  MetadataImage state_;
};

}  // namespace kafka
