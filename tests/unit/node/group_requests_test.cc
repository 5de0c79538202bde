// Groups over sockets: a whole node, its log and its coordinator. What groups do is told by
// tests/unit/core/group; here is what only a node can show.
#include "broker/core/controller/image.h"
#include "broker/handlers/group_client.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/api/09_offset_fetch.h"
#include "protocol/api/10_find_coordinator.h"
#include "protocol/api/11_join_group.h"
#include "protocol/api/12_heartbeat.h"
#include "protocol/api/14_sync_group.h"
#include "protocol/api/20_delete_topics.h"
#include "protocol/api/32_describe_configs.h"
#include "tests/unit/node/node_fixture.h"

namespace kafka {
namespace {

ErrorCode error_of(const auto& response) { return static_cast<ErrorCode>(response.error_code); }

class GroupRequestsTest : public NodeTest {
 protected:
  static FindCoordinatorRequest find(std::vector<std::string> keys, int8_t type = 0) {
    FindCoordinatorRequest request;
    request.coordinator_keys = std::move(keys);
    request.key_type = type;
    return request;
  }
  void await_coordinator() {
    const auto found = connect().ask<FindCoordinatorResponse>(find({"g"}), 4);
    ASSERT_EQ(error_of(found.coordinators.at(0)), ErrorCode::None);
  }

  static OffsetCommitRequest commit(const std::string& topic, int32_t partition, int64_t offset,
                                    Uuid topic_id = {}) {
    OffsetCommitRequest request;
    request.group_id = "g";
    request.topics = {{topic, topic_id, {{partition, offset}}}};
    return request;
  }
  static ErrorCode first_error(const OffsetCommitResponse& response) {
    return error_of(response.topics.at(0).partitions.at(0));
  }
  static OffsetFetchRequest fetch(const std::string& topic, int32_t partition, Uuid topic_id = {}) {
    OffsetFetchRequest request;
    auto& group = request.groups.emplace_back();
    group.group_id = "g";
    group.topics = {{topic, topic_id, {partition}}};
    return request;
  }
  int64_t committed(const std::string& topic, int32_t partition) {
    const auto response = connect().ask<OffsetFetchResponse>(fetch(topic, partition), 9);
    return response.groups.at(0).topics.at(0).partitions.at(0).committed_offset;
  }

