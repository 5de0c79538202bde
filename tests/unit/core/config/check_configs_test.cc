// Which changes a running cluster takes. The sentences are Apache Kafka's, where a script could
// look for them.
#include "broker/config/check_configs.h"

#include <gtest/gtest.h>

#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

std::string message_of(const Result<>& result) {
  return result ? "" : result.error().message;
}

TEST(DynamicNames, ReadOnlyOnesAreRefused) {
  Result<> refused = check_dynamic_configs(
      {{"num.partitions", "3"}, {"log.retention.ms", "5"}, {"node.id", "3"}}, false, node_config());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidRequest);
  EXPECT_EQ(refused.error().message,
            "Cannot update these configs dynamically: [node.id, num.partitions]");
}

TEST(DynamicNames, PerBrokerOnesNeedABroker) {
  EXPECT_EQ(message_of(check_dynamic_configs({{"listeners", "PLAINTEXT://localhost:9092"}}, true,
                                             node_config())),
            "Cannot update these configs at default cluster level, broker id must be specified: "
            "[listeners]");
}

TEST(DynamicNames, SecurityOnesNeedAListener) {
  EXPECT_FALSE(check_dynamic_configs({{"ssl.keystore.location", "/x"}}, false, node_config()));
  EXPECT_TRUE(check_dynamic_configs({{"listener.name.plaintext.ssl.keystore.location", "/x"}},
                                    false, node_config()));
}

TEST(DynamicNames, UnknownOnesAreKept) {
  EXPECT_TRUE(check_dynamic_configs({{"my.plugin.key", "x"}}, true, node_config()));
}

TEST(DynamicValues, AreCheckedAgainstEverythingElse) {
  BrokerConfig broker = node_config();
  EXPECT_TRUE(check_dynamic_configs({{"log.retention.ms", "5"}}, true, broker));
  EXPECT_FALSE(check_dynamic_configs({{"log.retention.ms", "0"}}, false, broker));
  Result<> refused = check_dynamic_configs({{"log.retention.ms", "abc"}}, false, broker);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidRequest);
  EXPECT_FALSE(
      check_dynamic_configs({{"group.consumer.assignment.interval.ms", "100000"}}, true, broker));
  EXPECT_FALSE(check_dynamic_configs({{"log.cleaner.dedupe.buffer.size", "5"}}, false, broker));
  EXPECT_FALSE(check_dynamic_configs({{"listeners", "PLAINTEXT://localhost:1"}}, false, broker));
}

TEST(DynamicValues, ThreadCountsChangeInSteps) {
  BrokerConfig broker = node_config();
  EXPECT_TRUE(check_dynamic_configs({{"num.io.threads", "16"}}, false, broker));
  EXPECT_TRUE(check_dynamic_configs({{"num.io.threads", "4"}}, false, broker));
  EXPECT_EQ(message_of(check_dynamic_configs({{"num.io.threads", "17"}}, false, broker)),
            "Dynamic thread count update validation failed for num.io.threads=17, value should not "
            "be greater than double the current value 8");
  EXPECT_FALSE(check_dynamic_configs({{"num.io.threads", "3"}}, false, broker));
}

TEST(GroupConfigs, StayWithinTheBrokersLimits) {
  BrokerConfig broker = node_config();
  EXPECT_EQ(message_of(check_group_configs({{"consumer.session.timeout.ms", "50000"}}, broker)),
            "");
  EXPECT_EQ(message_of(check_group_configs({{"consumer.session.timeout.ms", "5"}}, broker)),
            "consumer.session.timeout.ms must be greater than or equal to "
            "group.consumer.min.session.timeout.ms");
  EXPECT_EQ(message_of(check_group_configs({{"streams.num.standby.replicas", "3"}}, broker)),
            "streams.num.standby.replicas must be less than or equal to "
            "group.streams.max.standby.replicas");
  EXPECT_EQ(message_of(check_group_configs({{"foo", "1"}}, broker)),
            "Unknown group config name: foo");
}

TEST(ClientMetrics, IntervalsAndPatternsAreChecked) {
  EXPECT_TRUE(check_client_metrics_configs({{"interval.ms", "5000"},
                                            {"metrics", "org.apache"},
                                            {"match", "client_id=a.*,client_software_name=x"}}));
  EXPECT_EQ(message_of(check_client_metrics_configs({{"interval.ms", "50"}})),
            "Invalid value 50 for interval.ms, interval must be between 100 and 3600000 (1 hour)");
  EXPECT_EQ(check_client_metrics_configs({{"foo", "5"}}).error().code, ErrorCode::InvalidRequest);
  EXPECT_EQ(message_of(check_client_metrics_configs({{"match", "client_id=[a"}})),
            "Illegal client matching pattern: client_id=[a");
  EXPECT_FALSE(check_client_metrics_configs({{"match", "foo"}}));
}

}  // namespace
}  // namespace kafka
