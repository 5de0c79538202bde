#include "broker/config/config_table.h"

#include <gtest/gtest.h>

#include <set>

#include "broker/config/broker_bindings.h"

namespace kafka {
namespace {

std::span<const ConfigDef> all_tables[] = {broker_configs(), topic_configs(), group_configs(),
                                           client_metrics_configs()};

TEST(ConfigTable, EveryNameStandsOnce) {
  for (std::span<const ConfigDef> table : all_tables) {
    std::set<std::string_view> names;
    for (const ConfigDef& def : table) {
      EXPECT_TRUE(names.insert(def.name).second) << def.name;
    }
  }
}

// Apache Kafka 4.3.0 lists 340 broker and 33 topic configurations on DescribeConfigs.
TEST(ConfigTable, ListsAsManyAsKafka) {
  auto listed = [](std::span<const ConfigDef> table) {
    return std::ranges::count(table, false, &ConfigDef::internal);
  };
  EXPECT_EQ(listed(broker_configs()), 340);
  EXPECT_EQ(listed(topic_configs()), 33);
  EXPECT_EQ(listed(group_configs()), 17);
  EXPECT_EQ(listed(client_metrics_configs()), 3);
}

TEST(ConfigTable, EveryDefaultIsAllowed) {
  for (std::span<const ConfigDef> table : all_tables) {
    for (const ConfigDef& def : table) {
      if (def.default_value) {
        EXPECT_TRUE(check_value(def, *def.default_value)) << def.name;
      }
    }
  }
}

TEST(ConfigTable, EveryRowIsDocumentedInWholeSentences) {
  for (std::span<const ConfigDef> table : all_tables) {
    for (const ConfigDef& def : table) {
      EXPECT_GT(def.doc.size(), 20u) << def.name;
      EXPECT_LT(def.doc.size(), 260u) << def.name;
      EXPECT_TRUE(def.doc.ends_with('.')) << def.name;
    }
  }
}

TEST(ConfigTable, EveryFieldIsBoundToARow) {
  for (const Binding<BrokerConfig>& binding : broker_bindings()) {
    EXPECT_NE(find_broker_config(binding.name), nullptr) << binding.name;
  }
}

TEST(ConfigTable, ATopicAgreesWithItsBrokerSynonym) {
  for (const ConfigDef& topic : topic_configs()) {
    for (const ConfigSynonym& synonym : topic_synonyms(topic.name)) {
      const ConfigDef* broker = find_broker_config(synonym.name);
      ASSERT_NE(broker, nullptr) << synonym.name;
      if (synonym.factor == 1 && broker->default_value) {
        EXPECT_EQ(topic.default_value, broker->default_value) << topic.name;
      }
    }
  }
}

TEST(ConfigTable, AListenerPrefixIsLookedThrough) {
  EXPECT_EQ(find_broker_config("listener.name.internal.ssl.keystore.type")->name,
            "ssl.keystore.type");
  EXPECT_EQ(find_broker_config("listener.name.internal.plain.sasl.jaas.config")->name,
            "sasl.jaas.config");
  EXPECT_EQ(find_broker_config("listener.name.internal.no.such.key"), nullptr);
  EXPECT_EQ(find_broker_config("listener.name."), nullptr);
}

TEST(ConfigTable, SynonymsStandInOrderOfPrecedence) {
  EXPECT_EQ(broker_synonyms("log.retention.hours"),
            (std::vector<std::string_view>{"log.retention.ms", "log.retention.minutes",
                                           "log.retention.hours"}));
  EXPECT_EQ(broker_synonyms("num.partitions"), (std::vector<std::string_view>{"num.partitions"}));
  EXPECT_EQ(broker_synonyms("listener.name.plaintext.max.connections"),
            (std::vector<std::string_view>{"listener.name.plaintext.max.connections",
                                           "max.connections"}));
}

}  // namespace
}  // namespace kafka
