// What labs 13 and 14 make of a cluster whose leader moved although nobody had done anything to
// it, on histories made by hand: the deeds of lab 13 follow whoever leads; lab 14 gives no verdict,
// for its records have to be with broker 1.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "broker/core/evidence.h"
#include "labs/common/rule.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/33_alter_configs.h"
#include "protocol/error.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

template <class M>
std::string body(const M& message, int16_t version) {
  kafka::Writer out;
  EXPECT_TRUE(kafka::encode(message, version, out).has_value());
  return {reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size()};
}

class TwoBrokers : public testing::Test {
 protected:
  TwoBrokers(const char* lab, const char* topic) : lab_(*find_lab(lab)), topic_(topic) {
    history_.run = lab_.make_data(42);
  }

  std::vector<std::string> deeds_due() { return lab_.cue(history_); }

  void deed(const std::string& text) {
    history_.deeds.push_back({now_us_++, 0, text, history_.exchanges.size()});
  }

  template <class Request, class Response>
  void add(int node, const Request& request, const Response& response, int16_t version) {
    Exchange exchange;
    exchange.frame = history_.exchanges.size() + 1;
    exchange.connection = kafka::evidence::node_connection(node, 1, 1);
    exchange.header = {static_cast<int16_t>(Request::key), version, 1, "test"};
    exchange.time_us = now_us_++;
    exchange.response_time_us = now_us_++;
    exchange.request = body(request, version);
    exchange.response = body(response, version);
    history_.exchanges.push_back(std::move(exchange));
  }

  void send(int node, const char* list, kafka::ErrorCode error) {
    kafka::BatchBuilder builder;
    for (const std::string& payment : history_.run.list(list)) {
      builder.add(1000, std::nullopt, kafka::bytes_of(payment));
    }
    kafka::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = topic_;
    data.partition_data.emplace_back().records = kafka::Records::of(builder.build());
    kafka::ProduceResponse response;
    auto& answered = response.responses.emplace_back();
    answered.name = topic_;
    auto& partition = answered.partition_responses.emplace_back();
    partition.error_code = static_cast<int16_t>(error);
    if (error == kafka::ErrorCode::None) {
      partition.base_offset = std::exchange(
          log_end_, log_end_ + static_cast<int64_t>(history_.run.list(list).size()));
    }
    add(node, request, response, 7);
  }

  void follower_fetches(int leader, int follower, int64_t offset) {
    kafka::FetchRequest request;
    request.replica_id = follower;
    auto& asked = request.topics.emplace_back();
    asked.topic = topic_;
    asked.partitions.emplace_back().fetch_offset = offset;
    add(leader, request, kafka::FetchResponse{}, 11);
  }

  Finding found_by(std::string_view rule) {
    return std::ranges::find(lab_.rules, rule, &Rule::id)->check(history_);
  }

  const LabCode& lab_;
  const char* topic_;
  History history_;
  int64_t now_us_ = 1;
  int64_t log_end_ = 0;
};

class TwoBrokersLab : public TwoBrokers {
 protected:
  TwoBrokersLab() : TwoBrokers("13", "payments") {}
};

class UncleanElectionLab : public TwoBrokers {
 protected:
  UncleanElectionLab() : TwoBrokers("14", "ledger") {}

  Finding about_the_ledger() { return found_by("14.1"); }

  // As older admin clients do it: what is not named is reset.
  void alter_ledger(const char* name, const char* value) {
    kafka::AlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_name = "ledger";
    resource.configs.push_back({.name = name, .value = value});
    add(1, request, kafka::AlterConfigsResponse{}, 1);
  }
};

TEST_F(TwoBrokersLab, WhoeverLeadsIsKilled) {
  send(1, "morning", kafka::ErrorCode::None);
  EXPECT_TRUE(deeds_due().empty());
  follower_fetches(1, 2, static_cast<int64_t>(history_.run.list("morning").size()));
  EXPECT_EQ(deeds_due(), (std::vector<std::string>{"cut 1 2", "act 2"}));
  deed("cut 1 2");
  send(2, "afternoon", kafka::ErrorCode::NotEnoughReplicas);
  EXPECT_EQ(deeds_due(), (std::vector<std::string>{"cut 1 2", "act 2", "kill 2"}));
  deed("kill 2");
  send(1, "afternoon", kafka::ErrorCode::NotEnoughReplicas);
  EXPECT_EQ(deeds_due(),
            (std::vector<std::string>{"cut 1 2", "act 2", "kill 2", "heal", "revive 2"}));
}

TEST_F(UncleanElectionLab, WhatBrokerTwoTookWhileBrokerOneLivedGivesNoVerdict) {
  send(1, "ledger-morning", kafka::ErrorCode::None);
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Pass);
  send(2, "ledger-noon", kafka::ErrorCode::None);
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Inconclusive);
  EXPECT_EQ(about_the_ledger().saw,
            "frame 2: broker 2 leads while broker 1 lives: a busy machine");
}

TEST_F(UncleanElectionLab, WhatBrokerTwoTookAfterwardsIsNoReason) {
  send(1, "ledger-morning", kafka::ErrorCode::None);
  send(1, "ledger-noon", kafka::ErrorCode::None);
  send(2, "ledger-evening", kafka::ErrorCode::None);
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Pass);
}

TEST_F(UncleanElectionLab, TheOlderRequestSaysAPolicyToo) {
  deed("setting unclean.leader.election.enable=true");
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Fail);
  alter_ledger("unclean.leader.election.enable", "false");
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Pass);
  alter_ledger("retention.ms", "1000");
  EXPECT_EQ(about_the_ledger().outcome, Outcome::Fail);
  alter_ledger("unclean.leader.election.enable", "true");
  EXPECT_NE(about_the_ledger().saw.find("=true for ledger"), std::string::npos);
}

TEST_F(UncleanElectionLab, AReaderWithoutItsNameIsTold) {
  topic_ = "clicks";
  follower_fetches(2, -1, 9);  // a consumer, that is, and its client.id is "test"
  EXPECT_NE(found_by("14.3").saw.find("calls itself \"test\""), std::string::npos);
}

TEST_F(TwoBrokersLab, OnePartitionIsJudged) {
  kafka::MetadataResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = "payments";
  topic.partitions.push_back({.partition_index = 0, .replica_nodes = {1, 2}});
  add(1, kafka::MetadataRequest{}, response, 8);
  EXPECT_EQ(found_by("13.1").outcome, Outcome::Pass);
  topic.partitions.push_back({.partition_index = 1, .replica_nodes = {1, 2}});
  add(1, kafka::MetadataRequest{}, response, 8);
  EXPECT_EQ(found_by("13.1").saw, "frame 2: Metadata names 2 partitions of payments");
}

TEST_F(TwoBrokersLab, AFactorThatTwoBrokersCannotHaveIsNamed) {
  deed("setting default.replication.factor=3");
  EXPECT_NE(found_by("13.1").saw.find("default.replication.factor=3"), std::string::npos);
}

TEST_F(TwoBrokersLab, AnAfternoonThatWasSentInTheMorningFails) {
  send(1, "morning", kafka::ErrorCode::None);
  send(1, "afternoon", kafka::ErrorCode::None);
  deed("cut 1 2");
  EXPECT_EQ(found_by("13.4").outcome, Outcome::Fail);
  send(1, "afternoon", kafka::ErrorCode::None);
  EXPECT_EQ(found_by("13.4").outcome, Outcome::Inconclusive);  // and nobody was killed
}

}  // namespace
}  // namespace kraftlab
