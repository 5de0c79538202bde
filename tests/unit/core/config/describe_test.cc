#include "broker/config/describe.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

ConfigEntry entry(const std::vector<ConfigEntry>& entries, std::string_view name) {
  auto found = std::ranges::find(entries, name, &ConfigEntry::name);
  EXPECT_NE(found, entries.end()) << name;
  return found != entries.end() ? *found : ConfigEntry();
}

// "5:log.retention.ms=7 4:log.retention.hours=168": sources by number.
std::string synonyms(const ConfigEntry& entry) {
  std::string text;
  for (const ConfigSynonymValue& synonym : entry.synonyms) {
    text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(synonym.source)) + ":" +
            synonym.name + "=" + synonym.value.value_or("null");
  }
  return text;
}

TEST(DescribeTopic, TheWinnerStandsFirst) {
  BrokerConfig broker = node_config({{"log.segment.bytes", "2097152"}});
  ConfigEntry own = entry(describe_topic({{"segment.bytes", "1048576"}}, broker), "segment.bytes");
  EXPECT_EQ(own.value, "1048576");
  EXPECT_EQ(own.source, ConfigSource::DynamicTopic);
  EXPECT_EQ(synonyms(own),
            "1:segment.bytes=1048576 4:log.segment.bytes=2097152 5:log.segment.bytes=1073741824");
  ConfigEntry inherited = entry(describe_topic({}, broker), "segment.bytes");
  EXPECT_EQ(inherited.value, "2097152");
  EXPECT_EQ(inherited.source, ConfigSource::StaticBroker);
  EXPECT_FALSE(inherited.read_only);
}

// log.retention.hours gives the value, but is not a name of it: Kafka then says DEFAULT.
TEST(DescribeTopic, AValueInOtherUnitsHasNoSynonyms) {
  BrokerConfig broker = node_config({{"log.retention.hours", "1"}});
  ConfigEntry retention = entry(describe_topic({}, broker), "retention.ms");
  EXPECT_EQ(retention.value, "3600000");
  EXPECT_EQ(retention.source, ConfigSource::Default);
  EXPECT_EQ(synonyms(retention), "");

  BrokerConfig dynamic = *broker.with_dynamic({{"log.retention.ms", "6000"}}, {});
  retention = entry(describe_topic({}, dynamic), "retention.ms");
  EXPECT_EQ(retention.value, "6000");
  EXPECT_EQ(retention.source, ConfigSource::DynamicDefaultBroker);
  EXPECT_EQ(synonyms(retention),
            "3:log.retention.ms=6000 4:log.retention.hours=1 5:log.retention.hours=168");
}

TEST(DescribeTopic, InternalOnesAppearWhenSet) {
  EXPECT_EQ(describe_topic({}, node_config()).size(), 33u);
  EXPECT_EQ(describe_topic({{"internal.segment.bytes", "100"}}, node_config()).size(), 34u);
}

TEST(DescribeTopic, ListsAreTrimmed) {
  EXPECT_EQ(entry(describe_topic({{"cleanup.policy", " compact , delete "}}, node_config()),
                  "cleanup.policy")
                .value,
            "compact,delete");
}

TEST(DescribeBroker, NumbersArePrintedAsJavaPrintsThem) {
  auto ratio = [](std::string text) {
    BrokerConfig broker = node_config({{"sasl.login.refresh.window.factor", std::move(text)}});
    return *entry(describe_broker(broker), "sasl.login.refresh.window.factor").value;
  };
  EXPECT_EQ(ratio("0.50"), "0.5");
  EXPECT_EQ(ratio("1"), "1.0");
  EXPECT_EQ(ratio("0"), "0.0");
  EXPECT_EQ(ratio("1e-4"), "1.0E-4");
  EXPECT_EQ(ratio("12345678.5"), "1.23456785E7");
  EXPECT_EQ(entry(describe_broker(node_config()), "log.cleaner.io.max.bytes.per.second").value,
            "1.7976931348623157E308");
}

TEST(DescribeBroker, ListsEverythingThatKafkaLists) {
  EXPECT_EQ(describe_broker(node_config()).size(), 340u);
}

TEST(DescribeBroker, BothNamesOfTheIdAreStatic) {
  std::vector<ConfigEntry> entries = describe_broker(node_config());
  EXPECT_EQ(synonyms(entry(entries, "broker.id")), "4:broker.id=1 5:broker.id=-1");
  EXPECT_EQ(synonyms(entry(entries, "node.id")), "4:node.id=1");
  EXPECT_TRUE(entry(entries, "node.id").read_only);
  EXPECT_FALSE(entry(entries, "log.retention.ms").read_only);
  EXPECT_EQ(entry(entries, "log.retention.ms").value, std::nullopt);
}

