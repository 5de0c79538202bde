// What brokers and tools ask of the active controller, over the wire, at a combined node 1 (its id
// is in node_fixture.cc): registrations, heartbeats, ISR changes, elections, reassignments,
// producer ids, features, quotas, credentials, and what is refused without security.
#include "broker/core/controller/features.h"
#include "protocol/api/18_api_versions.h"
#include "protocol/api/29_describe_acls.h"
#include "protocol/api/30_create_acls.h"
#include "protocol/api/31_delete_acls.h"
#include "protocol/api/38_create_delegation_token.h"
#include "protocol/api/41_describe_delegation_token.h"
#include "protocol/api/43_elect_leaders.h"
#include "protocol/api/45_alter_partition_reassignments.h"
#include "protocol/api/46_list_partition_reassignments.h"
#include "protocol/api/48_describe_client_quotas.h"
#include "protocol/api/49_alter_client_quotas.h"
#include "protocol/api/50_describe_user_scram_credentials.h"
#include "protocol/api/51_alter_user_scram_credentials.h"
#include "protocol/api/56_alter_partition.h"
#include "protocol/api/57_update_features.h"
#include "protocol/api/60_describe_cluster.h"
#include "protocol/api/62_broker_registration.h"
#include "protocol/api/63_broker_heartbeat.h"
#include "protocol/api/64_unregister_broker.h"
#include "protocol/api/67_allocate_producer_ids.h"
#include "protocol/api/70_controller_registration.h"
#include "protocol/api/73_assign_replicas_to_dirs.h"
#include "protocol/error.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

class ControllerRequests : public NodeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(start());
    DescribeClusterRequest request;
    TestClient client = connect();
    const auto cluster = client.ask<DescribeClusterResponse>(request, 2);
    cluster_id_ = cluster.cluster_id;
    own_id_ = cluster.brokers.at(0).broker_id;
  }

  template <class Response, class Request>
  Response ask(const Request& request, int16_t version) {
    TestClient client = connect_to_controller();
    return client.ask<Response>(request, version);
  }

  // Broker 7, as Apache Kafka 4.3 registers.
  BrokerRegistrationRequest registration() {
    BrokerRegistrationRequest request;
    request.broker_id = 7;
    request.cluster_id = cluster_id_;
    request.incarnation_id = {7, 1};
    request.listeners.push_back({"PLAINTEXT", "localhost", 19092, 0});
    for (const FeatureRange& feature : supported_features()) {
      request.features.push_back({std::string(feature.name), feature.min_level, feature.max_level});
    }
    request.rack = std::nullopt;
    request.log_dirs = {{7, 7}};
    return request;
  }
  BrokerRegistrationResponse send(const BrokerRegistrationRequest& request) {
    return ask<BrokerRegistrationResponse>(request, 4);
  }
  ErrorCode error_of(const BrokerRegistrationRequest& request) {
    return static_cast<ErrorCode>(send(request).error_code);
  }
  BrokerHeartbeatResponse heartbeat(int64_t epoch, int64_t offset, bool want_fence = false,
                                    bool want_shut_down = false) {
    BrokerHeartbeatRequest request;
    request.broker_id = 7;
    request.broker_epoch = epoch;
    request.current_metadata_offset = offset;
    request.want_fence = want_fence;
    request.want_shut_down = want_shut_down;
    return ask<BrokerHeartbeatResponse>(request, 2);
  }
  int64_t join() {
    const int64_t epoch = send(registration()).broker_epoch;
    EXPECT_FALSE(heartbeat(epoch, INT64_MAX).is_fenced);
    return epoch;
  }

  std::string cluster_id_;
  int32_t own_id_ = -1;
};

