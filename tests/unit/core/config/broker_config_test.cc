#include "broker/config/broker_config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "broker/config/properties.h"
#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

TEST(BrokerConfig, FieldsCarryKafkasDefaults) {
  BrokerConfig config = node_config();
  EXPECT_EQ(config.node_id, 1);
  EXPECT_TRUE(config.is_broker && config.is_controller);
  EXPECT_EQ(config.num_partitions, 1);
  EXPECT_EQ(config.socket_request_max_bytes, 104857600);
  EXPECT_EQ(config.fetch_max_bytes, 57671680);
  EXPECT_EQ(config.offsets_topic_num_partitions, 50);
  EXPECT_EQ(config.offsets_retention_minutes, 10080);
  EXPECT_EQ(config.log_dirs, (std::vector<std::string>{"/tmp/kafka-logs"}));
  EXPECT_EQ(config.metadata_log_dir, "/tmp/kafka-logs");
  EXPECT_EQ(config.controller_quorum_fetch_timeout_ms, 2000);
  EXPECT_EQ(config.broker_rack, std::nullopt);
  EXPECT_DOUBLE_EQ(config.log_cleaner_io_max_bytes_per_second, 1.7976931348623157e308);
}

TEST(BrokerConfig, BrokerIdIsAnotherNameOfNodeId) {
  ConfigMap properties = node_properties();
  properties.erase("node.id");
  properties["broker.id"] = "7";
  EXPECT_EQ(parse_broker_config(properties)->config.node_id, 7);
  EXPECT_EQ(node_config().text("broker.id"), "1");
}

TEST(BrokerConfig, LogDirsGoBeforeLogDir) {
  BrokerConfig config =
      node_config({{"log.dir", "/c"}, {"log.dirs", "/a, /b,/a"}, {"metadata.log.dir", "/m"}});
  EXPECT_EQ(config.log_dirs, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(config.metadata_log_dir, "/m");
  EXPECT_EQ(node_config({{"log.dir", "/c"}}).log_dirs, (std::vector<std::string>{"/c"}));
}

TEST(BrokerConfig, ListenersAreAdvertisedAsTheyListen) {
  BrokerConfig config = node_config();
  EXPECT_EQ(config.advertised_listeners, config.listeners);
  EXPECT_TRUE(config.is_controller_listener("CONTROLLER"));
  EXPECT_FALSE(config.is_controller_listener("PLAINTEXT"));
  EXPECT_EQ(config.inter_broker_listener_name, "PLAINTEXT");
}

TEST(BrokerConfig, AdvertisedListenersAreWhatClientsAreTold) {
  BrokerConfig config = node_config({{"listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093"},
                                     {"advertised.listeners", "PLAINTEXT://broker:19092"}});
  EXPECT_EQ(config.advertised("PLAINTEXT")->host, "broker");
  EXPECT_EQ(config.advertised("PLAINTEXT")->port, 19092);
  EXPECT_EQ(config.advertised("CONTROLLER")->port, 9093);
  EXPECT_EQ(config.advertised("OTHER"), nullptr);
}

TEST(BrokerConfig, AStaticVoterIsAdvertisedAsItsEntry) {
  BrokerConfig config = node_config({{"listeners", "PLAINTEXT://localhost:9092,CONTROLLER://:9093"},
                                     {"controller.quorum.voters", "1@here:19093"}});
  EXPECT_EQ(config.controller_quorum_voters, (std::vector<QuorumVoter>{{1, "here", 19093}}));
  EXPECT_EQ(config.advertised("CONTROLLER")->host, "here");
  EXPECT_EQ(config.advertised("CONTROLLER")->port, 19093);
}

TEST(BrokerConfig, OtherListenersNeedAMap) {
  BrokerConfig config = node_config(
      {{"listeners", "INTERNAL://localhost:9092,EXTERNAL://localhost:9094,CTRL://localhost:9093"},
       {"listener.security.protocol.map", "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CTRL:PLAINTEXT"},
       {"inter.broker.listener.name", "INTERNAL"},
       {"controller.listener.names", "CTRL"}});
  EXPECT_EQ(config.listeners.size(), 3u);
  EXPECT_EQ(config.inter_broker_listener_name, "INTERNAL");
}

TEST(BrokerConfig, ConnectionsPerAddress) {
  BrokerConfig config = node_config(
      {{"max.connections.per.ip", "0"}, {"max.connections.per.ip.overrides", "127.0.0.1:5,::1:6"}});
  EXPECT_EQ(config.max_connections_per_ip_overrides.at("127.0.0.1"), 5);
  EXPECT_EQ(config.max_connections_per_ip_overrides.at("::1"), 6);
}

TEST(BrokerConfig, UnknownKeysAreWarnedOf) {
  auto warnings = [](ConfigMap more) {
    return parse_broker_config(node_properties(std::move(more)))->warnings;
  };
  EXPECT_TRUE(warnings({}).empty());
  EXPECT_EQ(warnings({{"num.partition", "3"}}),
            (std::vector<std::string>{"Unknown configuration num.partition has no effect; did you "
                                      "mean num.partitions?"}));
  EXPECT_EQ(warnings({{"my.own.thing", "3"}}),
            (std::vector<std::string>{"Unknown configuration my.own.thing has no effect."}));
  EXPECT_EQ(warnings({{"offsets.commit.required.acks", "-1"}}),
            (std::vector<std::string>{"offsets.commit.required.acks has no effect any more: "
                                      "commits always wait for all in-sync replicas."}));
  EXPECT_EQ(warnings({{"zookeeper.session.timeout.ms", "1"}}).size(), 1u);
  EXPECT_EQ(warnings({{"broker.heartbeat.interval.ms", "5000"}}).size(), 1u);
  EXPECT_TRUE(warnings({{"listener.name.plaintext.ssl.keystore.type", "PEM"},
                        {"rsm.config.x", "y"},
                        {"kraftlab.evidence.path", "/tmp/e"}})
                  .empty());
}

TEST(BrokerConfig, DynamicValuesWinOverStaticOnes) {
  BrokerConfig config = node_config({{"message.max.bytes", "1000"}});
  BrokerConfig cluster = *config.with_dynamic({{"message.max.bytes", "2000"}}, {});
  EXPECT_EQ(cluster.message_max_bytes, 2000);
  BrokerConfig broker =
      *config.with_dynamic({{"message.max.bytes", "2000"}}, {{"message.max.bytes", "3000"}});
  EXPECT_EQ(broker.message_max_bytes, 3000);
  EXPECT_EQ(broker.layers().find("message.max.bytes").source, ConfigSource::DynamicBroker);
  EXPECT_EQ(broker.with_dynamic({}, {})->message_max_bytes, 1000);
}

TEST(BrokerConfig, AChangeThatDoesNotValidateMakesNone) {
  EXPECT_FALSE(node_config().with_dynamic({{"message.max.bytes", "abc"}}, {}));
  EXPECT_FALSE(node_config().with_dynamic({}, {{"log.retention.ms", "0"}}));
}

// The files of the distribution.
TEST(SampleFiles, AreValidAndWarnOfNothing) {
  for (std::string name : {"server", "broker", "controller"}) {
    std::ifstream file(KRAFTLAB_SOURCE_DIR "/broker/config/dist/" + name + ".properties");
    std::string text(std::istreambuf_iterator<char>(file), {});
    Result<ParsedBrokerConfig> parsed = parse_broker_config(to_config_map(*parse_properties(text)));
    ASSERT_TRUE(parsed) << name << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->warnings.empty()) << name << ": " << parsed->warnings.front();
  }
}

}  // namespace
}  // namespace kafka
