// Lab 13's deeds follow whoever leads, on a history made by hand: broker 1 took the morning, and
// when the afternoon comes broker 2 leads, although nobody has done anything to either.
#include <gtest/gtest.h>

#include "broker/core/evidence.h"
#include "labs/common/rule.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/error.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

constexpr const char* kTopic = "payments";

template <class M>
std::string body(const M& message, int16_t version) {
  kafka::Writer out;
  EXPECT_TRUE(kafka::encode(message, version, out).has_value());
  return {reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size()};
}

class TwoBrokers : public testing::Test {
 protected:
  TwoBrokers() { history_.run = find_lab("13")->make_data(42); }

  std::vector<std::string> deeds_due() { return find_lab("13")->cue(history_); }

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
    data.name = kTopic;
    data.partition_data.emplace_back().records = kafka::Records::of(builder.build());
    kafka::ProduceResponse response;
    auto& answered = response.responses.emplace_back();
    answered.name = kTopic;
    answered.partition_responses.emplace_back().error_code = static_cast<int16_t>(error);
    add(node, request, response, 7);
  }

  void follower_fetches(int leader, int follower, int64_t offset) {
    kafka::FetchRequest request;
    request.replica_id = follower;
    auto& asked = request.topics.emplace_back();
    asked.topic = kTopic;
    asked.partitions.emplace_back().fetch_offset = offset;
    add(leader, request, kafka::FetchResponse{}, 11);
  }

  History history_;
  int64_t now_us_ = 1;
};

TEST_F(TwoBrokers, WhoeverLeadsIsKilled) {
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

}  // namespace
}  // namespace kraftlab