TEST_F(ControllerRequests, ABrokerRegistersCatchesUpAndLeaves) {
  const auto registered = send(registration());
  ASSERT_EQ(registered.error_code, 0);
  EXPECT_GT(registered.broker_epoch, 0);
  EXPECT_EQ(send(registration()).broker_epoch, registered.broker_epoch);  // a retry

  const auto behind = heartbeat(registered.broker_epoch, 0);
  EXPECT_FALSE(behind.is_caught_up);
  EXPECT_TRUE(behind.is_fenced);
  const auto ready = heartbeat(registered.broker_epoch, registered.broker_epoch + 1);
  EXPECT_TRUE(ready.is_caught_up);
  EXPECT_FALSE(ready.is_fenced);
  const auto leaving = heartbeat(registered.broker_epoch, INT64_MAX, false, true);
  EXPECT_TRUE(leaving.should_shut_down);

  const auto stale = heartbeat(registered.broker_epoch - 1, 0);
  EXPECT_EQ(stale.error_code, static_cast<int16_t>(ErrorCode::StaleBrokerEpoch));
}

TEST_F(ControllerRequests, RegistrationsThatDoNotFitAreRefused) {
  BrokerRegistrationRequest request = registration();
  request.cluster_id = "another";
  EXPECT_EQ(error_of(request), ErrorCode::InconsistentClusterId);

  for (const FeatureRange& feature : supported_features()) {
    if (feature.name == kraft_version_feature || feature.name == metadata_version_feature) {
      continue;
    }
    request = registration();
    std::erase_if(request.features, [&](const auto& f) { return f.name == feature.name; });
    EXPECT_EQ(error_of(request), ErrorCode::UnsupportedVersion) << feature.name;
  }
  request = registration();
  std::erase_if(request.features, [](const auto& f) { return f.name == "metadata.version"; });
  EXPECT_EQ(error_of(request), ErrorCode::InvalidRegistration);
  request = registration();
  request.log_dirs.clear();
  EXPECT_EQ(error_of(request), ErrorCode::InvalidRegistration);
  request.log_dirs = {{0, 1}};  // a reserved id
  EXPECT_EQ(error_of(request), ErrorCode::InvalidRegistration);
}

TEST_F(ControllerRequests, ASecondProcessUnderALiveIdIsRefused) {
  join();
  BrokerRegistrationRequest twin = registration();
  twin.incarnation_id = {7, 2};
  twin.broker_id = own_id_;
  twin.log_dirs = {{8, 8}};
  EXPECT_EQ(error_of(twin), ErrorCode::DuplicateBrokerRegistration);
}

TEST_F(ControllerRequests, ProducerIdsComeInBlocksOfTheirOwn) {
  AllocateProducerIdsRequest request;
  request.broker_id = 7;
  request.broker_epoch = join();
  const auto first = ask<AllocateProducerIdsResponse>(request, 0);
  const auto second = ask<AllocateProducerIdsResponse>(request, 0);
  EXPECT_EQ(first.producer_id_len, 1000);
  EXPECT_EQ(second.producer_id_start, first.producer_id_start + 1000);
  request.broker_epoch = 0;
  EXPECT_EQ(ask<AllocateProducerIdsResponse>(request, 0).error_code,
            static_cast<int16_t>(ErrorCode::StaleBrokerEpoch));
}

TEST_F(ControllerRequests, APartitionMovesToAnotherBroker) {
  const Uuid topic = create_topic("t");  // before broker 7 is there to get it
  const int64_t epoch = join();
  AlterPartitionReassignmentsRequest move;
  move.topics.push_back({"t", {{0, std::vector<int32_t>{7}}}});
  const auto moving = ask<AlterPartitionReassignmentsResponse>(move, 1);
  EXPECT_EQ(moving.responses.at(0).partitions.at(0).error_code, 0);
  TestClient client = connect();
  ListPartitionReassignmentsRequest list;
  const auto running = client.ask<ListPartitionReassignmentsResponse>(list, 0);
  ASSERT_EQ(running.topics.size(), 1u);
  EXPECT_EQ(running.topics[0].partitions.at(0).adding_replicas, std::vector<int32_t>{7});
  EXPECT_EQ(running.topics[0].partitions.at(0).removing_replicas, std::vector<int32_t>{own_id_});

  // Broker 7 does not lead it, so its word about the ISR does not count.
  AlterPartitionRequest alter;
  alter.broker_id = 7;
  alter.broker_epoch = epoch;
  auto& asked = alter.topics.emplace_back();
  asked.topic_id = topic;
  auto& partition = asked.partitions.emplace_back();
  partition.partition_epoch = 1;
  partition.new_isr_with_epochs = {{7, epoch}};
  const auto refused = ask<AlterPartitionResponse>(alter, 3);
  EXPECT_EQ(refused.topics.at(0).partitions.at(0).error_code,
            static_cast<int16_t>(ErrorCode::InvalidRequest));

  move.topics.at(0).partitions.at(0).replicas = std::nullopt;  // take it back
  const auto back = client.ask<AlterPartitionReassignmentsResponse>(move, 1);
  EXPECT_EQ(back.responses.at(0).partitions.at(0).error_code, 0);
  EXPECT_TRUE(client.ask<ListPartitionReassignmentsResponse>(list, 0).topics.empty());
}

