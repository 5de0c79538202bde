// What becomes of configurations: sets, lists, the cluster's own rules.
#include "broker/core/controller/features.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

using Kind = ConfigOp::Kind;

class AlterConfigs : public ControllerTest {
 protected:
  AlterConfigs() {
    add_broker(1);
    create_topic("t", {{1}});
  }
  Result<> alter(ConfigResource resource, std::vector<ConfigOp> ops, bool replace_all = false) {
    auto decision = controller_.decide_alter_configs({{resource, std::move(ops), replace_all}},
                                                     /*validate_only=*/false);
    written_ = texts_of(decision.records);
    apply(std::move(decision.records));
    return decision.reply.at(0);
  }
  ErrorCode code(ConfigResource resource, std::vector<ConfigOp> ops) {
    const auto outcome = alter(std::move(resource), std::move(ops));
    return outcome ? ErrorCode::None : outcome.error().code;
  }
  static constexpr auto topic = [](std::string name) {
    return ConfigResource{ConfigResourceType::Topic, std::move(name)};
  };
  static constexpr auto broker = [](std::string name) {
    return ConfigResource{ConfigResourceType::Broker, std::move(name)};
  };

  Lines written_;
};

TEST_F(AlterConfigs, OnlyWhatChangesIsWritten) {
  must(alter(topic("t"), {{"retention.ms", "5"}, {"segment.bytes", "10485760"}}));
  EXPECT_EQ(written_,
            (Lines{"Config 2 't' retention.ms=5", "Config 2 't' segment.bytes=10485760"}));
  must(alter(topic("t"), {{"retention.ms", "5"}, {"segment.bytes", {}, Kind::Delete}}));
  EXPECT_EQ(written_, Lines{"Config 2 't' segment.bytes=(removed)"});
  EXPECT_EQ(state().topic_configs("t"), (ConfigMap{{"retention.ms", "5"}}));
}

TEST_F(AlterConfigs, AlterConfigsReplacesTheWholeSet) {
  must(alter(topic("t"), {{"retention.ms", "5"}, {"segment.bytes", "10485760"}}));
  must(alter(topic("t"), {{"flush.ms", "9"}, {"segment.bytes", "10485760"}}, true));
  EXPECT_EQ(written_, (Lines{"Config 2 't' flush.ms=9", "Config 2 't' retention.ms=(removed)"}));
}

TEST_F(AlterConfigs, ListsGrowFromTheirDefaultAndShrink) {
  must(alter(topic("t"), {{"cleanup.policy", "compact", Kind::Append}}));
  EXPECT_EQ(state().topic_configs("t").at("cleanup.policy"), "delete,compact");
  must(alter(topic("t"), {{"cleanup.policy", "compact", Kind::Append}}));
  EXPECT_EQ(written_, Lines{});
  must(alter(topic("t"), {{"cleanup.policy", "delete", Kind::Subtract}}));
  EXPECT_EQ(state().topic_configs("t").at("cleanup.policy"), "compact");
  EXPECT_EQ(code(topic("t"), {{"retention.ms", "5", Kind::Append}}), ErrorCode::InvalidConfig);
}