  static JoinGroupRequest join(std::string member_id = {}) {
    JoinGroupRequest request;
    request.group_id = "g";
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 10'000;
    request.member_id = std::move(member_id);
    request.protocol_type = "consumer";
    request.protocols = {{"range", {0, 0, 0, 0, 0, 0}}};
    return request;
  }
};

TEST_F(GroupRequestsTest, TheFirstQuestionMakesTheOffsetsTopic) {
  start();
  const auto found = connect().ask<FindCoordinatorResponse>(find({"a", "b"}), 4);
  ASSERT_EQ(found.coordinators.size(), 2U);
  for (const auto& coordinator : found.coordinators) {
    EXPECT_EQ(error_of(coordinator), ErrorCode::None);
    EXPECT_EQ(coordinator.node_id, 1);
    EXPECT_EQ(coordinator.port, node_->port_of("PLAINTEXT"));
  }
  DescribeConfigsRequest describe;
  describe.resources = {{2, "__consumer_offsets", {{"cleanup.policy", "segment.bytes"}}}};
  const auto described = connect().ask<DescribeConfigsResponse>(describe, 4);
  EXPECT_EQ(described.results.at(0).configs.at(0).value, "compact");
  EXPECT_EQ(described.results.at(0).configs.at(1).value, "104857600");
}

// While the topic is on its way for somebody else, the answer is the one that clients retry.
TEST_F(GroupRequestsTest, ManyFirstQuestionsMakeOneTopic) {
  start();
  std::vector<TestClient> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(connect());
    clients.back().send(find({"g"}), 4);
    clients.back().send(find({"h"}), 4);
  }
  for (TestClient& client : clients) {
    for (int i = 0; i < 2; ++i) {
      const auto found = client.receive<FindCoordinatorResponse>(4);
      ASSERT_TRUE(found.has_value());
      const ErrorCode error = error_of(found->coordinators.at(0));
      EXPECT_TRUE(error == ErrorCode::None || error == ErrorCode::CoordinatorNotAvailable);
    }
  }
  await_coordinator();
}

TEST_F(GroupRequestsTest, MoreReplicasThanBrokersMakeNoTopic) {
  start({{"offsets.topic.replication.factor", "3"}});
  const auto found = connect().ask<FindCoordinatorResponse>(find({"g"}), 4);
  EXPECT_EQ(error_of(found.coordinators.at(0)), ErrorCode::CoordinatorNotAvailable);
  EXPECT_EQ(found.coordinators.at(0).node_id, -1);
  FindCoordinatorRequest old;
  old.coordinator_key = "g";
  EXPECT_EQ(error_of(connect().ask<FindCoordinatorResponse>(old, 0)),
            ErrorCode::CoordinatorNotAvailable);
  EXPECT_EQ(error_of(connect().ask<JoinGroupResponse>(join(), 9)), ErrorCode::NotCoordinator);
}

TEST_F(GroupRequestsTest, OtherCoordinatorsAreRefusedAsNotThere) {
  start();
  const auto transactional = connect().ask<FindCoordinatorResponse>(find({"t"}, 1), 6);
  EXPECT_EQ(error_of(transactional.coordinators.at(0)), ErrorCode::UnsupportedVersion);
  const auto share = connect().ask<FindCoordinatorResponse>(find({"s"}, 2), 6);
  EXPECT_EQ(error_of(share.coordinators.at(0)), ErrorCode::InvalidRequest);
  FindCoordinatorRequest old;
  old.coordinator_key = "t";
  old.key_type = 1;
  EXPECT_EQ(error_of(connect().ask<FindCoordinatorResponse>(old, 1)),
            ErrorCode::UnsupportedVersion);
}

TEST_F(GroupRequestsTest, OffsetsSurviveARestart) {
  start();
  await_coordinator();
  create_topic("t", 2);
  EXPECT_EQ(first_error(connect().ask<OffsetCommitResponse>(commit("t", 0, 41), 9)),
            ErrorCode::None);
  EXPECT_EQ(committed("t", 0), 41);
  stop();
  start();
  EXPECT_EQ(committed("t", 0), 41);
  EXPECT_EQ(committed("t", 1), -1);
}

TEST_F(GroupRequestsTest, OffsetsGoWithTheirTopic) {
  start();
  await_coordinator();
  create_topic("t");
  connect().ask<OffsetCommitResponse>(commit("t", 0, 41), 9);
  DeleteTopicsRequest request;
  request.topics = {{"t", {}}};
  request.timeout_ms = 10'000;
  connect().ask<DeleteTopicsResponse>(request, 6);
  EXPECT_EQ(committed("t", 0), -1);
  create_topic("t");
  EXPECT_EQ(committed("t", 0), -1);
}

TEST_F(GroupRequestsTest, CommitsAndFetchesByTopicId) {
  start();
  await_coordinator();
  const Uuid id = create_topic("t");
  const auto answered = connect().ask<OffsetCommitResponse>(commit("", 0, 7, id), 10);
  EXPECT_EQ(first_error(answered), ErrorCode::None);
  EXPECT_EQ(answered.topics.at(0).topic_id, id);
  const Uuid unknown{1, 2};
  EXPECT_EQ(first_error(connect().ask<OffsetCommitResponse>(commit("", 0, 7, unknown), 10)),
            ErrorCode::UnknownTopicId);
  const auto topic_of = [&](Uuid topic_id) {
    const auto response = connect().ask<OffsetFetchResponse>(fetch("", 0, topic_id), 10);
    return response.groups.at(0).topics.at(0);
  };
  EXPECT_EQ(topic_of(id).partitions.at(0).committed_offset, 7);
  EXPECT_EQ(topic_of(id).topic_id, id);
  EXPECT_EQ(error_of(topic_of(unknown).partitions.at(0)), ErrorCode::UnknownTopicId);
  OffsetFetchRequest all;
  all.groups.emplace_back().group_id = "g";
  all.groups[0].topics.reset();
  const auto response = connect().ask<OffsetFetchResponse>(all, 10);
  ASSERT_EQ(response.groups.at(0).topics.size(), 1U);
  EXPECT_EQ(response.groups.at(0).topics.at(0).topic_id, id);
}

TEST_F(GroupRequestsTest, APartitionThatDoesNotExistIsRefusedAlone) {
  start();
  await_coordinator();
  create_topic("t");
  OffsetCommitRequest request = commit("t", 5, 1);
  request.topics[0].partitions.push_back({0, 2});
  request.topics.push_back({"nothing", {}, {{0, 3}}});
  const auto response = connect().ask<OffsetCommitResponse>(request, 9);
  ASSERT_EQ(response.topics.size(), 2U) << "one entry per topic";
  EXPECT_EQ(error_of(response.topics[0].partitions.at(0)), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(error_of(response.topics[0].partitions.at(1)), ErrorCode::None);
  EXPECT_EQ(error_of(response.topics[1].partitions.at(0)), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(committed("t", 0), 2);
}

TEST_F(GroupRequestsTest, AMemberJoinsSyncsAndHeartbeatsInEveryVersion) {
  start();
  await_coordinator();
  TestClient client = connect();
  std::string member_id;
  for (int16_t version = 0; version <= 9; ++version) {
    JoinGroupRequest request = join(version == 0 ? "" : member_id);
    request.protocols[0].metadata.push_back(static_cast<uint8_t>(version));
    const auto joined = client.ask<JoinGroupResponse>(request, version);
    ASSERT_EQ(error_of(joined), ErrorCode::None) << version;
    EXPECT_EQ(joined.generation_id, version + 1);
    member_id = joined.member_id;
    SyncGroupRequest sync;
    sync.group_id = "g";
    sync.member_id = member_id;
    sync.generation_id = joined.generation_id;
    sync.protocol_type = "consumer";
    sync.protocol_name = "range";
    sync.assignments = {{member_id, {1, 2, 3}}};
    const auto synced =
        client.ask<SyncGroupResponse>(sync, std::min<int16_t>(version, SyncGroupRequest::max_version));
    EXPECT_EQ(synced.assignment, (Bytes{1, 2, 3}));
    const HeartbeatRequest beat{"g", joined.generation_id, member_id, std::nullopt};
    EXPECT_EQ(error_of(client.ask<HeartbeatResponse>(beat, std::min<int16_t>(version, 4))),
              ErrorCode::None);
  }
}

TEST_F(GroupRequestsTest, AMemberOfALogGoesOnAfterARestart) {
  start();
  await_coordinator();
  TestClient client = connect();
  const auto joined = client.ask<JoinGroupResponse>(join(), 3);
  SyncGroupRequest sync;
  sync.group_id = "g";
  sync.member_id = joined.member_id;
  sync.generation_id = joined.generation_id;
  sync.assignments = {{joined.member_id, {9}}};
  client.ask<SyncGroupResponse>(sync, 3);
  stop();
  start();
  const HeartbeatRequest beat{"g", joined.generation_id, joined.member_id, std::nullopt};
  EXPECT_EQ(error_of(connect().ask<HeartbeatResponse>(beat, 4)), ErrorCode::None);
  EXPECT_EQ(connect().ask<SyncGroupResponse>(sync, 3).assignment, (Bytes{9}));
}

TEST(JavaAddress, IsWrittenOut) {
  EXPECT_EQ(java_address("127.0.0.1"), "/127.0.0.1");
  EXPECT_EQ(java_address("::1"), "/0:0:0:0:0:0:0:1");
  EXPECT_EQ(java_address("2001:db8::a0"), "/2001:db8:0:0:0:0:0:a0");
  EXPECT_EQ(java_address("::ffff:10.1.2.3"), "/10.1.2.3");
}

}  // namespace
}  // namespace kafka
