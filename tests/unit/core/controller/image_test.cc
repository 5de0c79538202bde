// The image: what each record does to it, and what it remembers of the change.
#include "broker/core/controller/image.h"

#include "broker/core/controller/features.h"
#include "broker/core/controller/image_records.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

constexpr Uuid topic_id{10, 1};

class Image : public ::testing::Test {
 protected:
  Image() {
    put(topic("t", topic_id));
    put(partition(0, {1, 2}));
    delta_ = {};
  }
  void put(const MetadataRecord& record) { must(image_.apply(record, &delta_)); }
  ErrorCode refused(const MetadataRecord& record) {
    const auto applied = image_.apply(record);
    return applied ? ErrorCode::None : applied.error().code;
  }
  static TopicRecord topic(std::string name, Uuid id) {
    TopicRecord record;
    record.name = std::move(name);
    record.topic_id = id;
    return record;
  }
  static PartitionRecord partition(int32_t index, std::vector<int32_t> replicas) {
    PartitionRecord record;
    record.partition_id = index;
    record.topic_id = topic_id;
    record.isr = replicas;
    record.leader = replicas.empty() ? -1 : replicas.front();
    record.leader_epoch = 0;
    record.partition_epoch = 0;
    for (const int32_t id : replicas) {
      record.directories.push_back({static_cast<uint64_t>(id), 0});
    }
    record.replicas = std::move(replicas);
    return record;
  }
  static PartitionChangeRecord change(int32_t index) {
    PartitionChangeRecord record;
    record.partition_id = index;
    record.topic_id = topic_id;
    return record;
  }
  static ConfigRecord config(ConfigResourceType type, std::string resource, std::string name,
                             std::optional<std::string> value) {
    ConfigRecord record;
    record.resource_type = static_cast<int8_t>(type);
    record.resource_name = std::move(resource);
    record.name = std::move(name);
    record.value = std::move(value);
    return record;
  }
  const PartitionImage& p(int32_t index) { return *image_.partition("t", index); }

  MetadataImage image_;
  MetadataDelta delta_;
};

TEST_F(Image, TopicsAreFoundByNameAndById) {
  EXPECT_EQ(image_.topic("t"), image_.topic(topic_id));
  EXPECT_EQ(image_.partition(topic_id, 0), image_.partition("t", 0));
  EXPECT_EQ(image_.partition("t", 1), nullptr);
  EXPECT_EQ(image_.partition("t", -1), nullptr);
  EXPECT_EQ(image_.topic("u"), nullptr);
  EXPECT_EQ(image_.partition_count(), 1u);
}

TEST_F(Image, PartitionsMayComeInAnyOrder) {
  put(partition(3, {1}));
  EXPECT_EQ(image_.partition("t", 2), nullptr);
  put(partition(2, {1}));
  EXPECT_NE(image_.partition("t", 2), nullptr);
  EXPECT_EQ(image_.partition_count(), 3u);
}

TEST_F(Image, ALeaderThatIsSetRaisesTheLeaderEpoch) {
  PartitionChangeRecord same_leader = change(0);
  same_leader.leader = 1;
  put(same_leader);
  EXPECT_EQ(text_of(p(0)), "leader 1 epoch 1/1 isr 1,2");
  PartitionChangeRecord shrink = change(0);
  shrink.isr.emplace({1});
  put(shrink);
  EXPECT_EQ(text_of(p(0)), "leader 1 epoch 1/2 isr 1");
  EXPECT_EQ(delta_.changed_partitions.at(topic_id), std::set<int32_t>{0});
}

TEST_F(Image, ReplicasThatStayKeepTheirDirectory) {
  PartitionChangeRecord moved = change(0);
  moved.replicas.emplace({2, 3});
  put(moved);
  EXPECT_EQ(p(0).directories, (std::vector<Uuid>{{2, 0}, {}}));
}

TEST_F(Image, ADeletedTopicLeavesNothingBehind) {
  put(config(ConfigResourceType::Topic, "t", "flush.ms", "1"));
  RemoveTopicRecord gone;
  gone.topic_id = topic_id;
  put(gone);
  EXPECT_EQ(image_.topic("t"), nullptr);
  EXPECT_EQ(image_.topic(topic_id), nullptr);
  EXPECT_TRUE(image_.all_configs().empty());
  EXPECT_EQ(image_.partition_count(), 0u);
  ASSERT_EQ(delta_.deleted_topics.size(), 1u);
  EXPECT_EQ(delta_.deleted_topics[0].name, "t");
  EXPECT_EQ(delta_.deleted_topics[0].partitions, std::vector<int32_t>{0});
  EXPECT_TRUE(delta_.changed_partitions.empty());
}

TEST_F(Image, ATopicThatCameAndWentIsInNoDelta) {
  RemoveTopicRecord gone;
  gone.topic_id = {10, 2};
  put(topic("u", {10, 2}));
  put(gone);
  EXPECT_TRUE(delta_.created_topics.empty());
  EXPECT_TRUE(delta_.deleted_topics.empty());
}