TEST_F(AlterConfigs, WhatIsRefused) {
  EXPECT_EQ(code(topic("t"), {{"retention.ms", "abc"}}), ErrorCode::InvalidConfig);
  EXPECT_EQ(code(topic("t"), {{"foo", "1"}}), ErrorCode::InvalidConfig);
  EXPECT_EQ(code(topic("t"), {{"retention.ms", {}}}), ErrorCode::InvalidRequest);
  EXPECT_EQ(code(topic("t"), {{"flush.ms", "1"}, {"flush.ms", "2"}}), ErrorCode::InvalidRequest);
  EXPECT_EQ(code(topic("t"), {{"flush.ms", "1", static_cast<Kind>(9)}}),
            ErrorCode::InvalidRequest);
  EXPECT_EQ(code(topic("nope"), {{"flush.ms", "1"}}), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(code(topic("nope"), {{"flush.ms", "x"}}), ErrorCode::InvalidConfig);
  EXPECT_EQ(code(topic(""), {{"flush.ms", "1"}}), ErrorCode::InvalidRequest);
  EXPECT_EQ(code({static_cast<ConfigResourceType>(3), "x"}, {{"a", "1"}}),
            ErrorCode::InvalidRequest);
  EXPECT_EQ(code({ConfigResourceType::Group, "g"}, {{"foo", "1"}}), ErrorCode::InvalidConfig);
}

TEST_F(AlterConfigs, MinInsyncReplicasForgetsWhoIsEligible) {
  must(alter(topic("t"), {{"min.insync.replicas", "2"}}));
  EXPECT_EQ(written_, (Lines{"Config 2 't' min.insync.replicas=2", "ClearElr t"}));
  must(alter(topic("t"), {{"min.insync.replicas", {}, Kind::Delete}}));
  EXPECT_EQ(written_, (Lines{"Config 2 't' min.insync.replicas=(removed)", "ClearElr t"}));
  must(alter(broker(""), {{"min.insync.replicas", "2"}}));
  EXPECT_EQ(written_, (Lines{"Config 4 '' min.insync.replicas=2", "ClearElr "}));
}

TEST_F(AlterConfigs, TheClustersMinInsyncReplicasIsOneValueForAll) {
  must(alter(broker(""), {{"min.insync.replicas", "1"}}));
  EXPECT_EQ(code(broker(""), {{"min.insync.replicas", {}, Kind::Delete}}),
            ErrorCode::InvalidConfig);
  EXPECT_EQ(code(broker("1"), {{"min.insync.replicas", "1"}}), ErrorCode::InvalidConfig);
  set_feature(elr_feature, 0);
  EXPECT_EQ(code(broker("1"), {{"min.insync.replicas", "1"}}), ErrorCode::None);
  EXPECT_EQ(written_, Lines{"Config 4 '1' min.insync.replicas=1"});
}

TEST_F(AlterConfigs, ResourcesAreAnsweredOneByOne) {
  const std::vector<ConfigAlteration> alterations = {
      {topic("nope"), {{"flush.ms", "1"}}, false},
      {topic("t"), {{"flush.ms", "1"}}, false},
      {{ConfigResourceType::Group, "g"}, {{"consumer.session.timeout.ms", "50000"}}, false}};
  const auto decision = controller_.decide_alter_configs(alterations, false);
  EXPECT_FALSE(decision.reply.at(0));
  EXPECT_TRUE(decision.reply.at(1));
  EXPECT_TRUE(decision.reply.at(2));
  EXPECT_EQ(texts_of(decision.records),
            (Lines{"Config 2 't' flush.ms=1", "Config 32 'g' consumer.session.timeout.ms=50000"}));
  EXPECT_TRUE(controller_.decide_alter_configs(alterations, true).records.empty());
  const auto twice = controller_.decide_alter_configs(
      {{topic("t"), {{"flush.ms", "1"}}, false}, {topic("t"), {{"flush.ms", "2"}}, false}}, false);
  EXPECT_EQ(twice.reply.at(0).error().code, ErrorCode::InvalidRequest);
}

TEST_F(AlterConfigs, ProducerIdsComeInBlocksOfAThousand) {
  auto first = controller_.decide_allocate_producer_ids(1, epoch_of(1));
  EXPECT_EQ(must(first.reply).first_id, 0);
  EXPECT_EQ(texts_of(first.records), Lines{"ProducerIds next 1000"});
  apply(std::move(first.records));
  EXPECT_EQ(must(controller_.decide_allocate_producer_ids(1, epoch_of(1)).reply).first_id,
            1000);
  EXPECT_EQ(controller_.decide_allocate_producer_ids(1, 99).reply.error().code,
            ErrorCode::StaleBrokerEpoch);
}

}  // namespace
}  // namespace kafka
