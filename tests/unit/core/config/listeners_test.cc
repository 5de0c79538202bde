#include "broker/config/listeners.h"

#include <gtest/gtest.h>

namespace kafka {
namespace {

const SecurityMap plain_map = {{"PLAINTEXT", SecurityProtocol::Plaintext},
                               {"CONTROLLER", SecurityProtocol::Plaintext},
                               {"SSL", SecurityProtocol::Ssl}};

std::string error_of(std::string_view value) {
  Result<std::vector<Listener>> listeners = parse_listeners("listeners", value, plain_map);
  return listeners ? "" : listeners.error().message;
}

TEST(Listeners, NameHostAndPort) {
  EXPECT_EQ(*parse_listeners("listeners", "PLAINTEXT://a_b.c:9092, ssl://[::1]:0", plain_map),
            (std::vector<Listener>{{"PLAINTEXT", "a_b.c", 9092, SecurityProtocol::Plaintext},
                                   {"SSL", "::1", 0, SecurityProtocol::Ssl}}));
}

TEST(Listeners, AnEmptyHostIsEveryAddress) {
  EXPECT_EQ(parse_listeners("listeners", "PLAINTEXT://:9092", plain_map)->front().host, "");
}

TEST(Listeners, WhatIsNoListenerIsRefused) {
  for (std::string_view value :
       {"foo", "PLAINTEXT:9092", "PLAINTEXT://a", "PLAINTEXT://a b:9092", "PLAINTEXT://:-1",
        "PLAINTEXT://:70000", "://:9092", "PLAINTEXT://:", "PLAINTEXT://:9092,"}) {
    EXPECT_NE(error_of(value), "") << value;
  }
}

TEST(Listeners, AnUnmappedNameSaysWhatToAdd) {
  EXPECT_EQ(error_of("EXT://:9092"),
            "Invalid value EXT://:9092 for configuration listeners: No security protocol defined "
            "for listener EXT; add EXT:PLAINTEXT to listener.security.protocol.map");
}

TEST(Listeners, NamesDiffer) {
  EXPECT_NE(error_of("PLAINTEXT://:1,PLAINTEXT://:2"), "");
}

TEST(SecurityMap, MapsNamesToProtocols) {
  SecurityMap map = *parse_security_map("internal:plaintext, EXT:SASL_SSL");
  EXPECT_EQ(map, (SecurityMap{{"INTERNAL", SecurityProtocol::Plaintext},
                              {"EXT", SecurityProtocol::SaslSsl}}));
  EXPECT_FALSE(parse_security_map("PLAINTEXT"));
  EXPECT_FALSE(parse_security_map("A:FOO"));
}

TEST(Voters, AreIdAtHostAndPort) {
  EXPECT_EQ(*parse_voters("1@a:9093,2@[::1]:9094"),
            (std::vector<QuorumVoter>{{1, "a", 9093}, {2, "::1", 9094}}));
  EXPECT_TRUE(parse_voters("")->empty());
  for (std::string_view value :
       {"a@b:1", "1@b", "1@b:x", "1@:1", "-1@b:1", "1@0.0.0.0:9093", "1@a:1,1@b:2"}) {
    EXPECT_FALSE(parse_voters(value)) << value;
  }
}

TEST(BootstrapServers, AreHostAndPort) {
  EXPECT_EQ(*parse_bootstrap_servers("localhost:9093,[::1]:9094"),
            (std::vector<HostPort>{{"localhost", 9093}, {"::1", 9094}}));
  EXPECT_FALSE(parse_bootstrap_servers("x"));
  EXPECT_FALSE(parse_bootstrap_servers(":9093"));
  EXPECT_EQ(to_string(HostPort{"::1", 9094}), "[::1]:9094");
}

}  // namespace
}  // namespace kafka
