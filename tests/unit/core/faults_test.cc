// A plan of faults: what its text may say, and which request sets a fault off.
#include <gtest/gtest.h>

#include "broker/core/faults.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/03_metadata.h"
#include "protocol/api/08_offset_commit.h"
#include "protocol/record_batch.h"

namespace kafka {
namespace {

// A request as the plan gets it; the bytes live here.
class Sent {
 public:
  template <class M>
  Sent(const M& message, int16_t version) {
    RequestHeader header{static_cast<int16_t>(M::key), version, 7, "test"};
    Writer out;
    EXPECT_TRUE(encode_request_frame(header, message, out).has_value());
    bytes_ = out.take();
    frame_ = *decode_request_frame(std::span(bytes_).subspan(frame_size_bytes));
  }
  operator const RequestFrame&() const { return frame_; }

 private:
  Bytes bytes_;
  RequestFrame frame_;
};

ProduceRequest produce(const std::string& topic, int records, Uuid id = {}) {
  BatchBuilder builder;
  for (int i = 0; i < records; ++i) {
    builder.add(1000, std::nullopt, bytes_of("x"));
  }
  ProduceRequest request;
  request.acks = -1;
  auto& data = request.topic_data.emplace_back();
  data.name = topic;
  data.topic_id = id;
  data.partition_data.emplace_back().records = Records::of(builder.build());
  return request;
}

OffsetCommitRequest commit(const std::string& topic, int64_t offset) {
  OffsetCommitRequest request;
  request.group_id = "g";
  auto& asked = request.topics.emplace_back();
  asked.name = topic;
  asked.partitions.emplace_back().committed_offset = offset;
  return request;
}

FaultPlan plan_of(std::string_view text) {
  auto plan = FaultPlan::parse(text);
  EXPECT_TRUE(plan.has_value()) << (plan ? "" : plan.error().message);
  return plan ? *plan : FaultPlan{};
}

TEST(Faults, ReadsEveryForm) {
  const FaultPlan plan = plan_of(
      "lose Produce of payments at record 20;\n"
      "error NOT_ENOUGH_REPLICAS Produce of payments at record 60 after 300 ms\n"
      " ; stall OffsetCommit of orders at offset 5; refuse Fetch at request 2");
  ASSERT_EQ(plan.faults().size(), 4u);
  EXPECT_EQ(plan.faults()[0].count, FaultCount::Records);
  EXPECT_EQ(plan.faults()[1].error, ErrorCode::NotEnoughReplicas);
  EXPECT_EQ(plan.faults()[1].after_ms, 300);
  EXPECT_EQ(plan.faults()[2].count, FaultCount::Offset);
  EXPECT_EQ(plan.faults()[3].api, ApiKey::Fetch);
}

TEST(Faults, ReadsWhatTheBrokerItselfDoes) {
  const FaultPlan plan = plan_of(
      "twice Fetch at request 2; rebalance SyncGroup at request 2 times 5;"
      "slow-disk Produce at record 10 by 50 ms; move-clock Produce at request 3 by -60000 ms;"
      "fail-write Produce of orders at record 7 times 3; fail-sync Produce at request 1");
  ASSERT_EQ(plan.faults().size(), 6u);
  EXPECT_FALSE(plan.faults()[0].needs_broker());
  EXPECT_EQ(plan.faults()[1].times, 5);
  EXPECT_EQ(plan.faults()[2].by_ms, 50);
  EXPECT_EQ(plan.faults()[3].by_ms, -60000);
  for (size_t i = 1; i < 6; ++i) {
    EXPECT_TRUE(plan.faults()[i].needs_broker()) << plan.faults()[i].text;
  }
}

TEST(Faults, FiresAsManyTimesInARowAsItSays) {
  FaultPlan plan = plan_of("error NOT_ENOUGH_REPLICAS Produce of orders at record 3 times 2");
  std::vector<bool> fired;
  for (const char* topic : {"orders", "orders", "payments", "orders", "orders"}) {
    fired.push_back(plan.on_request(Sent(produce(topic, 2), 9)) != nullptr);
  }
  EXPECT_EQ(fired, (std::vector<bool>{false, true, false, true, false}));
}

TEST(Faults, RefusesTheRetriesOfACommitAsWell) {
  FaultPlan plan = plan_of("error REQUEST_TIMED_OUT OffsetCommit of t at offset 5 times 3");
  std::vector<bool> fired;
  for (const int64_t offset : {4, 5, 5, 4, 6, 6}) {
    fired.push_back(plan.on_request(Sent(commit("t", offset), 8)) != nullptr);
  }
  EXPECT_EQ(fired, (std::vector<bool>{false, true, true, false, true, false}));
}

TEST(Faults, RefusesWhatItCannotDo) {
  for (const char* text :
       {"", "eat Produce at request 1", "lose Producer at request 1", "lose Produce at 3",
        "lose Produce at request 0", "lose Produce at request 1 soon", "delay Produce at request 1",
        "error NOT_ENOUGH_REPLICAS Fetch at request 1", "error SOMETHING Produce at request 1",
        "lose Fetch at record 3", "lose Produce at offset 3", "lose Produce at request 1 times 0",
        "slow-disk Produce at request 1", "slow-disk Produce at request 1 by -5 ms",
        "lose Produce at request 1 by 5 ms", "move-clock Produce at request 1 by 0 ms",
        "lose ListOffsets of orders at request 1", "lose Produce at request 1 after 5 ms", "twice Fetch at request 1 after 5 ms",
        "delay Fetch at request 1 after -5 ms"}) {
    EXPECT_EQ(FaultPlan::parse(text).has_value(), *text == '\0') << text;
  }
}

TEST(Faults, CountsRecordsOfItsTopicAndFiresOnce) {
  FaultPlan plan = plan_of("lose Produce of payments at record 5");
  EXPECT_EQ(plan.on_request(Sent(produce("payments", 4), 9)), nullptr);
  EXPECT_EQ(plan.on_request(Sent(produce("other", 9), 9)), nullptr);
  EXPECT_NE(plan.on_request(Sent(produce("payments", 1), 9)), nullptr);
  EXPECT_EQ(plan.on_request(Sent(produce("payments", 9), 9)), nullptr);
}

TEST(Faults, OneRequestSetsOffOneFault) {
  FaultPlan plan = plan_of("refuse Produce at record 2; lose Produce at record 4");
  const Fault* first = plan.on_request(Sent(produce("t", 10), 9));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->action, FaultAction::Refuse);
  const Fault* second = plan.on_request(Sent(produce("t", 10), 9));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->action, FaultAction::Lose);
}