TEST_F(ControllerRequests, ElectionsThatNobodyNeedsSaySo) {
  create_topic("t");
  ElectLeadersRequest request;
  request.topic_partitions.emplace() = {{"t", {0, 1}}};
  TestClient client = connect();
  const auto response = client.ask<ElectLeadersResponse>(request, 2);
  const auto& results = response.replica_election_results.at(0).partition_result;
  EXPECT_EQ(results.at(0).error_code, static_cast<int16_t>(ErrorCode::ElectionNotNeeded));
  EXPECT_EQ(results.at(1).error_code, static_cast<int16_t>(ErrorCode::UnknownTopicOrPartition));
  request.topic_partitions = std::nullopt;
  for (const auto& topic : client.ask<ElectLeadersResponse>(request, 2).replica_election_results) {
    EXPECT_TRUE(topic.partition_result.empty());
  }
}

TEST_F(ControllerRequests, ABrokerThatIsGoneIsUnregistered) {
  join();
  UnregisterBrokerRequest request;
  request.broker_id = 7;
  TestClient client = connect();
  EXPECT_EQ(client.ask<UnregisterBrokerResponse>(request, 0).error_code, 0);
  EXPECT_EQ(client.ask<UnregisterBrokerResponse>(request, 0).error_code,
            static_cast<int16_t>(ErrorCode::BrokerIdNotRegistered));
}

TEST_F(ControllerRequests, QuotasAreSetAndDescribed) {
  AlterClientQuotasRequest request;
  request.entries.push_back({{{"user", "alice"}}, {{"producer_byte_rate", 1000, false}}});
  TestClient client = connect();
  const auto altered = client.ask<AlterClientQuotasResponse>(request, 1);
  EXPECT_EQ(altered.entries.at(0).error_code, 0);
  const auto described = client.ask<DescribeClientQuotasResponse>(DescribeClientQuotasRequest{}, 1);
  ASSERT_EQ(described.entries->size(), 1u);
  EXPECT_EQ(described.entries->at(0).values.at(0).value, 1000);
}

TEST_F(ControllerRequests, CredentialsAreSetAndDescribedWithoutTheirSecrets) {
  AlterUserScramCredentialsRequest request;
  request.upsertions.push_back({"alice", 1, 4096, {1}, Bytes(32, 1)});
  request.upsertions.push_back({"bob", 1, 1, {1}, Bytes(32, 1)});
  TestClient client = connect();
  const auto altered = client.ask<AlterUserScramCredentialsResponse>(request, 0);
  EXPECT_EQ(altered.results.at(0).error_code, 0);
  EXPECT_EQ(altered.results.at(1).error_code,
            static_cast<int16_t>(ErrorCode::UnacceptableCredential));
  const auto described =
      client.ask<DescribeUserScramCredentialsResponse>(DescribeUserScramCredentialsRequest{}, 0);
  ASSERT_EQ(described.results.size(), 1u);
  EXPECT_EQ(described.results[0].credential_infos.at(0).iterations, 4096);
}

