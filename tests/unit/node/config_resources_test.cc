#include "broker/handlers/config_resources.h"

#include <gtest/gtest.h>

#include "broker/core/sim_files.h"
#include "broker/handlers/auto_create.h"
#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

using Kind = ConfigOp::Kind;

std::string refusal(ConfigResource resource, std::vector<ConfigOp> ops, bool replace_all = false) {
  const Result<> valid =
      check_alteration({std::move(resource), std::move(ops), replace_all}, node_config());
  return valid ? "" : valid.error().message;
}

TEST(Alterations, AreRefusedBeforeAnyValueIsLookedAt) {
  const ConfigResource topic{ConfigResourceType::Topic, "t"};
  EXPECT_EQ(refusal(topic, {{"a", "1"}}), "");
  EXPECT_EQ(refusal(topic, {{"a", "1"}, {"a", "2"}}), "Error due to duplicate config keys");
  EXPECT_EQ(refusal(topic, {{"a", std::nullopt}}), "Null value not supported for : a");
  EXPECT_EQ(refusal(topic, {{"a", std::nullopt, Kind::Delete}}), "");
  EXPECT_EQ(refusal(topic, {{"a", "1", static_cast<Kind>(9)}}), "Unknown operations type 9");
}

TEST(Alterations, NeedAResourceThatCanBe) {
  EXPECT_EQ(refusal({ConfigResourceType::Topic, ""}, {}),
            "Default topic resources are not allowed.");
  EXPECT_NE(refusal({ConfigResourceType::Topic, "a b"}, {}), "");
  EXPECT_EQ(refusal({ConfigResourceType::Group, ""}, {}),
            "Default group resources are not allowed.");
  EXPECT_EQ(refusal({ConfigResourceType::ClientMetrics, ""}, {}),
            "Subscription name can't be empty");
  EXPECT_EQ(refusal({ConfigResourceType::Broker, ""}, {}), "");
  EXPECT_EQ(refusal({ConfigResourceType::Broker, "1"}, {}), "");
  EXPECT_EQ(refusal({ConfigResourceType::Broker, "2"}, {}),
            "Unexpected broker id, expected 1, but received 2");
  EXPECT_EQ(refusal({ConfigResourceType::Broker, "x"}, {}),
            "Node id must be an integer, but it is: x");
  EXPECT_EQ(refusal({static_cast<ConfigResourceType>(99), "x"}, {}), "Unknown resource type 99");
}

// AlterConfigs would have to name all loggers, so it names none.
TEST(Alterations, LoggersAreAlteredIncrementallyOnly) {
  EXPECT_EQ(refusal({ConfigResourceType::BrokerLogger, "1"}, {{"root", "INFO"}}), "");
  EXPECT_EQ(refusal({ConfigResourceType::BrokerLogger, "1"}, {{"root", "INFO"}}, true),
            "Unknown resource type 8");
}

TEST(BrokerAlterations, LookAtWhatTheValuesWouldBe) {
  const BrokerConfig config = node_config();
  SeededRandom random(1);
  const Controller controller(config, random);
  auto refused = [&](std::vector<ConfigOp> ops) {
    const Result<> valid = check_broker_alteration(
        {{ConfigResourceType::Broker, "1"}, std::move(ops), false}, controller, config);
    return valid ? "" : valid.error().message;
  };
  EXPECT_EQ(refused({{"log.retention.ms", "5"}}), "");
  EXPECT_EQ(refused({{"num.partitions", "5"}}),
            "Cannot update these configs dynamically: [num.partitions]");
  EXPECT_EQ(refused({{"num.partitions", std::nullopt, Kind::Delete}}), "");
  EXPECT_EQ(refused({{"log.cleanup.policy", "compact", Kind::Append}}), "");
  EXPECT_NE(refused({{"log.cleanup.policy", "foo", Kind::Append}}), "");
}

TEST(AutoCreate, InternalTopicsHaveConfigurationsOfTheirOwn) {
  const BrokerConfig config = node_config({{"offsets.topic.replication.factor", "1"}});
  const auto offsets = auto_created_topic("__consumer_offsets", config);
  EXPECT_EQ(offsets.num_partitions, 50);
  EXPECT_EQ(offsets.replication_factor, 1);
  ConfigMap configs;
  for (const auto& entry : offsets.configs) {
    configs[entry.name] = *entry.value;
  }
  EXPECT_EQ(configs, (ConfigMap{{"cleanup.policy", "compact"},
                                {"compression.type", "producer"},
                                {"segment.bytes", "104857600"}}));
  const auto other = auto_created_topic("orders", config);
  EXPECT_EQ(other.num_partitions, -1);
  EXPECT_EQ(other.replication_factor, -1);
  EXPECT_TRUE(other.configs.empty());
}

}  // namespace
}  // namespace kafka
