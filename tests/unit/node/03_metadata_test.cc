#include "broker/handlers/03_metadata.h"

#include <gtest/gtest.h>

#include "broker/handlers/authorized_operations.h"
#include "protocol/error.h"
#include "tests/unit/node/cluster_image.h"

namespace kafka {
namespace {

using TopicRequest = MetadataRequest::MetadataRequestTopic;

constexpr int16_t newest = MetadataRequest::max_version;

MetadataRequest ask(std::vector<std::string> names) {
  MetadataRequest request;
  request.topics.emplace();
  for (std::string& name : names) {
    request.topics->push_back({Uuid(), std::move(name)});
  }
  return request;
}

MetadataRequest ask_all() {
  MetadataRequest request;
  request.topics = std::nullopt;
  return request;
}

ErrorCode error_of(const MetadataResponse::MetadataResponseTopic& topic) {
  return static_cast<ErrorCode>(topic.error_code);
}

TEST(Metadata, NullAsksForAllTopicsAndAnEmptyListForNone) {
  ClusterImage cluster;
  cluster.broker(1).topic("a", {{1}}).topic("b", {{1}});
  const MetadataImage& image = cluster.image();
  EXPECT_EQ(answer_metadata(ask_all(), newest, image, "PLAINTEXT").topics.size(), 2u);
  EXPECT_EQ(answer_metadata(ask({}), newest, image, "PLAINTEXT").topics.size(), 0u);
  EXPECT_EQ(answer_metadata(ask({}), 1, image, "PLAINTEXT").topics.size(), 0u);
  EXPECT_EQ(answer_metadata(ask({}), 0, image, "PLAINTEXT").topics.size(), 2u);
}

TEST(Metadata, ClientsAreToldTheListenerTheyCameInOn) {
  ClusterImage cluster;
  cluster.broker(1, false, true).broker(2);
  const auto inside = answer_metadata(ask({}), newest, cluster.image(), "PLAINTEXT");
  ASSERT_EQ(inside.brokers.size(), 2u);
  EXPECT_EQ(inside.brokers[1].host, "broker2");
  const auto outside = answer_metadata(ask({}), newest, cluster.image(), "EXTERNAL");
  ASSERT_EQ(outside.brokers.size(), 1u);
  EXPECT_EQ(outside.brokers[0].host, "example.org");
  EXPECT_EQ(outside.brokers[0].port, 19001);
}

TEST(Metadata, ABrokerThatJustLeftIsStillListedButLeadsNothingAndIsNotTheController) {
  ClusterImage cluster;
  cluster.broker(1, true).broker(2).topic("a", {{1, 2}});
  const auto answer = answer_metadata(ask({"a"}), newest, cluster.image(), "PLAINTEXT",
                                      [](int32_t broker_id) { return broker_id == 1; });
  ASSERT_EQ(answer.brokers.size(), 2u);
  EXPECT_EQ(answer.controller_id, 2);
  EXPECT_EQ(answer.topics[0].partitions[0].leader_id, -1);
  EXPECT_EQ(answer.topics[0].partitions[0].offline_replicas, std::vector<int32_t>{1});
}

TEST(Metadata, FencedBrokersAreNotTold) {
  ClusterImage cluster;
  cluster.broker(1, true).broker(2);
  const auto answer = answer_metadata(ask({}), newest, cluster.image(), "PLAINTEXT");
  ASSERT_EQ(answer.brokers.size(), 1u);
  EXPECT_EQ(answer.brokers[0].node_id, 2);
  EXPECT_EQ(answer.controller_id, 2);
}

TEST(Metadata, PartitionsKeepTheOrderOfTheirReplicas) {
  ClusterImage cluster;
  cluster.broker(1).broker(2).broker(3).topic("a", {{3, 1, 2}});
  const auto answer = answer_metadata(ask({"a"}), newest, cluster.image(), "PLAINTEXT");
  ASSERT_EQ(answer.topics.size(), 1u);
  const auto& topic = answer.topics[0];
  EXPECT_EQ(topic.topic_id, ClusterImage::id_of("a"));
  EXPECT_EQ(topic.topic_authorized_operations, operations_not_asked);
  EXPECT_EQ(topic.partitions[0].replica_nodes, (std::vector<int32_t>{3, 1, 2}));
  EXPECT_EQ(topic.partitions[0].leader_id, 3);
  EXPECT_EQ(topic.partitions[0].leader_epoch, 7);
}

TEST(Metadata, ALeaderThatCannotBeReachedIsNone) {
  ClusterImage cluster;
  cluster.broker(1, true, true).broker(2, false, true).broker(3).topic("a", {{1, 2}, {3, 2}});
  auto partitions = [&](std::string_view listener, int16_t version) {
    return answer_metadata(ask({"a"}), version, cluster.image(), listener).topics[0].partitions;
  };
  const auto inside = partitions("PLAINTEXT", newest);
  EXPECT_EQ(inside[0].error_code, static_cast<int16_t>(ErrorCode::ListenerNotFound));
  EXPECT_EQ(inside[0].leader_id, -1);
  EXPECT_EQ(inside[0].offline_replicas, (std::vector<int32_t>{1}));
  EXPECT_EQ(inside[0].replica_nodes, (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(inside[1].error_code, 0);
  const auto outside = partitions("EXTERNAL", 5);
  EXPECT_EQ(outside[1].error_code, static_cast<int16_t>(ErrorCode::LeaderNotAvailable));
  EXPECT_EQ(outside[1].offline_replicas, (std::vector<int32_t>{3}));
}

TEST(Metadata, TheFirstVersionHidesReplicasThatAreOffline) {
  ClusterImage cluster;
  cluster.broker(1).broker(2, true).topic("a", {{1, 2}});
  const auto partition =
      answer_metadata(ask({"a"}), 0, cluster.image(), "PLAINTEXT").topics[0].partitions[0];
  EXPECT_EQ(partition.replica_nodes, (std::vector<int32_t>{1}));
  EXPECT_EQ(partition.isr_nodes, (std::vector<int32_t>{1}));
  EXPECT_EQ(partition.leader_id, 1);
  EXPECT_EQ(partition.error_code, static_cast<int16_t>(ErrorCode::ReplicaNotAvailable));
}

TEST(Metadata, MissingTopicsAreNamedAndInvalidOnesRefused) {
  ClusterImage cluster;
  cluster.broker(1).topic("a", {{1}});
  const auto answer = answer_metadata(ask({"nope", "a", "a b", "__consumer_offsets", "a"}), newest,
                                      cluster.image(), "PLAINTEXT");
  ASSERT_EQ(answer.topics.size(), 4u);
  EXPECT_EQ(error_of(answer.topics[0]), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(error_of(answer.topics[1]), ErrorCode::None);
  EXPECT_EQ(error_of(answer.topics[2]), ErrorCode::InvalidTopicException);
  EXPECT_EQ(error_of(answer.topics[3]), ErrorCode::UnknownTopicOrPartition);
  EXPECT_TRUE(answer.topics[3].is_internal);
  EXPECT_EQ(missing_topics(answer), (std::vector<std::string>{"nope", "__consumer_offsets"}));
}

TEST(Metadata, IdsAreAskedForFromVersion12On) {
  ClusterImage cluster;
  cluster.broker(1).topic("a", {{1}});
  MetadataRequest request;
  request.topics = {TopicRequest{ClusterImage::id_of("a"), std::nullopt},
                    TopicRequest{Uuid{0, 5}, std::nullopt}, TopicRequest{Uuid(), "a"}};
  const auto answer = answer_metadata(request, 12, cluster.image(), "PLAINTEXT");
  ASSERT_EQ(answer.topics.size(), 2u) << "names beside ids do not count";
  EXPECT_EQ(error_of(answer.topics[0]), ErrorCode::UnknownTopicId);
  EXPECT_EQ(answer.topics[0].name, std::nullopt);
  EXPECT_EQ(answer.topics[1].name, "a");

  const auto refused = answer_metadata(request, 11, cluster.image(), "PLAINTEXT");
  ASSERT_EQ(refused.topics.size(), 3u);
  EXPECT_TRUE(refused.brokers.empty());
  EXPECT_EQ(error_of(refused.topics[2]), ErrorCode::InvalidRequest);
  EXPECT_EQ(refused.topics[0].name, "");
}

// The bits that Apache Kafka without an authorizer answers.
TEST(Metadata, AuthorizedOperationsAreAllOfThem) {
  ClusterImage cluster;
  cluster.broker(1).topic("a", {{1}});
  MetadataRequest request = ask({"a"});
  request.include_cluster_authorized_operations = true;
  request.include_topic_authorized_operations = true;
  const auto answer = answer_metadata(request, 9, cluster.image(), "PLAINTEXT");
  EXPECT_EQ(answer.cluster_authorized_operations, 8096);
  EXPECT_EQ(answer.topics[0].topic_authorized_operations, 3576);
}

}  // namespace
}  // namespace kafka