TEST_F(ControllerRequests, WithoutAnAuthorizerThereAreNoAcls) {
  constexpr auto disabled = static_cast<int16_t>(ErrorCode::SecurityDisabled);
  TestClient client = connect();
  EXPECT_EQ(client.ask<DescribeAclsResponse>(DescribeAclsRequest{}, 3).error_code, disabled);
  CreateAclsRequest create;
  create.creations.push_back({2, "t", 3, "User:a", "*", 3, 3});
  EXPECT_EQ(client.ask<CreateAclsResponse>(create, 3).results.at(0).error_code, disabled);
  DeleteAclsRequest remove;
  remove.filters.emplace_back();
  EXPECT_EQ(client.ask<DeleteAclsResponse>(remove, 3).filter_results.at(0).error_code, disabled);
}

TEST_F(ControllerRequests, NobodyGetsATokenOnAPlaintextListener) {
  constexpr auto not_allowed = static_cast<int16_t>(ErrorCode::DelegationTokenRequestNotAllowed);
  TestClient client = connect();
  EXPECT_EQ(client.ask<CreateDelegationTokenResponse>(CreateDelegationTokenRequest{}, 3).error_code,
            not_allowed);
  EXPECT_EQ(
      client.ask<DescribeDelegationTokenResponse>(DescribeDelegationTokenRequest{}, 3).error_code,
      not_allowed);
}

TEST_F(ControllerRequests, FeaturesThatSomebodyDoesNotSupportStayAsTheyAre) {
  UpdateFeaturesRequest request;
  request.feature_updates.push_back({"group.version", 9, false, 1});
  TestClient client = connect();
  EXPECT_EQ(client.ask<UpdateFeaturesResponse>(request, 2).error_code,
            static_cast<int16_t>(ErrorCode::InvalidUpdateVersion));
  request.feature_updates.at(0).max_version_level = 1;
  EXPECT_EQ(client.ask<UpdateFeaturesResponse>(request, 2).error_code, 0);
}

// kraft.version is raft's own record and not the image's, so a restart must find it in the log.
TEST_F(ControllerRequests, TheQuorumsVersionIsRaisedOnceAndKept) {
  const auto finalized = [this] {
    ApiVersionsRequest request;
    request.client_software_name = "test";
    request.client_software_version = "1";
    const auto versions = connect().ask<ApiVersionsResponse>(request, 4);
    const auto found = std::ranges::find(versions.finalized_features, "kraft.version",
                                         &ApiVersionsResponse::FinalizedFeatureKey::name);
    return found == versions.finalized_features.end() ? 0 : int{found->max_version_level};
  };
  ASSERT_EQ(finalized(), 0);
  UpdateFeaturesRequest request;
  request.feature_updates.push_back({"kraft.version", 1, false, 1});
  TestClient client = connect();
  const auto raised = client.ask<UpdateFeaturesResponse>(request, 2);
  ASSERT_EQ(raised.error_code, 0) << raised.error_message.value_or("");
  EXPECT_EQ(finalized(), 1);
  stop();
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(finalized(), 1);
}

TEST_F(ControllerRequests, ControllersRegisterAndAreListed) {
  ControllerRegistrationRequest request;
  request.controller_id = 3000;
  request.incarnation_id = {3, 3};
  request.listeners.push_back({"CONTROLLER", "localhost", 19093, 0});
  EXPECT_EQ(ask<ControllerRegistrationResponse>(request, 0).error_code, 0);
  DescribeClusterRequest describe;
  describe.endpoint_type = 2;
  const auto cluster = ask<DescribeClusterResponse>(describe, 2);
  EXPECT_EQ(cluster.brokers.size(), 2u);
}

TEST_F(ControllerRequests, DirectoriesAreAssignedOnlyToReplicasOfTheBroker) {
  AssignReplicasToDirsRequest request;
  auto& directory = request.directories.emplace_back();
  directory.id = {7, 7};
  auto& topic = directory.topics.emplace_back();
  topic.topic_id = create_topic("t");  // before broker 7 is there to get it
  topic.partitions.emplace_back();
  request.broker_id = 7;
  request.broker_epoch = join();
  const auto response = ask<AssignReplicasToDirsResponse>(request, 0);
  ASSERT_EQ(response.error_code, 0);
  EXPECT_EQ(response.directories.at(0).topics.at(0).partitions.at(0).error_code,
            static_cast<int16_t>(ErrorCode::NotLeaderOrFollower));
}

}  // namespace
}  // namespace kafka
