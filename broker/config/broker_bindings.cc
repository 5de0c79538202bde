#include "broker/config/broker_bindings.h"

namespace kafka {
namespace {

using B = BrokerConfig;

constexpr Binding<BrokerConfig> bindings[] = {
    {"node.id", &B::node_id},
    {"broker.rack", &B::broker_rack},
    {"controller.listener.names", &B::controller_listener_names},

    {"controller.quorum.election.timeout.ms", &B::controller_quorum_election_timeout_ms},
    {"controller.quorum.election.backoff.max.ms", &B::controller_quorum_election_backoff_max_ms},
    {"controller.quorum.fetch.timeout.ms", &B::controller_quorum_fetch_timeout_ms},
    {"controller.quorum.fetch.max.bytes", &B::controller_quorum_fetch_max_bytes},
    {"controller.quorum.fetch.snapshot.max.bytes", &B::controller_quorum_fetch_snapshot_max_bytes},
    {"controller.quorum.append.linger.ms", &B::controller_quorum_append_linger_ms},
    {"controller.quorum.request.timeout.ms", &B::controller_quorum_request_timeout_ms},
    {"controller.quorum.retry.backoff.ms", &B::controller_quorum_retry_backoff_ms},
    {"controller.quorum.auto.join.enable", &B::controller_quorum_auto_join_enable},
    {"metadata.log.max.record.bytes.between.snapshots",
     &B::metadata_log_max_record_bytes_between_snapshots},
    {"metadata.log.max.snapshot.interval.ms", &B::metadata_log_max_snapshot_interval_ms},
    {"metadata.log.segment.bytes", &B::metadata_log_segment_bytes},
    {"internal.metadata.log.segment.bytes", &B::metadata_log_segment_bytes},
    {"metadata.log.segment.ms", &B::metadata_log_segment_ms},
    {"metadata.max.retention.bytes", &B::metadata_max_retention_bytes},
    {"metadata.max.retention.ms", &B::metadata_max_retention_ms},
    {"metadata.max.idle.interval.ms", &B::metadata_max_idle_interval_ms},

    {"broker.heartbeat.interval.ms", &B::broker_heartbeat_interval_ms},
    {"broker.session.timeout.ms", &B::broker_session_timeout_ms},
    {"initial.broker.registration.timeout.ms", &B::initial_broker_registration_timeout_ms},
    {"controlled.shutdown.enable", &B::controlled_shutdown_enable},
    {"request.timeout.ms", &B::request_timeout_ms},
    {"unstable.api.versions.enable", &B::unstable_api_versions_enable},
    {"unstable.feature.versions.enable", &B::unstable_feature_versions_enable},

    {"socket.request.max.bytes", &B::socket_request_max_bytes},
    {"socket.send.buffer.bytes", &B::socket_send_buffer_bytes},
    {"socket.receive.buffer.bytes", &B::socket_receive_buffer_bytes},
    {"socket.listen.backlog.size", &B::socket_listen_backlog_size},
    {"connections.max.idle.ms", &B::connections_max_idle_ms},
    {"max.connections", &B::max_connections},
    {"max.connections.per.ip", &B::max_connections_per_ip},
    {"max.connection.creation.rate", &B::max_connection_creation_rate},
    {"queued.max.requests", &B::queued_max_requests},
    {"queued.max.request.bytes", &B::queued_max_request_bytes},

    {"num.recovery.threads.per.data.dir", &B::num_recovery_threads_per_data_dir},
    {"log.retention.check.interval.ms", &B::log_retention_check_interval_ms},
    {"log.flush.scheduler.interval.ms", &B::log_flush_scheduler_interval_ms},
    {"log.flush.offset.checkpoint.interval.ms", &B::log_flush_offset_checkpoint_interval_ms},
    {"log.flush.start.offset.checkpoint.interval.ms",
     &B::log_flush_start_offset_checkpoint_interval_ms},
    {"log.initial.task.delay.ms", &B::log_initial_task_delay_ms},
    {"log.cleaner.enable", &B::log_cleaner_enable},
    {"log.cleaner.threads", &B::log_cleaner_threads},
    {"log.cleaner.backoff.ms", &B::log_cleaner_backoff_ms},
    {"log.cleaner.dedupe.buffer.size", &B::log_cleaner_dedupe_buffer_size},
    {"log.cleaner.io.buffer.size", &B::log_cleaner_io_buffer_size},
    {"log.cleaner.io.max.bytes.per.second", &B::log_cleaner_io_max_bytes_per_second},
    {"producer.id.expiration.ms", &B::producer_id_expiration_ms},
    {"producer.id.expiration.check.interval.ms", &B::producer_id_expiration_check_interval_ms},

    {"num.partitions", &B::num_partitions},
    {"default.replication.factor", &B::default_replication_factor},
    {"min.insync.replicas", &B::min_insync_replicas},
    {"auto.create.topics.enable", &B::auto_create_topics_enable},
    {"delete.topic.enable", &B::delete_topic_enable},
    {"unclean.leader.election.enable", &B::unclean_leader_election_enable},
    {"auto.leader.rebalance.enable", &B::auto_leader_rebalance_enable},
    {"leader.imbalance.check.interval.seconds", &B::leader_imbalance_check_interval_seconds},
    {"unclean.leader.election.interval.ms", &B::unclean_leader_election_interval_ms},
    {"message.max.bytes", &B::message_max_bytes},
    {"max.request.partition.size.limit", &B::max_request_partition_size_limit},

    {"fetch.max.bytes", &B::fetch_max_bytes},
    {"max.incremental.fetch.session.cache.slots", &B::max_incremental_fetch_session_cache_slots},
    {"replica.lag.time.max.ms", &B::replica_lag_time_max_ms},
    {"replica.fetch.max.bytes", &B::replica_fetch_max_bytes},
    {"replica.fetch.response.max.bytes", &B::replica_fetch_response_max_bytes},
    {"replica.fetch.min.bytes", &B::replica_fetch_min_bytes},
    {"replica.fetch.wait.max.ms", &B::replica_fetch_wait_max_ms},
    {"replica.fetch.backoff.ms", &B::replica_fetch_backoff_ms},
    {"replica.socket.timeout.ms", &B::replica_socket_timeout_ms},
    {"replica.socket.receive.buffer.bytes", &B::replica_socket_receive_buffer_bytes},
    {"replica.high.watermark.checkpoint.interval.ms",
     &B::replica_high_watermark_checkpoint_interval_ms},
    {"num.replica.fetchers", &B::num_replica_fetchers},

    {"group.min.session.timeout.ms", &B::group_min_session_timeout_ms},
    {"group.max.session.timeout.ms", &B::group_max_session_timeout_ms},
    {"group.initial.rebalance.delay.ms", &B::group_initial_rebalance_delay_ms},
    {"group.max.size", &B::group_max_size},
    {"group.coordinator.rebalance.protocols", &B::group_coordinator_rebalance_protocols},
    {"offset.metadata.max.bytes", &B::offset_metadata_max_bytes},
    {"offsets.commit.timeout.ms", &B::offsets_commit_timeout_ms},
    {"offsets.load.buffer.size", &B::offsets_load_buffer_size},
    {"offsets.retention.minutes", &B::offsets_retention_minutes},
    {"offsets.retention.check.interval.ms", &B::offsets_retention_check_interval_ms},
    {"offsets.topic.num.partitions", &B::offsets_topic_num_partitions},
    {"offsets.topic.replication.factor", &B::offsets_topic_replication_factor},
    {"offsets.topic.segment.bytes", &B::offsets_topic_segment_bytes},
    {"offsets.topic.compression.codec", &B::offsets_topic_compression_codec},

    {"transaction.max.timeout.ms", &B::transaction_max_timeout_ms},
    {"transaction.state.log.num.partitions", &B::transaction_state_log_num_partitions},
    {"transaction.state.log.replication.factor", &B::transaction_state_log_replication_factor},
    {"transaction.state.log.min.isr", &B::transaction_state_log_min_isr},
    {"transaction.state.log.segment.bytes", &B::transaction_state_log_segment_bytes},
    {"transactional.id.expiration.ms", &B::transactional_id_expiration_ms},
    {"transaction.abort.timed.out.transaction.cleanup.interval.ms",
     &B::transaction_abort_timed_out_transaction_cleanup_interval_ms},
    {"transaction.remove.expired.transaction.cleanup.interval.ms",
     &B::transaction_remove_expired_transaction_cleanup_interval_ms},
    {"transaction.partition.verification.enable", &B::transaction_partition_verification_enable},

    {"share.coordinator.state.topic.num.partitions",
     &B::share_coordinator_state_topic_num_partitions},
    {"share.coordinator.state.topic.replication.factor",
     &B::share_coordinator_state_topic_replication_factor},
    {"share.coordinator.state.topic.min.isr", &B::share_coordinator_state_topic_min_isr},
    {"share.coordinator.state.topic.segment.bytes",
     &B::share_coordinator_state_topic_segment_bytes},

    {"kraftlab.evidence.path", &B::kraftlab_evidence_path},
    {"kraftlab.faults", &B::kraftlab_faults},
};

}  // namespace

std::span<const Binding<BrokerConfig>> broker_bindings() {
  return bindings;
}

}  // namespace kafka