TEST(Faults, KnowsATopicByTheIdThatMetadataGave) {
  FaultPlan plan = plan_of("lose Produce of payments at request 1");
  const Uuid id{3, 4};
  EXPECT_EQ(plan.on_request(Sent(produce("", 1, id), 13)), nullptr);
  MetadataResponse metadata;
  auto& topic = metadata.topics.emplace_back();
  topic.name = "payments";
  topic.topic_id = id;
  Writer out;
  ASSERT_TRUE(encode_response_frame(12, 7, metadata, out).has_value());
  plan.on_response(ApiKey::Metadata, 12, out.bytes().subspan(frame_size_bytes));
  EXPECT_NE(plan.on_request(Sent(produce("", 1, id), 13)), nullptr);
}

TEST(Faults, FiresAtTheFirstCommitThatReachesAnOffset) {
  FaultPlan plan = plan_of("stall OffsetCommit of orders at offset 5");
  EXPECT_EQ(plan.on_request(Sent(commit("orders", 3), 8)), nullptr);
  EXPECT_EQ(plan.on_request(Sent(commit("orders", 3), 8)), nullptr);
  EXPECT_EQ(plan.on_request(Sent(commit("others", 9), 8)), nullptr);
  EXPECT_NE(plan.on_request(Sent(commit("orders", 6), 8)), nullptr);
}

TEST(Faults, AnswersEveryPartitionWithTheError) {
  const Sent request(produce("payments", 1), 9);
  const auto frame = error_answer(request, ErrorCode::NotEnoughReplicas);
  ASSERT_TRUE(frame.has_value());
  const auto answer =
      decode_response_frame(std::span(*frame).subspan(frame_size_bytes), ApiKey::Produce, 9);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->correlation_id, 7);
  const auto message = decode<ProduceResponse>(answer->body, 9);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->responses.at(0).partition_responses.at(0).error_code,
            static_cast<int16_t>(ErrorCode::NotEnoughReplicas));
}

TEST(Faults, AMarkSaysWhatOthersAreToDo) {
  FaultPlan plan = plan_of("mark Produce of orders at record 3 then kill node 1");
  EXPECT_EQ(plan.faults()[0].deed, "kill node 1");
  EXPECT_EQ(plan.on_request(Sent(produce("orders", 2), 9)), nullptr);
  const Fault* fired = plan.on_request(Sent(produce("orders", 1), 9));
  ASSERT_NE(fired, nullptr);
  EXPECT_EQ(fired->action, FaultAction::Mark);
  EXPECT_FALSE(FaultPlan::parse("mark Produce at request 1").has_value());
}

TEST(Faults, MakesUpNoAnswerForWhoWantsNone) {
  ProduceRequest request = produce("payments", 1);
  request.acks = 0;
  EXPECT_FALSE(error_answer(Sent(request, 9), ErrorCode::NotEnoughReplicas).has_value());
}

}  // namespace
}  // namespace kafka
