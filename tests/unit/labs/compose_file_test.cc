// What a lab reads of a compose file: one service's environment and ports, and which line is wrong.
#include "labs/common/compose_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "labs/common/container.h"

namespace kraftlab {
namespace {

constexpr std::string_view kFile = R"(# a comment
services:
  ui:
    ports:
      - "9000:9000"
  broker:
    image: kraftlab:latest
    ports:
      - "127.0.0.1:29092:9095"   # behind a blank
      - 9094:9094
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_LISTENERS: "PLAINTEXT://:9092"
    volumes:
      - broker:/data
volumes:
  broker:
)";

TEST(ComposeFile, GivesOneServicesEnvironmentAndPorts) {
  const auto service = read_compose(kFile, "broker");
  ASSERT_TRUE(service.has_value()) << service.error().message;
  EXPECT_EQ(service->environment, (std::map<std::string, std::string>{
                                      {"KAFKA_NODE_ID", "1"},
                                      {"KAFKA_LISTENERS", "PLAINTEXT://:9092"}}));
  ASSERT_EQ(service->ports.size(), 2u);
  EXPECT_EQ(service->ports[0].host, 29092);
  EXPECT_EQ(service->ports[0].container, 9095);
  EXPECT_EQ(service->ports[1].host, 9094);
}

TEST(ComposeFile, TakesAnEnvironmentThatIsAList) {
  const auto service = read_compose(
      "services:\n  broker:\n    environment:\n    - A=1\n    - \"B=x=y\"\n", "broker");
  ASSERT_TRUE(service.has_value()) << service.error().message;
  EXPECT_EQ(service->environment, (std::map<std::string, std::string>{{"A", "1"}, {"B", "x=y"}}));
}

TEST(ComposeFile, TakesPortsBehindTheirKeyAndRefusesWhatItWouldPassOver) {
  const auto service = read_compose(
      "services:\n  broker:\n    ports: [\"9094:9095\", 127.0.0.1:1:2/tcp]\n", "broker");
  ASSERT_TRUE(service.has_value()) << service.error().message;
  ASSERT_EQ(service->ports.size(), 2u);
  EXPECT_EQ(service->ports[0].host, 9094);
  EXPECT_EQ(service->ports[0].container, 9095);
  EXPECT_EQ(service->ports[1].host, 1);
  EXPECT_EQ(service->ports[1].container, 2);
  for (const char* line : {"ports: [\"1:2\",", "environment: {A: b}", "ports: [\"1\"]"}) {
    const auto refused =
        read_compose(fmt::format("services:\n  broker:\n    {}\n", line), "broker");
    ASSERT_FALSE(refused.has_value()) << line;
    EXPECT_NE(refused.error().message.find("line 3"), std::string::npos);
  }
}

TEST(ComposeFile, NamesTheLineThatIsWrong) {
  const auto tab = read_compose("services:\n  broker:\n  \tports:\n", "broker");
  ASSERT_FALSE(tab.has_value());
  EXPECT_NE(tab.error().message.find("line 3"), std::string::npos) << tab.error().message;
  const auto port =
      read_compose("services:\n  broker:\n    ports:\n      - \"9094\"\n", "broker");
  ASSERT_FALSE(port.has_value());
  EXPECT_NE(port.error().message.find("line 4"), std::string::npos) << port.error().message;
  EXPECT_FALSE(read_compose("services:\n  other:\n    image: x\n", "broker").has_value());
  EXPECT_FALSE(read_compose("", "broker").has_value());
}

TEST(ContainerNet, GivesEachPlaceItsOwnNames) {
  const auto service = read_compose(kFile, "broker");
  ASSERT_TRUE(service.has_value());
  const ContainerNet net(*service, 4711, "/tmp/evidence", false);
  const Environment inside = net.environment("inside");
  const Environment outside = net.environment("outside");
  EXPECT_NE(inside.at("LAB_NAMES").find("broker="), std::string::npos);
  EXPECT_EQ(outside.at("LAB_NAMES").find("broker="), std::string::npos);
  EXPECT_NE(outside.at("LAB_PORTS").find(":29092>"), std::string::npos);
  const std::string properties = net.properties("/tmp/data");
  EXPECT_NE(properties.find("listeners=PLAINTEXT://127."), std::string::npos) << properties;
}

TEST(ContainerNet, ProxiesStandWhereTheBrokerIsDialled) {
  const auto service = read_compose(kFile, "broker");
  ASSERT_TRUE(service.has_value());
  const ContainerNet net(*service, 4711, "/tmp/evidence", true);
  const auto relays = net.relays();
  ASSERT_FALSE(relays.empty());
  for (const ContainerNet::Relay& relay : relays) {
    EXPECT_NE(relay.listener, "CONTROLLER");
    EXPECT_NE(relay.dialled, relay.behind);
    EXPECT_NE(net.properties("/tmp/data").find(relay.behind), std::string::npos);
    EXPECT_EQ(net.properties("/tmp/data").find(relay.dialled), std::string::npos);
  }
}

}  // namespace
}  // namespace kraftlab
