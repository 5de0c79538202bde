#include "broker/handlers/registry.h"

#include <algorithm>
#include <array>

#include "broker/handlers/raft_client.h"

namespace kafka {

void handle_produce(Node& node, Request& request);
void handle_fetch(Node& node, Request& request);
void handle_list_offsets(Node& node, Request& request);
void handle_metadata(Node& node, Request& request);
void handle_offset_commit(Node& node, Request& request);
void handle_offset_fetch(Node& node, Request& request);
void handle_find_coordinator(Node& node, Request& request);
void handle_join_group(Node& node, Request& request);
void handle_heartbeat(Node& node, Request& request);
void handle_leave_group(Node& node, Request& request);
void handle_sync_group(Node& node, Request& request);
void handle_describe_groups(Node& node, Request& request);
void handle_list_groups(Node& node, Request& request);
void handle_api_versions(Node& node, Request& request);
void handle_create_topics(Node& node, Request& request);
void handle_delete_topics(Node& node, Request& request);
void handle_delete_records(Node& node, Request& request);
void handle_init_producer_id(Node& node, Request& request);
void handle_offset_for_leader_epoch(Node& node, Request& request);
void handle_describe_acls(Node& node, Request& request);
void handle_create_acls(Node& node, Request& request);
void handle_delete_acls(Node& node, Request& request);
void handle_describe_configs(Node& node, Request& request);
void handle_alter_configs(Node& node, Request& request);
void handle_describe_log_dirs(Node& node, Request& request);
void handle_create_partitions(Node& node, Request& request);
void handle_create_delegation_token(Node& node, Request& request);
void handle_renew_delegation_token(Node& node, Request& request);
void handle_expire_delegation_token(Node& node, Request& request);
void handle_describe_delegation_token(Node& node, Request& request);
void handle_delete_groups(Node& node, Request& request);
void handle_elect_leaders(Node& node, Request& request);
void handle_incremental_alter_configs(Node& node, Request& request);
void handle_alter_partition_reassignments(Node& node, Request& request);
void handle_list_partition_reassignments(Node& node, Request& request);
void handle_offset_delete(Node& node, Request& request);
void handle_describe_client_quotas(Node& node, Request& request);
void handle_alter_client_quotas(Node& node, Request& request);
void handle_describe_user_scram_credentials(Node& node, Request& request);
void handle_alter_user_scram_credentials(Node& node, Request& request);
void handle_vote(Node& node, Request& request);
void handle_begin_quorum_epoch(Node& node, Request& request);
void handle_end_quorum_epoch(Node& node, Request& request);
void handle_describe_quorum(Node& node, Request& request);
void handle_alter_partition(Node& node, Request& request);
void handle_update_features(Node& node, Request& request);
void handle_envelope(Node& node, Request& request);
void handle_fetch_snapshot(Node& node, Request& request);
void handle_describe_cluster(Node& node, Request& request);
void handle_describe_producers(Node& node, Request& request);
void handle_broker_registration(Node& node, Request& request);
void handle_broker_heartbeat(Node& node, Request& request);
void handle_unregister_broker(Node& node, Request& request);
void handle_allocate_producer_ids(Node& node, Request& request);
void handle_controller_registration(Node& node, Request& request);
void handle_assign_replicas_to_dirs(Node& node, Request& request);
void handle_list_config_resources(Node& node, Request& request);
void handle_describe_topic_partitions(Node& node, Request& request);
void handle_add_raft_voter(Node& node, Request& request);
void handle_remove_raft_voter(Node& node, Request& request);
void handle_update_raft_voter(Node& node, Request& request);

namespace {

// Brokers serve data, controllers the metadata log.
void handle_any_fetch(Node& node, Request& request) {
  request.connection->is_controller_listener ? ask_raft<FetchRequest>(node, request)
                                             : handle_fetch(node, request);
}

constexpr Listeners broker = Listeners::Broker;
constexpr Listeners controller = Listeners::Controller;
constexpr Listeners both = Listeners::Both;
constexpr DecidedBy by_controller = DecidedBy::Controller;

// One row per API, by key. A handler is in the file of its number.
constexpr std::array rows{
    RegistryRow{ApiKey::Produce, handle_produce, broker},
    RegistryRow{ApiKey::Fetch, handle_any_fetch, both},
    RegistryRow{ApiKey::ListOffsets, handle_list_offsets, broker},
    RegistryRow{ApiKey::Metadata, handle_metadata, broker},
    RegistryRow{ApiKey::OffsetCommit, handle_offset_commit, broker},
    RegistryRow{ApiKey::OffsetFetch, handle_offset_fetch, broker},
    RegistryRow{ApiKey::FindCoordinator, handle_find_coordinator, broker},
    RegistryRow{ApiKey::JoinGroup, handle_join_group, broker},
    RegistryRow{ApiKey::Heartbeat, handle_heartbeat, broker},
    RegistryRow{ApiKey::LeaveGroup, handle_leave_group, broker},
    RegistryRow{ApiKey::SyncGroup, handle_sync_group, broker},
    RegistryRow{ApiKey::DescribeGroups, handle_describe_groups, broker},
    RegistryRow{ApiKey::ListGroups, handle_list_groups, broker},
    RegistryRow{ApiKey::ApiVersions, handle_api_versions, both},
    RegistryRow{ApiKey::CreateTopics, handle_create_topics, both, by_controller},
    RegistryRow{ApiKey::DeleteTopics, handle_delete_topics, both, by_controller},
    RegistryRow{ApiKey::DeleteRecords, handle_delete_records, broker},
    RegistryRow{ApiKey::InitProducerId, handle_init_producer_id, broker},
    RegistryRow{ApiKey::OffsetForLeaderEpoch, handle_offset_for_leader_epoch, broker},
    RegistryRow{ApiKey::DescribeAcls, handle_describe_acls, both},
    RegistryRow{ApiKey::CreateAcls, handle_create_acls, both, by_controller},
    RegistryRow{ApiKey::DeleteAcls, handle_delete_acls, both, by_controller},
    RegistryRow{ApiKey::DescribeConfigs, handle_describe_configs, both},
    RegistryRow{ApiKey::AlterConfigs, handle_alter_configs, both},
    RegistryRow{ApiKey::DescribeLogDirs, handle_describe_log_dirs, broker},
    RegistryRow{ApiKey::CreatePartitions, handle_create_partitions, both, by_controller},
    RegistryRow{ApiKey::CreateDelegationToken, handle_create_delegation_token, both, by_controller},
    RegistryRow{ApiKey::RenewDelegationToken, handle_renew_delegation_token, both, by_controller},
    RegistryRow{ApiKey::ExpireDelegationToken, handle_expire_delegation_token, both, by_controller},
    RegistryRow{ApiKey::DescribeDelegationToken, handle_describe_delegation_token, both},
    RegistryRow{ApiKey::DeleteGroups, handle_delete_groups, broker},
    RegistryRow{ApiKey::ElectLeaders, handle_elect_leaders, both, by_controller},
    RegistryRow{ApiKey::IncrementalAlterConfigs, handle_incremental_alter_configs, both},
    RegistryRow{ApiKey::AlterPartitionReassignments, handle_alter_partition_reassignments, both, by_controller},
    RegistryRow{ApiKey::ListPartitionReassignments, handle_list_partition_reassignments, both, by_controller},
    RegistryRow{ApiKey::OffsetDelete, handle_offset_delete, broker},
    RegistryRow{ApiKey::DescribeClientQuotas, handle_describe_client_quotas, broker},
    RegistryRow{ApiKey::AlterClientQuotas, handle_alter_client_quotas, both, by_controller},
    RegistryRow{ApiKey::DescribeUserScramCredentials, handle_describe_user_scram_credentials, both},
    RegistryRow{ApiKey::AlterUserScramCredentials, handle_alter_user_scram_credentials, both, by_controller},
    RegistryRow{ApiKey::Vote, handle_vote, controller},
    RegistryRow{ApiKey::BeginQuorumEpoch, handle_begin_quorum_epoch, controller},
    RegistryRow{ApiKey::EndQuorumEpoch, handle_end_quorum_epoch, controller},
    RegistryRow{ApiKey::DescribeQuorum, handle_describe_quorum, both, by_controller},
    RegistryRow{ApiKey::AlterPartition, handle_alter_partition, controller},
    RegistryRow{ApiKey::UpdateFeatures, handle_update_features, both, by_controller},
    RegistryRow{ApiKey::Envelope, handle_envelope, controller},
    RegistryRow{ApiKey::FetchSnapshot, handle_fetch_snapshot, controller},
    RegistryRow{ApiKey::DescribeCluster, handle_describe_cluster, both},
    RegistryRow{ApiKey::DescribeProducers, handle_describe_producers, broker},
    RegistryRow{ApiKey::BrokerRegistration, handle_broker_registration, controller},
    RegistryRow{ApiKey::BrokerHeartbeat, handle_broker_heartbeat, controller},
    RegistryRow{ApiKey::UnregisterBroker, handle_unregister_broker, both, by_controller},
    RegistryRow{ApiKey::AllocateProducerIds, handle_allocate_producer_ids, controller},
    RegistryRow{ApiKey::ControllerRegistration, handle_controller_registration, controller},
    RegistryRow{ApiKey::AssignReplicasToDirs, handle_assign_replicas_to_dirs, controller},
    RegistryRow{ApiKey::ListConfigResources, handle_list_config_resources, broker},
    RegistryRow{ApiKey::DescribeTopicPartitions, handle_describe_topic_partitions, broker},
    RegistryRow{ApiKey::AddRaftVoter, handle_add_raft_voter, both, by_controller},
    RegistryRow{ApiKey::RemoveRaftVoter, handle_remove_raft_voter, both, by_controller},
    RegistryRow{ApiKey::UpdateRaftVoter, handle_update_raft_voter, controller},
};

constexpr bool by_key(const RegistryRow& a, const RegistryRow& b) {
  return a.key < b.key;
}
static_assert(std::ranges::is_sorted(rows, by_key), "find_handler() searches by key");

}  // namespace

std::span<const RegistryRow> registry() {
  return rows;
}

const RegistryRow* find_handler(int16_t api_key, bool controller_listener) {
  const auto found = std::ranges::lower_bound(
      rows, api_key, {}, [](const RegistryRow& row) { return static_cast<int16_t>(row.key); });
  const bool serves = found != rows.end() && static_cast<int16_t>(found->key) == api_key &&
                      found->serves(controller_listener);
  return serves ? &*found : nullptr;
}

}  // namespace kafka
