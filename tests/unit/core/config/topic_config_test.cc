#include "broker/config/topic_config.h"

#include <gtest/gtest.h>

#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

constexpr int64_t hour_ms = 3'600'000;

std::string error_of(const ConfigMap& overrides) {
  Result<> valid = check_topic_configs(overrides, node_config());
  return valid ? "" : valid.error().message;
}

TEST(TopicConfig, FallsBackToTheDefaults) {
  TopicConfig topic = resolve_topic_config({}, node_config());
  EXPECT_TRUE(topic.delete_old);
  EXPECT_FALSE(topic.compact);
  EXPECT_EQ(topic.compression_type, "producer");
  EXPECT_EQ(topic.retention_ms, 168 * hour_ms);
  EXPECT_EQ(topic.segment_ms, 168 * hour_ms);
  EXPECT_EQ(topic.segment_bytes, 1 << 30);
  EXPECT_EQ(topic.max_message_bytes, 1048588);
  EXPECT_EQ(topic.flush_ms, INT64_MAX);
  EXPECT_EQ(topic.min_insync_replicas, 1);
}

TEST(TopicConfig, OwnValuesWinOverTheBrokers) {
  BrokerConfig broker = node_config({{"log.retention.ms", "5"}, {"log.cleanup.policy", "compact"}});
  EXPECT_EQ(resolve_topic_config({}, broker).retention_ms, 5);
  EXPECT_TRUE(resolve_topic_config({}, broker).compact);
  TopicConfig topic =
      resolve_topic_config({{"retention.ms", "7"}, {"cleanup.policy", "delete, compact"}}, broker);
  EXPECT_EQ(topic.retention_ms, 7);
  EXPECT_TRUE(topic.compact && topic.delete_old);
}

TEST(TopicConfig, MillisecondsGoBeforeMinutesBeforeHours) {
  auto retention = [](ConfigMap more) {
    return resolve_topic_config({}, node_config(std::move(more))).retention_ms;
  };
  EXPECT_EQ(retention({{"log.retention.hours", "2"}}), 2 * hour_ms);
  EXPECT_EQ(retention({{"log.retention.hours", "2"}, {"log.retention.minutes", "3"}}), 180'000);
  EXPECT_EQ(retention({{"log.retention.minutes", "3"}, {"log.retention.ms", "9"}}), 9);
  EXPECT_EQ(retention({{"log.retention.hours", "-1"}}), -1);
  EXPECT_EQ(retention({{"log.retention.ms", "-2"}}), -1);
}

TEST(TopicConfig, DynamicBrokerValuesReachTopics) {
  BrokerConfig broker = *node_config().with_dynamic({{"message.max.bytes", "2000"}}, {});
  EXPECT_EQ(resolve_topic_config({}, broker).max_message_bytes, 2000);
}

TEST(TopicConfig, AnInvalidOwnValueCountsAsUnset) {
  EXPECT_EQ(resolve_topic_config({{"retention.ms", "abc"}}, node_config()).retention_ms,
            168 * hour_ms);
}

TEST(TopicConfig, SmallSegmentsNeedTheInternalName) {
  EXPECT_NE(error_of({{"segment.bytes", "100"}}), "");
  EXPECT_EQ(error_of({{"internal.segment.bytes", "100"}}), "");
  EXPECT_EQ(resolve_topic_config({{"internal.segment.bytes", "100"}}, node_config()).segment_bytes,
            100);
}

TEST(TopicConfig, UnknownNamesAndBadValuesAreRefused) {
  EXPECT_EQ(error_of({{"foo", "1"}}), "Unknown topic config name: foo");
  EXPECT_EQ(error_of({{"retention.ms", "abc"}}),
            "Invalid value abc for configuration retention.ms: Not a number of type LONG");
  EXPECT_EQ(error_of({{"min.compaction.lag.ms", "100"}, {"max.compaction.lag.ms", "50"}}),
            "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms "
            "(50)");
  EXPECT_NE(error_of({{"remote.storage.enable", "true"}}), "");
  EXPECT_EQ(error_of({{"remote.storage.enable", "false"}, {"cleanup.policy", ""}}), "");
}

TEST(TopicConfig, TheLogReadsItsPart) {
  BrokerConfig broker = node_config({{"producer.id.expiration.ms", "1234"}});
  LogConfig log = to_log_config(resolve_topic_config({{"segment.bytes", "2097152"},
                                                      {"message.timestamp.type", "LogAppendTime"},
                                                      {"cleanup.policy", "compact"}},
                                                     broker),
                                broker);
  EXPECT_EQ(log.segment_bytes, 2097152);
  EXPECT_EQ(log.timestamp_type, TimestampType::LogAppendTime);
  EXPECT_TRUE(log.compact);
  EXPECT_FALSE(log.delete_old);
  EXPECT_EQ(log.producer_id_expiration_ms, 1234);
}

}  // namespace
}  // namespace kafka
