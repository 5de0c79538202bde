#include "broker/handlers/registry.h"

#include <algorithm>
#include <array>

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
void handle_describe_configs(Node& node, Request& request);
void handle_alter_configs(Node& node, Request& request);
void handle_describe_log_dirs(Node& node, Request& request);
void handle_create_partitions(Node& node, Request& request);
void handle_delete_groups(Node& node, Request& request);
void handle_incremental_alter_configs(Node& node, Request& request);
void handle_offset_delete(Node& node, Request& request);
void handle_describe_quorum(Node& node, Request& request);
void handle_describe_cluster(Node& node, Request& request);
void handle_describe_producers(Node& node, Request& request);
void handle_list_config_resources(Node& node, Request& request);
void handle_describe_topic_partitions(Node& node, Request& request);

namespace {

constexpr Listeners broker = Listeners::Broker;
constexpr Listeners both = Listeners::Both;

// One row per API, by key. A handler is in the file of its number.
constexpr std::array rows{
    RegistryRow{ApiKey::Produce, handle_produce, broker},
    RegistryRow{ApiKey::Fetch, handle_fetch, broker},
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
    RegistryRow{ApiKey::CreateTopics, handle_create_topics, both},
    RegistryRow{ApiKey::DeleteTopics, handle_delete_topics, both},
    RegistryRow{ApiKey::DeleteRecords, handle_delete_records, broker},
    RegistryRow{ApiKey::InitProducerId, handle_init_producer_id, broker},
    RegistryRow{ApiKey::OffsetForLeaderEpoch, handle_offset_for_leader_epoch, broker},
    RegistryRow{ApiKey::DescribeConfigs, handle_describe_configs, both},
    RegistryRow{ApiKey::AlterConfigs, handle_alter_configs, both},
    RegistryRow{ApiKey::DescribeLogDirs, handle_describe_log_dirs, broker},
    RegistryRow{ApiKey::CreatePartitions, handle_create_partitions, both},
    RegistryRow{ApiKey::DeleteGroups, handle_delete_groups, broker},
    RegistryRow{ApiKey::IncrementalAlterConfigs, handle_incremental_alter_configs, both},
    RegistryRow{ApiKey::OffsetDelete, handle_offset_delete, broker},
    RegistryRow{ApiKey::DescribeQuorum, handle_describe_quorum, both},
    RegistryRow{ApiKey::DescribeCluster, handle_describe_cluster, both},
    RegistryRow{ApiKey::DescribeProducers, handle_describe_producers, broker},
    RegistryRow{ApiKey::ListConfigResources, handle_list_config_resources, broker},
    RegistryRow{ApiKey::DescribeTopicPartitions, handle_describe_topic_partitions, broker},
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
