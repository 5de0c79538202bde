// BrokerConfig: what a node is configured to be, typed.
//
// A field is named like its property with `_` for `.`; broker_config.cc binds one to the other.
// Values come from four layers, the first that has one wins: this broker's dynamic configuration,
// the cluster's dynamic default, the static properties (file, --override, environment), the table's
// default. A BrokerConfig is a value: a dynamic change makes a new one with with_dynamic(), and a
// change that does not validate makes none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_def.h"
#include "broker/config/listeners.h"
#include "protocol/result.h"

namespace kafka {

// The texts that somebody set. Defaults are not in here.
struct ConfigLayers {
  ConfigMap static_values;    // server.properties, --override, KAFKA_*
  ConfigMap cluster_dynamic;  // Config records of broker ""
  ConfigMap broker_dynamic;   // Config records of this broker

  struct Found {
    const std::string* value = nullptr;
    ConfigSource source = ConfigSource::Default;
  };
  // The winning text, or value == nullptr when only the default is left.
  Found find(std::string_view name) const;
};

class BrokerConfig {
 public:
  // --- who this node is
  int32_t node_id = -1;
  bool is_broker = false;      // process.roles
  bool is_controller = false;  // process.roles
  std::optional<std::string> broker_rack;

  // --- where it listens
  std::vector<Listener> listeners;             // all, the controllers' among them
  std::vector<Listener> advertised_listeners;  // what Metadata and registration name
  std::vector<std::string> controller_listener_names;
  std::string inter_broker_listener_name;
  SecurityMap listener_security_protocol_map;
  bool is_controller_listener(std::string_view listener) const;
  // The address that clients of a listener are told, or null.
  const Listener* advertised(std::string_view listener) const;

  // --- quorum
  std::vector<QuorumVoter> controller_quorum_voters;
  std::vector<HostPort> controller_quorum_bootstrap_servers;
  int32_t controller_quorum_election_timeout_ms = 0;
  int32_t controller_quorum_election_backoff_max_ms = 0;
  int32_t controller_quorum_fetch_timeout_ms = 0;
  int32_t controller_quorum_fetch_max_bytes = 0;
  int32_t controller_quorum_fetch_snapshot_max_bytes = 0;
  int32_t controller_quorum_append_linger_ms = 0;
  int32_t controller_quorum_request_timeout_ms = 0;
  int32_t controller_quorum_retry_backoff_ms = 0;
  bool controller_quorum_auto_join_enable = false;
  int64_t metadata_log_max_record_bytes_between_snapshots = 0;
  int64_t metadata_log_max_snapshot_interval_ms = 0;
  int32_t metadata_log_segment_bytes = 0;
  int64_t metadata_log_segment_ms = 0;
  int64_t metadata_max_retention_bytes = 0;
  int64_t metadata_max_retention_ms = 0;
  int32_t metadata_max_idle_interval_ms = 0;

  // --- broker and controller
  int32_t broker_heartbeat_interval_ms = 0;
  int32_t broker_session_timeout_ms = 0;
  int32_t initial_broker_registration_timeout_ms = 0;
  bool controlled_shutdown_enable = true;
  int32_t request_timeout_ms = 0;
  bool unstable_api_versions_enable = false;
  bool unstable_feature_versions_enable = false;

  // --- sockets
  int32_t socket_request_max_bytes = 0;
  int32_t socket_send_buffer_bytes = 0;     // -1: the system's default
  int32_t socket_receive_buffer_bytes = 0;  // -1: the system's default
  int32_t socket_listen_backlog_size = 0;
  int64_t connections_max_idle_ms = 0;
  int32_t max_connections = 0;
  int32_t max_connections_per_ip = 0;
  std::map<std::string, int32_t, std::less<>> max_connections_per_ip_overrides;
  int32_t max_connection_creation_rate = 0;
  int32_t queued_max_requests = 0;
  int64_t queued_max_request_bytes = 0;

  // --- directories
  std::vector<std::string> log_dirs;  // log.dirs, or log.dir
  std::string metadata_log_dir;       // metadata.log.dir, or the first of log_dirs
  int32_t num_recovery_threads_per_data_dir = 0;

