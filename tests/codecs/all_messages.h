// Every message of the protocol, in lists that are small enough to compile side by side.
#pragma once

#include "protocol/api/all.h"
#include "protocol/cluster_records.h"
#include "protocol/consumer_protocol.h"
#include "protocol/control_records.h"
#include "protocol/offset_records.h"
#include "protocol/principal.h"
#include "protocol/share_records.h"
#include "protocol/txn_records.h"

namespace kafka {

template <class... Ms>
struct Messages {};

using ApiMessages1 =
    Messages<ProduceRequest, ProduceResponse, FetchRequest, FetchResponse, ListOffsetsRequest,
             ListOffsetsResponse, MetadataRequest, MetadataResponse, OffsetCommitRequest,
             OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, FindCoordinatorRequest,
             FindCoordinatorResponse, JoinGroupRequest, JoinGroupResponse, HeartbeatRequest,
             HeartbeatResponse, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest,
             SyncGroupResponse, DescribeGroupsRequest, DescribeGroupsResponse, ListGroupsRequest,
             ListGroupsResponse, SaslHandshakeRequest, SaslHandshakeResponse, ApiVersionsRequest,
             ApiVersionsResponse, CreateTopicsRequest, CreateTopicsResponse, DeleteTopicsRequest,
             DeleteTopicsResponse, DeleteRecordsRequest, DeleteRecordsResponse,
             InitProducerIdRequest, InitProducerIdResponse, OffsetForLeaderEpochRequest,
             OffsetForLeaderEpochResponse, AddPartitionsToTxnRequest, AddPartitionsToTxnResponse,
             AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>;

using ApiMessages2 = Messages<
    EndTxnRequest, EndTxnResponse, WriteTxnMarkersRequest, WriteTxnMarkersResponse,
    TxnOffsetCommitRequest, TxnOffsetCommitResponse, DescribeAclsRequest, DescribeAclsResponse,
    CreateAclsRequest, CreateAclsResponse, DeleteAclsRequest, DeleteAclsResponse,
    DescribeConfigsRequest, DescribeConfigsResponse, AlterConfigsRequest, AlterConfigsResponse,
    AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse, DescribeLogDirsRequest,
    DescribeLogDirsResponse, SaslAuthenticateRequest, SaslAuthenticateResponse,
    CreatePartitionsRequest, CreatePartitionsResponse, CreateDelegationTokenRequest,
    CreateDelegationTokenResponse, RenewDelegationTokenRequest, RenewDelegationTokenResponse,
    ExpireDelegationTokenRequest, ExpireDelegationTokenResponse, DescribeDelegationTokenRequest,
    DescribeDelegationTokenResponse, DeleteGroupsRequest, DeleteGroupsResponse, ElectLeadersRequest,
    ElectLeadersResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse,
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse, OffsetDeleteRequest,
    OffsetDeleteResponse>;

using ApiMessages3 =
    Messages<DescribeClientQuotasRequest, DescribeClientQuotasResponse, AlterClientQuotasRequest,
             AlterClientQuotasResponse, DescribeUserScramCredentialsRequest,
             DescribeUserScramCredentialsResponse, AlterUserScramCredentialsRequest,
             AlterUserScramCredentialsResponse, VoteRequest, VoteResponse, BeginQuorumEpochRequest,
             BeginQuorumEpochResponse, EndQuorumEpochRequest, EndQuorumEpochResponse,
             DescribeQuorumRequest, DescribeQuorumResponse, AlterPartitionRequest,
             AlterPartitionResponse, UpdateFeaturesRequest, UpdateFeaturesResponse, EnvelopeRequest,
             EnvelopeResponse, FetchSnapshotRequest, FetchSnapshotResponse, DescribeClusterRequest,
             DescribeClusterResponse, DescribeProducersRequest, DescribeProducersResponse,
             BrokerRegistrationRequest, BrokerRegistrationResponse, BrokerHeartbeatRequest,
             BrokerHeartbeatResponse, UnregisterBrokerRequest, UnregisterBrokerResponse,
             DescribeTransactionsRequest, DescribeTransactionsResponse, ListTransactionsRequest,
             ListTransactionsResponse, AllocateProducerIdsRequest, AllocateProducerIdsResponse,
             ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
             ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>;

using ApiMessages4 = Messages<
    ControllerRegistrationRequest, ControllerRegistrationResponse, GetTelemetrySubscriptionsRequest,
    GetTelemetrySubscriptionsResponse, PushTelemetryRequest, PushTelemetryResponse,
    AssignReplicasToDirsRequest, AssignReplicasToDirsResponse, ListConfigResourcesRequest,
    ListConfigResourcesResponse, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse,
    ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse, ShareGroupDescribeRequest,
    ShareGroupDescribeResponse, ShareFetchRequest, ShareFetchResponse, ShareAcknowledgeRequest,
    ShareAcknowledgeResponse, AddRaftVoterRequest, AddRaftVoterResponse, RemoveRaftVoterRequest,
    RemoveRaftVoterResponse, UpdateRaftVoterRequest, UpdateRaftVoterResponse,
    InitializeShareGroupStateRequest, InitializeShareGroupStateResponse, ReadShareGroupStateRequest,
    ReadShareGroupStateResponse, WriteShareGroupStateRequest, WriteShareGroupStateResponse,
    DeleteShareGroupStateRequest, DeleteShareGroupStateResponse, ReadShareGroupStateSummaryRequest,
    ReadShareGroupStateSummaryResponse, StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse,
    StreamsGroupDescribeRequest, StreamsGroupDescribeResponse, DescribeShareGroupOffsetsRequest,
    DescribeShareGroupOffsetsResponse, AlterShareGroupOffsetsRequest,
    AlterShareGroupOffsetsResponse, DeleteShareGroupOffsetsRequest,
    DeleteShareGroupOffsetsResponse>;

using RecordMessages =
    Messages<ConfigRecord, FeatureLevelRecord, ClientQuotaRecord, ProducerIdsRecord, NoOpRecord,
             BeginTransactionRecord, EndTransactionRecord, AbortTransactionRecord,
             ZkMigrationStateRecord, RegisterBrokerRecord, UnregisterBrokerRecord,
             FenceBrokerRecord, UnfenceBrokerRecord, BrokerRegistrationChangeRecord,
             RegisterControllerRecord, AccessControlEntryRecord, RemoveAccessControlEntryRecord,
             UserScramCredentialRecord, RemoveUserScramCredentialRecord, DelegationTokenRecord,
             RemoveDelegationTokenRecord, TopicRecord, PartitionRecord, PartitionChangeRecord,
             RemoveTopicRecord, ClearElrRecord, LegacyOffsetCommitKey, LegacyOffsetCommitValue,
             OffsetCommitKey, OffsetCommitValue, GroupMetadataKey, GroupMetadataValue,
             ConsumerGroupMetadataKey, ConsumerGroupMetadataValue,
             ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue,
             ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue,
             ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue,
             ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue,
             ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue,
             ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue,
             ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue, ShareGroupMetadataKey,
             ShareGroupMetadataValue, ShareGroupTargetAssignmentMetadataKey,
             ShareGroupTargetAssignmentMetadataValue, ShareGroupTargetAssignmentMemberKey,
             ShareGroupTargetAssignmentMemberValue, ShareGroupCurrentMemberAssignmentKey,
             ShareGroupCurrentMemberAssignmentValue, ShareGroupStatePartitionMetadataKey,
             ShareGroupStatePartitionMetadataValue, StreamsGroupMetadataKey,
             StreamsGroupMetadataValue, StreamsGroupMemberMetadataKey,
             StreamsGroupMemberMetadataValue, StreamsGroupTargetAssignmentMetadataKey,
             StreamsGroupTargetAssignmentMetadataValue, StreamsGroupTargetAssignmentMemberKey,
             StreamsGroupTargetAssignmentMemberValue, StreamsGroupCurrentMemberAssignmentKey,
             StreamsGroupCurrentMemberAssignmentValue, StreamsGroupTopologyKey,
             StreamsGroupTopologyValue, TransactionLogKey, TransactionLogValue, ShareSnapshotKey,
             ShareSnapshotValue, ShareUpdateKey, ShareUpdateValue, ConsumerProtocolSubscription,
             ConsumerProtocolAssignment, EndTxnMarker, LeaderChangeMessage, SnapshotHeaderRecord,
             SnapshotFooterRecord, KRaftVersionRecord, VotersRecord, DefaultPrincipalData>;

}  // namespace kafka
