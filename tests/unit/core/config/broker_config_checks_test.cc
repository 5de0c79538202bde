// What stops a node from starting. Each case was tried on Apache Kafka 4.3.0: refused there,
// refused here, and the other way round; ports beyond 65535 are refused here at once, there when
// they are bound.
#include <gtest/gtest.h>

#include "tests/unit/core/config/node_properties.h"

namespace kafka {
namespace {

const ConfigMap broker_only = {{"process.roles", "broker"},
                               {"listeners", "PLAINTEXT://localhost:9092"}};
const ConfigMap controller_only = {{"process.roles", "controller"},
                                   {"listeners", "CONTROLLER://localhost:9093"}};

ConfigMap with(ConfigMap base, ConfigMap more) {
  more.merge(base);
  return more;
}

std::string without(std::string_view key) {
  ConfigMap properties = node_properties();
  properties.erase(properties.find(key));
  Result<ParsedBrokerConfig> parsed = parse_broker_config(properties);
  return parsed ? "" : parsed.error().message;
}

TEST(Roles, WhatHasNoDefaultIsRequired) {
  EXPECT_NE(without("process.roles"), "");
  EXPECT_NE(without("node.id"), "");
  EXPECT_NE(without("controller.listener.names"), "");
  EXPECT_NE(without("controller.quorum.bootstrap.servers"), "");
  EXPECT_NE(without("listeners"), "");
}

TEST(Roles, AFileFromTheTimesOfZooKeeperIsRecognized) {
  Result<ParsedBrokerConfig> parsed =
      parse_broker_config({{"broker.id", "0"}, {"zookeeper.connect", "localhost:2181"}});
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message.find("ZooKeeper"), std::string::npos);
}

TEST(Roles, AreBrokerAndController) {
  EXPECT_NE(why_refused({{"process.roles", ""}}), "");
  EXPECT_NE(why_refused({{"process.roles", "foo"}}), "");
  EXPECT_EQ(why_refused({{"controller.quorum.auto.join.enable", "true"}}), "");
  EXPECT_EQ(why_refused(broker_only), "");
  EXPECT_EQ(why_refused(controller_only), "");
}

TEST(Roles, IdsAgree) {
  EXPECT_NE(why_refused({{"node.id", "-1"}}), "");
  EXPECT_NE(why_refused({{"node.id", "x"}}), "");
  EXPECT_NE(why_refused({{"broker.id", "2"}}), "");
}

TEST(Roles, AControllerIsAVoterAndABrokerIsNot) {
  EXPECT_NE(why_refused({{"controller.quorum.voters", "2@localhost:9093"}}), "");
  EXPECT_EQ(why_refused({{"controller.quorum.voters", "1@localhost:9093"}}), "");
  EXPECT_NE(why_refused(with(broker_only, {{"controller.quorum.voters", "1@localhost:9093"}})), "");
  EXPECT_EQ(why_refused(with(broker_only, {{"controller.quorum.voters", "2@localhost:9093"}})), "");
  EXPECT_NE(why_refused({{"controller.quorum.voters", "1@0.0.0.0:9093"}}), "");
}

TEST(Roles, OnlyAControllerJoinsTheVoters) {
  const ConfigMap broker = with(broker_only, {{"controller.quorum.voters", "2@localhost:9093"}});
  EXPECT_NE(why_refused(with(broker, {{"controller.quorum.auto.join.enable", "true"}})), "");
  EXPECT_EQ(why_refused(with(broker, {{"controller.quorum.auto.join.enable", "false"}})), "");
}

TEST(Roles, ControllerListenersAreServedByControllersAlone) {
  EXPECT_NE(why_refused({{"process.roles", "broker"}}), "");
  EXPECT_NE(why_refused({{"process.roles", "controller"}}), "");
  EXPECT_NE(why_refused({{"controller.listener.names", ""}}), "");
  EXPECT_NE(why_refused({{"controller.listener.names", "OTHER"}}), "");
  EXPECT_NE(why_refused({{"controller.listener.names", "PLAINTEXT,CONTROLLER"}}), "");
}

TEST(Ports, Differ) {
  auto listeners = [](std::string value) { return why_refused({{"listeners", value}}); };
  EXPECT_NE(listeners("PLAINTEXT://localhost:9092,CONTROLLER://localhost:9092"), "");
  EXPECT_NE(listeners("PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.2:9092"), "");
  EXPECT_EQ(listeners("PLAINTEXT://127.0.0.1:9092,CONTROLLER://[::1]:9092"), "");
  EXPECT_EQ(listeners("PLAINTEXT://localhost:0,CONTROLLER://localhost:0"), "");
  EXPECT_NE(listeners("PLAINTEXT://localhost:70000,CONTROLLER://localhost:9093"), "");
  EXPECT_EQ(listeners("plaintext://localhost:9092,controller://localhost:9093"), "");
}

TEST(AdvertisedListeners, CanBeDialled) {
  auto advertised = [](std::string value) {
    return why_refused({{"advertised.listeners", value}});
  };
  EXPECT_NE(advertised("PLAINTEXT://0.0.0.0:9092"), "");
  EXPECT_NE(why_refused({{"listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093"}}), "");
  EXPECT_EQ(why_refused({{"listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093"},
                         {"advertised.listeners", "PLAINTEXT://localhost:9092"}}),
            "");
  EXPECT_EQ(advertised("PLAINTEXT://localhost:1,CONTROLLER://localhost:1"), "");
  EXPECT_NE(advertised("CONTROLLER://localhost:9093"), "");
  EXPECT_NE(advertised("OTHER://localhost:9092"), "");
  EXPECT_NE(advertised("SSL://localhost:9092"), "");
  EXPECT_NE(advertised("PLAINTEXT://a:1,PLAINTEXT://b:2"), "");
  EXPECT_NE(advertised(""), "");
}

TEST(SecurityProtocols, MustBeMapped) {
  auto map = [](std::string value) {
    return why_refused({{"listener.security.protocol.map", value}});
  };
  EXPECT_NE(map("PLAINTEXT:PLAINTEXT"), "");
  EXPECT_NE(map("PLAINTEXT:PLAINTEXT,CONTROLLER:FOO"), "");
  EXPECT_NE(map("PLAINTEXT"), "");
  EXPECT_NE(map(""), "");
  EXPECT_EQ(map("PLAINTEXT:PLAINTEXT,CONTROLLER:plaintext"), "");
}

TEST(InterBrokerListener, IsOneOfTheAdvertised) {
  EXPECT_NE(why_refused({{"inter.broker.listener.name", "FOO"}}), "");
  EXPECT_NE(why_refused({{"inter.broker.listener.name", "CONTROLLER"}}), "");
  EXPECT_NE(why_refused({{"security.inter.broker.protocol", "SSL"}}), "");
  EXPECT_NE(why_refused({{"inter.broker.listener.name", "PLAINTEXT"},
                         {"security.inter.broker.protocol", "PLAINTEXT"}}),
            "");
}

TEST(Limits, DoNotContradictEachOther) {
  EXPECT_NE(why_refused({{"log.roll.ms", "0"}}), "");
  EXPECT_NE(why_refused({{"log.retention.ms", "0"}}), "");
  EXPECT_NE(why_refused({{"log.retention.minutes", "0"}}), "");
  EXPECT_NE(why_refused({{"log.retention.hours", "0"}}), "");
  EXPECT_EQ(why_refused({{"log.retention.ms", "-1"}}), "");
  EXPECT_EQ(why_refused({{"log.retention.hours", "0"}, {"log.retention.ms", "5"}}), "");
  EXPECT_NE(why_refused({{"replica.fetch.wait.max.ms", "50000"}}), "");
  EXPECT_NE(why_refused({{"replica.socket.timeout.ms", "100"}}), "");
  EXPECT_NE(why_refused({{"offsets.topic.compression.codec", "9"}}), "");
  EXPECT_NE(why_refused({{"max.connections.per.ip", "0"}}), "");
  EXPECT_NE(why_refused({{"max.connections.per.ip.overrides", "x"}}), "");
  EXPECT_NE(why_refused({{"max.connections.per.ip.overrides", "127.0.0.1:x"}}), "");
  EXPECT_NE(why_refused({{"connections.max.idle.ms", "50"}}), "");
  EXPECT_EQ(why_refused({{"connections.max.idle.ms", "-1"}}), "");
  EXPECT_NE(why_refused({{"queued.max.request.bytes", "10"}}), "");
  EXPECT_NE(why_refused({{"group.consumer.session.timeout.ms", "44000"}}), "");
  EXPECT_NE(why_refused({{"group.consumer.heartbeat.interval.ms", "60000"}}), "");
  EXPECT_NE(why_refused({{"group.consumer.min.session.timeout.ms", "50000"},
                         {"group.consumer.max.session.timeout.ms", "40000"}}),
            "");
  EXPECT_NE(why_refused({{"group.coordinator.rebalance.protocols", "consumer"}}), "");
  EXPECT_NE(why_refused({{"early.start.listeners", "FOO"}}), "");
  EXPECT_NE(why_refused({{"cordoned.log.dirs", "/nope"}}), "");
  EXPECT_EQ(why_refused({{"cordoned.log.dirs", "*"}}), "");
}

TEST(WrongValues, NameKeyValueAndWhatIsAllowed) {
  EXPECT_EQ(why_refused({{"num.partitions", "abc"}}),
            "Invalid value abc for configuration num.partitions: Not a number of type INT. "
            "Allowed: a whole number, at least 1.");
}

TEST(Unsupported, StopsTheStartWithASentence) {
  EXPECT_NE(why_refused({{"listeners", "SSL://localhost:9092,CONTROLLER://localhost:9093"},
                         {"listener.security.protocol.map", "SSL:SSL,CONTROLLER:PLAINTEXT"},
                         {"inter.broker.listener.name", "SSL"}})
                .find("not supported yet"),
            std::string::npos);
  EXPECT_NE(why_refused({{"authorizer.class.name",
                          "org.apache.kafka.metadata.authorizer.StandardAuthorizer"}}),
            "");
  EXPECT_EQ(why_refused({{"authorizer.class.name", ""}}), "");
  EXPECT_NE(why_refused({{"remote.log.storage.system.enable", "true"}}), "");
  EXPECT_EQ(why_refused({{"remote.log.storage.system.enable", "false"}}), "");
  EXPECT_EQ(why_refused({{"delegation.token.secret.key", "hunter2"}}).find("hunter2"),
            std::string::npos);
}

}  // namespace
}  // namespace kafka
