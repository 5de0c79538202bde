// THE table of Kafka's APIs: number, name, the versions whose layout is described in
// protocol/api/, the first flexible version (compact lengths, tagged fields), and what Apache
// Kafka 4.3 offers on a broker's and on a controller's listener.
//
// Offered and described differ in places: Produce is offered from 0 (librdkafka asks for it) though
// only 3 to 13 are described; InitProducerId 6 is described and not offered. Keys 4 to 7 belonged
// to ZooKeeper times. Telemetry (71, 72) is offered only with a metrics plugin. What this broker
// really answers with ApiVersions is this table, cut to the keys that have a handler.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kafka {

enum class ApiKey : int16_t {
  Produce = 0,
  Fetch = 1,
  ListOffsets = 2,
  Metadata = 3,
  OffsetCommit = 8,
  OffsetFetch = 9,
  FindCoordinator = 10,
  JoinGroup = 11,
  Heartbeat = 12,
  LeaveGroup = 13,
  SyncGroup = 14,
  DescribeGroups = 15,
  ListGroups = 16,
  SaslHandshake = 17,
  ApiVersions = 18,
  CreateTopics = 19,
  DeleteTopics = 20,
  DeleteRecords = 21,
  InitProducerId = 22,
  OffsetForLeaderEpoch = 23,
  AddPartitionsToTxn = 24,
  AddOffsetsToTxn = 25,
  EndTxn = 26,
  WriteTxnMarkers = 27,
  TxnOffsetCommit = 28,
  DescribeAcls = 29,
  CreateAcls = 30,
  DeleteAcls = 31,
  DescribeConfigs = 32,
  AlterConfigs = 33,
  AlterReplicaLogDirs = 34,
  DescribeLogDirs = 35,
  SaslAuthenticate = 36,
  CreatePartitions = 37,
  CreateDelegationToken = 38,
  RenewDelegationToken = 39,
  ExpireDelegationToken = 40,
  DescribeDelegationToken = 41,
  DeleteGroups = 42,
  ElectLeaders = 43,
  IncrementalAlterConfigs = 44,
  AlterPartitionReassignments = 45,
  ListPartitionReassignments = 46,
  OffsetDelete = 47,
  DescribeClientQuotas = 48,
  AlterClientQuotas = 49,
  DescribeUserScramCredentials = 50,
  AlterUserScramCredentials = 51,
  Vote = 52,
  BeginQuorumEpoch = 53,
  EndQuorumEpoch = 54,
  DescribeQuorum = 55,
  AlterPartition = 56,
  UpdateFeatures = 57,
  Envelope = 58,
  FetchSnapshot = 59,
  DescribeCluster = 60,
  DescribeProducers = 61,
  BrokerRegistration = 62,
  BrokerHeartbeat = 63,
  UnregisterBroker = 64,
  DescribeTransactions = 65,
  ListTransactions = 66,
  AllocateProducerIds = 67,
  ConsumerGroupHeartbeat = 68,
  ConsumerGroupDescribe = 69,
  ControllerRegistration = 70,
  GetTelemetrySubscriptions = 71,
  PushTelemetry = 72,
  AssignReplicasToDirs = 73,
  ListConfigResources = 74,
  DescribeTopicPartitions = 75,
  ShareGroupHeartbeat = 76,
  ShareGroupDescribe = 77,
  ShareFetch = 78,
  ShareAcknowledge = 79,
  AddRaftVoter = 80,
  RemoveRaftVoter = 81,
  UpdateRaftVoter = 82,
  InitializeShareGroupState = 83,
  ReadShareGroupState = 84,
  WriteShareGroupState = 85,
  DeleteShareGroupState = 86,
  ReadShareGroupStateSummary = 87,
  StreamsGroupHeartbeat = 88,
  StreamsGroupDescribe = 89,
  DescribeShareGroupOffsets = 90,
  AlterShareGroupOffsets = 91,
  DeleteShareGroupOffsets = 92,
};

// A range of versions, both ends included. Empty when min > max.
struct VersionRange {
  int16_t min = 0;
  int16_t max = -1;