  // --- logs. Topic defaults (retention, segment size, ...) are in TopicConfig.
  int64_t log_retention_check_interval_ms = 0;
  int64_t log_flush_scheduler_interval_ms = 0;
  int32_t log_flush_offset_checkpoint_interval_ms = 0;
  int32_t log_flush_start_offset_checkpoint_interval_ms = 0;
  int64_t log_initial_task_delay_ms = 0;
  bool log_cleaner_enable = true;
  int32_t log_cleaner_threads = 0;
  int64_t log_cleaner_backoff_ms = 0;
  int64_t log_cleaner_dedupe_buffer_size = 0;
  int32_t log_cleaner_io_buffer_size = 0;
  double log_cleaner_io_max_bytes_per_second = 0;
  int32_t producer_id_expiration_ms = 0;
  int32_t producer_id_expiration_check_interval_ms = 0;

  // --- topics
  int32_t num_partitions = 1;
  int32_t default_replication_factor = 1;
  int32_t min_insync_replicas = 1;
  bool auto_create_topics_enable = true;
  bool delete_topic_enable = true;
  bool unclean_leader_election_enable = false;
  bool auto_leader_rebalance_enable = true;
  int64_t leader_imbalance_check_interval_seconds = 0;
  int64_t unclean_leader_election_interval_ms = 0;
  int32_t message_max_bytes = 0;
  int32_t max_request_partition_size_limit = 0;  // DescribeTopicPartitions

  // --- fetch and replication
  int32_t fetch_max_bytes = 0;
  int32_t max_incremental_fetch_session_cache_slots = 0;
  int64_t replica_lag_time_max_ms = 0;
  int32_t replica_fetch_max_bytes = 0;
  int32_t replica_fetch_response_max_bytes = 0;
  int32_t replica_fetch_min_bytes = 0;
  int32_t replica_fetch_wait_max_ms = 0;
  int32_t replica_fetch_backoff_ms = 0;
  int32_t replica_socket_timeout_ms = 0;
  int32_t replica_socket_receive_buffer_bytes = 0;
  int64_t replica_high_watermark_checkpoint_interval_ms = 0;
  int32_t num_replica_fetchers = 1;

  // --- groups
  int32_t group_min_session_timeout_ms = 0;
  int32_t group_max_session_timeout_ms = 0;
  int32_t group_initial_rebalance_delay_ms = 0;
  int32_t group_max_size = 0;
  std::vector<std::string> group_coordinator_rebalance_protocols;
  int32_t offset_metadata_max_bytes = 0;
  int32_t offsets_commit_timeout_ms = 0;
  int32_t offsets_load_buffer_size = 0;
  int64_t offsets_retention_minutes = 0;
  int64_t offsets_retention_check_interval_ms = 0;
  int32_t offsets_topic_num_partitions = 0;
  int32_t offsets_topic_replication_factor = 0;
  int32_t offsets_topic_segment_bytes = 0;
  int32_t offsets_topic_compression_codec = 0;

  // --- transactions
  int32_t transaction_max_timeout_ms = 0;
  int32_t transaction_state_log_num_partitions = 0;
  int32_t transaction_state_log_replication_factor = 0;
  int32_t transaction_state_log_min_isr = 0;
  int32_t transaction_state_log_segment_bytes = 0;
  int32_t transactional_id_expiration_ms = 0;
  int32_t transaction_abort_timed_out_transaction_cleanup_interval_ms = 0;
  int32_t transaction_remove_expired_transaction_cleanup_interval_ms = 0;
  bool transaction_partition_verification_enable = true;

  // --- share state topic
  int32_t share_coordinator_state_topic_num_partitions = 0;
  int32_t share_coordinator_state_topic_replication_factor = 0;
  int32_t share_coordinator_state_topic_min_isr = 0;
  int32_t share_coordinator_state_topic_segment_bytes = 0;

  // --- ours
  std::string kraftlab_faults;  // core/faults.h; only with an evidence path
  std::string kraftlab_evidence_path;  // where requests are recorded for a lab; empty: nowhere

  // What was set, by layer; DescribeConfigs reads it.
  const ConfigLayers& layers() const { return layers_; }

  // The winning text of any property, the table's default included; nullopt when it has none.
  std::optional<std::string> text(std::string_view name) const;

  // This configuration with other dynamic layers. INVALID_CONFIG when a value does not validate.
  Result<BrokerConfig> with_dynamic(ConfigMap cluster_dynamic, ConfigMap broker_dynamic) const;

 private:
  friend struct BrokerConfigReader;
  ConfigLayers layers_;
};

struct ParsedBrokerConfig {
  BrokerConfig config;
  std::vector<std::string> warnings;  // unknown keys, keys without effect: one sentence each
};

// Reads and validates the static properties of a node. INVALID_CONFIG names the key, the value and
// what is allowed.
Result<ParsedBrokerConfig> parse_broker_config(const ConfigMap& properties);

}  // namespace kafka