TEST_F(Image, ConfigurationsAreSetAndRemoved) {
  put(config(ConfigResourceType::Broker, "", "log.retention.ms", "5"));
  EXPECT_EQ(image_.configs({ConfigResourceType::Broker, ""}).at("log.retention.ms"), "5");
  put(config(ConfigResourceType::Broker, "", "log.retention.ms", std::nullopt));
  EXPECT_TRUE(image_.all_configs().empty());
  EXPECT_EQ(delta_.changed_configs.size(), 1u);
}

TEST_F(Image, ClearElrForgetsOneTopicOrAll) {
  PartitionChangeRecord shrunk = change(0);
  shrunk.eligible_leader_replicas.emplace({2});
  shrunk.last_known_elr.emplace({1});
  put(shrunk);
  delta_ = {};
  ClearElrRecord other;
  other.topic_name = "nope";
  EXPECT_EQ(refused(other), ErrorCode::InvalidRecord);
  put(ClearElrRecord{});
  EXPECT_TRUE(p(0).eligible_leader_replicas.empty());
  EXPECT_TRUE(p(0).last_known_elr.empty());
  EXPECT_EQ(p(0).partition_epoch, 1);
  EXPECT_EQ(delta_.changed_partitions.size(), 1u);
}

TEST_F(Image, BrokersAreFencedAndUnfencedByEpoch) {
  RegisterBrokerRecord registered;
  registered.broker_id = 1;
  registered.broker_epoch = 5;
  put(registered);
  EXPECT_TRUE(image_.broker(1)->fenced);
  UnfenceBrokerRecord unfence;
  unfence.id = 1;
  unfence.epoch = 5;
  put(unfence);
  EXPECT_FALSE(image_.broker(1)->fenced);
  FenceBrokerRecord stale;
  stale.id = 1;
  stale.epoch = 4;
  EXPECT_EQ(refused(stale), ErrorCode::InvalidRecord);
  BrokerRegistrationChangeRecord stopping;
  stopping.broker_id = 1;
  stopping.broker_epoch = 5;
  stopping.in_controlled_shutdown = 1;
  put(stopping);
  EXPECT_FALSE(image_.broker(1)->usable());
  UnregisterBrokerRecord gone;
  gone.broker_id = 1;
  gone.broker_epoch = 5;
  put(gone);
  EXPECT_EQ(image_.broker(1), nullptr);
}

TEST_F(Image, AFeatureAtLevelZeroIsGone) {
  FeatureLevelRecord level;
  level.name = "group.version";
  level.feature_level = 1;
  put(level);
  EXPECT_EQ(image_.feature_level("group.version"), 1);
  level.feature_level = 0;
  put(level);
  EXPECT_TRUE(image_.features().empty());
}

TEST_F(Image, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(refused(topic("t", {10, 9})), ErrorCode::InvalidRecord);
  EXPECT_EQ(refused(topic("other", topic_id)), ErrorCode::InvalidRecord);
  PartitionRecord orphan = partition(0, {1});
  orphan.topic_id = {10, 9};
  EXPECT_EQ(refused(orphan), ErrorCode::InvalidRecord);
  EXPECT_EQ(refused(partition(-1, {1})), ErrorCode::InvalidRecord);
  EXPECT_EQ(refused(partition(1, {})), ErrorCode::InvalidRecord);
  EXPECT_EQ(refused(change(7)), ErrorCode::InvalidRecord);
  RemoveTopicRecord unknown;
  unknown.topic_id = {10, 9};
  EXPECT_EQ(refused(unknown), ErrorCode::InvalidRecord);
}

TEST_F(Image, ACloneIsEqualAndApart) {
  MetadataImage copy = image_.clone();
  EXPECT_EQ(copy, image_);
  put(partition(1, {2}));
  EXPECT_FALSE(copy == image_);
  EXPECT_EQ(copy.topic(topic_id)->partitions.size(), 1u);
}

TEST_F(Image, ItsRecordsMakeItAgain) {
  put(partition(1, {2, 1}));
  put(config(ConfigResourceType::Topic, "t", "flush.ms", "1"));
  FeatureLevelRecord level;
  level.name = metadata_version_feature;
  level.feature_level = 30;
  put(level);
  ProducerIdsRecord ids;
  ids.next_producer_id = 4000;
  put(ids);
  ClientQuotaRecord quota;
  quota.entity.emplace_back().entity_type = "user";
  quota.entity.back().entity_name = std::nullopt;
  quota.key = "producer_byte_rate";
  quota.value = 1024;
  put(quota);
  AccessControlEntryRecord acl;
  acl.id = {1, 1};
  put(acl);
  UserScramCredentialRecord scram;
  scram.name = "ann";
  scram.mechanism = 1;
  put(scram);
  DelegationTokenRecord token;
  token.token_id = "tok";
  put(token);
  MetadataImage again;
  for (const MetadataRecord& record : image_records(image_)) {
    must(again.apply(record));
  }
  EXPECT_EQ(again, image_);
}

}  // namespace
}  // namespace kafka