  [[nodiscard]] constexpr bool empty() const { return min > max; }
  [[nodiscard]] constexpr bool contains(int version) const {
    return version >= min && version <= max;
  }
  friend constexpr bool operator==(const VersionRange&, const VersionRange&) = default;
};

struct ApiInfo {
  ApiKey key;
  std::string_view name;
  VersionRange described;
  int16_t flexible_since;
  VersionRange on_broker;
  VersionRange on_controller;

  [[nodiscard]] constexpr bool flexible_in(int version) const { return version >= flexible_since; }
};

namespace detail {

using enum ApiKey;
inline constexpr VersionRange none{};
inline constexpr int16_t never = INT16_MAX;

//   key, name, described, flexible since, offered on a broker, offered on a controller
inline constexpr std::array<ApiInfo, 89> api_table{{
    {Produce, "Produce", {3, 13}, 9, {0, 13}, none},
    {Fetch, "Fetch", {4, 18}, 12, {4, 18}, {4, 18}},
    {ListOffsets, "ListOffsets", {1, 11}, 6, {1, 11}, none},
    {Metadata, "Metadata", {0, 13}, 9, {0, 13}, none},
    {OffsetCommit, "OffsetCommit", {2, 10}, 8, {2, 10}, none},
    {OffsetFetch, "OffsetFetch", {1, 10}, 6, {1, 10}, none},
    {FindCoordinator, "FindCoordinator", {0, 6}, 3, {0, 6}, none},
    {JoinGroup, "JoinGroup", {0, 9}, 6, {0, 9}, none},
    {Heartbeat, "Heartbeat", {0, 4}, 4, {0, 4}, none},
    {LeaveGroup, "LeaveGroup", {0, 5}, 4, {0, 5}, none},
    {SyncGroup, "SyncGroup", {0, 5}, 4, {0, 5}, none},
    {DescribeGroups, "DescribeGroups", {0, 6}, 5, {0, 6}, none},
    {ListGroups, "ListGroups", {0, 5}, 3, {0, 5}, none},
    {SaslHandshake, "SaslHandshake", {0, 1}, never, {0, 1}, {0, 1}},
    {ApiVersions, "ApiVersions", {0, 4}, 3, {0, 4}, {0, 4}},
    {CreateTopics, "CreateTopics", {2, 7}, 5, {2, 7}, {2, 7}},
    {DeleteTopics, "DeleteTopics", {1, 6}, 4, {1, 6}, {1, 6}},
    {DeleteRecords, "DeleteRecords", {0, 2}, 2, {0, 2}, none},
    {InitProducerId, "InitProducerId", {0, 6}, 2, {0, 5}, none},
    {OffsetForLeaderEpoch, "OffsetForLeaderEpoch", {2, 4}, 4, {2, 4}, none},
    {AddPartitionsToTxn, "AddPartitionsToTxn", {0, 5}, 3, {0, 5}, none},
    {AddOffsetsToTxn, "AddOffsetsToTxn", {0, 4}, 3, {0, 4}, none},
    {EndTxn, "EndTxn", {0, 5}, 3, {0, 5}, none},
    {WriteTxnMarkers, "WriteTxnMarkers", {1, 2}, 1, {1, 2}, none},
    {TxnOffsetCommit, "TxnOffsetCommit", {0, 5}, 3, {0, 5}, none},
    {DescribeAcls, "DescribeAcls", {1, 3}, 2, {1, 3}, {1, 3}},
    {CreateAcls, "CreateAcls", {1, 3}, 2, {1, 3}, {1, 3}},
    {DeleteAcls, "DeleteAcls", {1, 3}, 2, {1, 3}, {1, 3}},
    {DescribeConfigs, "DescribeConfigs", {1, 4}, 4, {1, 4}, {1, 4}},
    {AlterConfigs, "AlterConfigs", {0, 2}, 2, {0, 2}, {0, 2}},
    {AlterReplicaLogDirs, "AlterReplicaLogDirs", {1, 2}, 2, {1, 2}, none},
    {DescribeLogDirs, "DescribeLogDirs", {1, 5}, 2, {1, 5}, none},
    {SaslAuthenticate, "SaslAuthenticate", {0, 2}, 2, {0, 2}, {0, 2}},
    {CreatePartitions, "CreatePartitions", {0, 3}, 2, {0, 3}, {0, 3}},
    {CreateDelegationToken, "CreateDelegationToken", {1, 3}, 2, {1, 3}, {1, 3}},
    {RenewDelegationToken, "RenewDelegationToken", {1, 2}, 2, {1, 2}, {1, 2}},
    {ExpireDelegationToken, "ExpireDelegationToken", {1, 2}, 2, {1, 2}, {1, 2}},
    {DescribeDelegationToken, "DescribeDelegationToken", {1, 3}, 2, {1, 3}, {1, 3}},
    {DeleteGroups, "DeleteGroups", {0, 2}, 2, {0, 2}, none},
    {ElectLeaders, "ElectLeaders", {0, 2}, 2, {0, 2}, {0, 2}},
    {IncrementalAlterConfigs, "IncrementalAlterConfigs", {0, 1}, 1, {0, 1}, {0, 1}},
    {AlterPartitionReassignments, "AlterPartitionReassignments", {0, 1}, 0, {0, 1}, {0, 1}},
    {ListPartitionReassignments, "ListPartitionReassignments", {0, 0}, 0, {0, 0}, {0, 0}},
    {OffsetDelete, "OffsetDelete", {0, 0}, never, {0, 0}, none},
    {DescribeClientQuotas, "DescribeClientQuotas", {0, 1}, 1, {0, 1}, none},
    {AlterClientQuotas, "AlterClientQuotas", {0, 1}, 1, {0, 1}, {0, 1}},
    {DescribeUserScramCredentials, "DescribeUserScramCredentials", {0, 0}, 0, {0, 0}, {0, 0}},
    {AlterUserScramCredentials, "AlterUserScramCredentials", {0, 0}, 0, {0, 0}, {0, 0}},
    {Vote, "Vote", {0, 2}, 0, none, {0, 2}},
    {BeginQuorumEpoch, "BeginQuorumEpoch", {0, 1}, 1, none, {0, 1}},
    {EndQuorumEpoch, "EndQuorumEpoch", {0, 1}, 1, none, {0, 1}},
    {DescribeQuorum, "DescribeQuorum", {0, 2}, 0, {0, 2}, {0, 2}},
    {AlterPartition, "AlterPartition", {2, 3}, 0, none, {2, 3}},
    {UpdateFeatures, "UpdateFeatures", {0, 2}, 0, {0, 2}, {0, 2}},
    {Envelope, "Envelope", {0, 0}, 0, none, {0, 0}},
    {FetchSnapshot, "FetchSnapshot", {0, 1}, 0, none, {0, 1}},
    {DescribeCluster, "DescribeCluster", {0, 2}, 0, {0, 2}, {0, 2}},
    {DescribeProducers, "DescribeProducers", {0, 0}, 0, {0, 0}, none},
    {BrokerRegistration, "BrokerRegistration", {0, 4}, 0, none, {0, 4}},
    {BrokerHeartbeat, "BrokerHeartbeat", {0, 2}, 0, none, {0, 2}},
    {UnregisterBroker, "UnregisterBroker", {0, 0}, 0, {0, 0}, {0, 0}},
    {DescribeTransactions, "DescribeTransactions", {0, 0}, 0, {0, 0}, none},
    {ListTransactions, "ListTransactions", {0, 2}, 0, {0, 2}, none},
    {AllocateProducerIds, "AllocateProducerIds", {0, 0}, 0, none, {0, 0}},
    {ConsumerGroupHeartbeat, "ConsumerGroupHeartbeat", {0, 1}, 0, {0, 1}, none},
    {ConsumerGroupDescribe, "ConsumerGroupDescribe", {0, 1}, 0, {0, 1}, none},
    {ControllerRegistration, "ControllerRegistration", {0, 0}, 0, none, {0, 0}},
    {GetTelemetrySubscriptions, "GetTelemetrySubscriptions", {0, 0}, 0, none, none},
    {PushTelemetry, "PushTelemetry", {0, 0}, 0, none, none},
    {AssignReplicasToDirs, "AssignReplicasToDirs", {0, 0}, 0, none, {0, 0}},
    {ListConfigResources, "ListConfigResources", {0, 1}, 0, {0, 1}, none},
    {DescribeTopicPartitions, "DescribeTopicPartitions", {0, 0}, 0, {0, 0}, none},
    {ShareGroupHeartbeat, "ShareGroupHeartbeat", {1, 1}, 0, {1, 1}, none},
    {ShareGroupDescribe, "ShareGroupDescribe", {1, 1}, 0, {1, 1}, none},
    {ShareFetch, "ShareFetch", {1, 2}, 0, {1, 2}, none},
    {ShareAcknowledge, "ShareAcknowledge", {1, 2}, 0, {1, 2}, none},
    {AddRaftVoter, "AddRaftVoter", {0, 1}, 0, {0, 1}, {0, 1}},
    {RemoveRaftVoter, "RemoveRaftVoter", {0, 0}, 0, {0, 0}, {0, 0}},
    {UpdateRaftVoter, "UpdateRaftVoter", {0, 0}, 0, none, {0, 0}},
    {InitializeShareGroupState, "InitializeShareGroupState", {0, 0}, 0, {0, 0}, none},
    {ReadShareGroupState, "ReadShareGroupState", {0, 0}, 0, {0, 0}, none},
    {WriteShareGroupState, "WriteShareGroupState", {0, 1}, 0, {0, 1}, none},
    {DeleteShareGroupState, "DeleteShareGroupState", {0, 0}, 0, {0, 0}, none},
    {ReadShareGroupStateSummary, "ReadShareGroupStateSummary", {0, 1}, 0, {0, 1}, none},
    {StreamsGroupHeartbeat, "StreamsGroupHeartbeat", {0, 0}, 0, {0, 0}, none},
    {StreamsGroupDescribe, "StreamsGroupDescribe", {0, 0}, 0, {0, 0}, none},
    {DescribeShareGroupOffsets, "DescribeShareGroupOffsets", {0, 1}, 0, {0, 1}, none},
    {AlterShareGroupOffsets, "AlterShareGroupOffsets", {0, 0}, 0, {0, 0}, none},
    {DeleteShareGroupOffsets, "DeleteShareGroupOffsets", {0, 0}, 0, {0, 0}, none},
}};

inline constexpr int api_key_max = static_cast<int>(api_table.back().key);

// Row of each key, -1 where there is none.
inline constexpr auto api_rows = [] {
  std::array<int8_t, api_key_max + 1> rows{};
  rows.fill(-1);
  for (size_t i = 0; i < api_table.size(); ++i) {
    rows[static_cast<size_t>(api_table[i].key)] = static_cast<int8_t>(i);
  }
  return rows;
}();

}  // namespace detail

inline constexpr const auto& api_table = detail::api_table;

// The row of a key as it came from the wire; nullptr when it is not one of Kafka's.
constexpr const ApiInfo* find_api(int key) {
  if (key < 0 || key > detail::api_key_max) {
    return nullptr;
  }
  const int row = detail::api_rows[static_cast<size_t>(key)];
  return row < 0 ? nullptr : &api_table[static_cast<size_t>(row)];
}
constexpr const ApiInfo& api_info(ApiKey key) {
  return *find_api(static_cast<int>(key));
}
constexpr std::string_view name(ApiKey key) {
  const ApiInfo* info = find_api(static_cast<int>(key));
  return info == nullptr ? std::string_view("unknown") : info->name;
}

// Header versions. A request header is 1, or 2 in flexible versions (tags). A response header is 0,
// or 1 in flexible versions; except that ApiVersions answers with 0 for ever, because its client
// does not know yet what the broker speaks.
constexpr int16_t request_header_version(const ApiInfo& api, int version) {
  return api.flexible_in(version) ? 2 : 1;
}
constexpr int16_t response_header_version(const ApiInfo& api, int version) {
  return api.flexible_in(version) && api.key != ApiKey::ApiVersions ? 1 : 0;
}

}  // namespace kafka