TEST(DescribeBroker, ADynamicValuePutsOtherUnitsOutOfForce) {
  BrokerConfig broker = *node_config({{"log.retention.minutes", "77"}})
                             .with_dynamic({{"log.retention.ms", "5000"}}, {});
  ConfigEntry minutes = entry(describe_broker(broker), "log.retention.minutes");
  EXPECT_EQ(minutes.value, std::nullopt);
  EXPECT_EQ(synonyms(minutes), "4:log.retention.minutes=77 5:log.retention.hours=168");
  EXPECT_EQ(entry(describe_broker(broker), "log.retention.ms").value, "5000");
}

TEST(DescribeBroker, UnknownAndSecretValuesAreHidden) {
  BrokerConfig broker = node_config({{"my.own.key", "hello"}, {"ssl.key.password", "hunter2"}});
  std::vector<ConfigEntry> entries = describe_broker(broker);
  for (std::string_view name : {"my.own.key", "ssl.key.password"}) {
    ConfigEntry hidden = entry(entries, name);
    EXPECT_TRUE(hidden.sensitive);
    EXPECT_EQ(hidden.value, std::nullopt);
    EXPECT_EQ(hidden.source, ConfigSource::StaticBroker);
    EXPECT_EQ(hidden.synonyms.front().value, std::nullopt);
  }
  EXPECT_EQ(entry(entries, "my.own.key").type, ConfigType::Unknown);
  EXPECT_TRUE(entry(entries, "my.own.key").read_only);
}

TEST(DescribeBroker, LayersStandInOrder) {
  BrokerConfig broker =
      *node_config({{"message.max.bytes", "1"}})
           .with_dynamic({{"message.max.bytes", "2"}}, {{"message.max.bytes", "3"}});
  ConfigEntry bytes = entry(describe_broker(broker), "message.max.bytes");
  EXPECT_EQ(synonyms(bytes),
            "2:message.max.bytes=3 3:message.max.bytes=2 4:message.max.bytes=1 "
            "5:message.max.bytes=1048588");
  EXPECT_EQ(bytes.source, ConfigSource::DynamicBroker);
}

TEST(DescribeBroker, AListenersOwnValueStandsOverTheGeneralOne) {
  BrokerConfig broker =
      *node_config().with_dynamic({}, {{"listener.name.plaintext.max.connections", "5"}});
  ConfigEntry own = entry(describe_broker(broker), "listener.name.plaintext.max.connections");
  EXPECT_EQ(own.value, "5");
  EXPECT_TRUE(own.read_only);
  EXPECT_EQ(synonyms(own),
            "2:listener.name.plaintext.max.connections=5 5:max.connections=2147483647");
}

TEST(DescribeClusterDefault, ListsWhatWasSet) {
  BrokerConfig broker =
      *node_config().with_dynamic({{"log.retention.ms", "6000"}}, {{"log.retention.ms", "5000"}});
  std::vector<ConfigEntry> entries = describe_cluster_default(broker);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries.front().value, "6000");
  EXPECT_EQ(entries.front().source, ConfigSource::DynamicDefaultBroker);
  EXPECT_EQ(synonyms(entries.front()), "3:log.retention.ms=6000");
}

TEST(DescribeGroup, InheritsFromTheBroker) {
  ConfigMap own = {{"consumer.session.timeout.ms", "50000"}};
  std::vector<ConfigEntry> entries = describe_group(own, node_config());
  EXPECT_EQ(entries.size(), 17u);
  EXPECT_EQ(synonyms(entry(entries, "consumer.session.timeout.ms")),
            "8:consumer.session.timeout.ms=50000 5:group.consumer.session.timeout.ms=45000");
  EXPECT_EQ(synonyms(entry(entries, "share.isolation.level")),
            "5:share.isolation.level=read_uncommitted");
}

TEST(DescribeClientMetrics, HasNoSynonymsUntilSet) {
  EXPECT_EQ(synonyms(entry(describe_client_metrics({}), "interval.ms")), "");
  EXPECT_EQ(synonyms(entry(describe_client_metrics({{"interval.ms", "5000"}}), "interval.ms")),
            "7:interval.ms=5000");
}

}  // namespace
}  // namespace kafka
