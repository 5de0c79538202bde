// Lab 01's rules on histories made by hand: each rule fails for its own reason, and only for it.
#include <gtest/gtest.h>

#include "labs/common/diagram.h"
#include "labs/common/rule.h"
#include "protocol/api/00_produce.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/19_create_topics.h"
#include "protocol/record_batch.h"

namespace kraftlab {
namespace {

std::string text_of(kafka::Writer& out) {
  EXPECT_TRUE(out.ok()) << out.error();
  return {reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size()};
}

template <class M>
std::string body(const M& message, int16_t version) {
  kafka::Writer out;
  EXPECT_TRUE(kafka::encode(message, version, out).has_value());
  return text_of(out);
}

kafka::Bytes batch_of(const std::vector<std::string>& values) {
  kafka::BatchBuilder builder;
  for (const std::string& value : values) {
    builder.add(1000, std::nullopt, kafka::bytes_of(value));
  }
  return builder.build();
}

// A run as it should be; tests take parts away.
class FirstMessage : public testing::Test {
 protected:
  FirstMessage() {
    history_.run = find_lab("01")->make_data(42);
    history_.end = RunEnd{};
  }

  template <class Request, class Response>
  void add(const Request& request, const Response& response, int16_t version,
           const char* client_id = "test") {
    Exchange exchange;
    exchange.frame = history_.exchanges.size() + 1;
    exchange.connection = 1;
    exchange.header = {static_cast<int16_t>(Request::key), version, 1, client_id};
    exchange.request = body(request, version);
    exchange.response = body(response, version);
    history_.exchanges.push_back(std::move(exchange));
  }

  void create_topic(int32_t partitions = 1) {
    kafka::CreateTopicsRequest request;
    request.topics.emplace_back();
    request.topics[0].name = "cities";
    request.topics[0].num_partitions = partitions;
    request.topics[0].replication_factor = 1;
    kafka::CreateTopicsResponse response;
    response.topics.emplace_back();
    response.topics[0].name = "cities";
    add(request, response, 4);
  }

  void produce(const std::vector<std::string>& values, int16_t error = 0) {
    kafka::ProduceRequest request;
    request.acks = -1;
    request.topic_data.emplace_back();
    request.topic_data[0].name = "cities";
    request.topic_data[0].partition_data.emplace_back();
    request.topic_data[0].partition_data[0].records = kafka::Records::of(batch_of(values));
    kafka::ProduceResponse response;
    response.responses.emplace_back();
    response.responses[0].name = "cities";
    auto& answer = response.responses[0].partition_responses.emplace_back();
    answer.error_code = error;
    answer.base_offset = next_offset_;
    next_offset_ += error == 0 ? static_cast<int64_t>(values.size()) : 0;
    add(request, response, 7, "console-producer");
  }

  void fetch(int64_t offset, const std::vector<std::string>& values, uint64_t connection = 1,
             bool in_session = false) {
    kafka::FetchRequest request;
    request.topics.emplace_back();
    request.topics[0].topic = "cities";
    request.topics[0].partitions.emplace_back();
    request.topics[0].partitions[0].fetch_offset = offset;
    kafka::FetchResponse response;
    response.responses.emplace_back();
    response.responses[0].topic = "cities";
    auto& answer = response.responses[0].partitions.emplace_back();
    kafka::Bytes batch = values.empty() ? kafka::Bytes{} : batch_of(values);
    if (!batch.empty()) {
      kafka::set_base_offset(batch, offset);
    }
    answer.records = kafka::Records::of(std::move(batch));
    if (in_session) {
      request.topics.clear();
    }
    add(request, response, 11, "console-consumer");
    history_.exchanges.back().connection = connection;
  }

  const std::vector<std::string>& cities() const { return history_.run.list("cities"); }

  void expect_fail(const char* rule, const char* saw) {
    const Verdict verdict = judge(history_, "test");
    ASSERT_EQ(verdict.outcome, Outcome::Fail);
    EXPECT_EQ(verdict.decisive()->rule, rule);
    EXPECT_NE(verdict.decisive()->saw.find(saw), std::string::npos) << verdict.decisive()->saw;
  }

  History history_;
  int64_t next_offset_ = 0;
};

TEST_F(FirstMessage, AnAnswerInASessionIsToItsOwnConnection) {
  create_topic();
  fetch(0, {}, 7);
  produce(cities());
  fetch(12, {}, 8);
  fetch(0, cities(), 7, true);
  EXPECT_EQ(judge(history_, "test").outcome, Outcome::Pass);
}

TEST_F(FirstMessage, CreateWriteReadPasses) {
  create_topic();
  produce(cities());
  fetch(0, cities());
  const Verdict verdict = judge(history_, "test");
  EXPECT_EQ(verdict.outcome, Outcome::Pass) << render(verdict, {});
}

TEST_F(FirstMessage, AnAutoCreatedTopicFailsRule1) {
  produce(cities());
  fetch(0, cities());
  expect_fail("01.1", "the broker had created it by itself");
}

TEST_F(FirstMessage, OtherPartitionCountsFailRule1) {
  create_topic(3);
  produce(cities());
  fetch(0, cities());
  expect_fail("01.1", "num_partitions = 3");
}

TEST_F(FirstMessage, AMissingCityFailsRule2) {
  create_topic();
  produce({cities().begin(), cities().end() - 1});
  fetch(0, cities());
  expect_fail("01.2", "the first difference is at place 12");
}

TEST_F(FirstMessage, ARefusedProduceIsNotWritten) {
  create_topic();
  produce(cities(), static_cast<int16_t>(kafka::ErrorCode::NotLeaderOrFollower));
  fetch(0, {});
  expect_fail("01.2", "was answered NOT_LEADER_OR_FOLLOWER");
}

TEST_F(FirstMessage, ATwiceWrittenCityFailsRule2) {
  create_topic();
  produce(cities());
  produce({cities().back()});
  fetch(0, cities());
  expect_fail("01.2", "13 records");
}

TEST_F(FirstMessage, NoConsumerFailsRule3) {
  create_topic();
  produce(cities());
  expect_fail("01.3", "no Fetch names cities; 1 connection produced to it");
}

TEST_F(FirstMessage, ReadingFromTheEndFailsRule4) {
  create_topic();
  produce(cities());
  fetch(12, {});
  expect_fail("01.4", "asks from offset 12; 0 of 12 records came");
}

TEST_F(FirstMessage, StoppingEarlyFailsRule4) {
  create_topic();
  produce(cities());
  fetch(0, {cities().begin(), cities().begin() + 5});
  expect_fail("01.4", "5 of 12 records came");
}

TEST_F(FirstMessage, AReaderThatWaitedForTheWriterPasses) {
  create_topic();
  fetch(0, {});
  produce({cities().begin(), cities().begin() + 5});
  fetch(0, {cities().begin(), cities().begin() + 5});
  produce({cities().begin() + 5, cities().end()});
  fetch(5, {cities().begin() + 5, cities().end()});
  const Verdict verdict = judge(history_, "test");
  EXPECT_EQ(verdict.outcome, Outcome::Pass) << render(verdict, {});
}

TEST_F(FirstMessage, EvidenceWithoutAnEndIsInconclusive) {
  create_topic();
  history_.end.reset();
  EXPECT_EQ(judge(history_, "test").outcome, Outcome::Inconclusive);
}

TEST_F(FirstMessage, FullEvidenceIsInconclusive) {
  history_.full = true;
  EXPECT_EQ(judge(history_, "test").outcome, Outcome::Inconclusive);
}

TEST(LabData, TheSameSeedMakesTheSameCities) {
  const LabCode* lab = find_lab("01");
  EXPECT_EQ(to_json(lab->make_data(7)), to_json(lab->make_data(7)));
  EXPECT_NE(lab->make_data(7).lists, lab->make_data(8).lists);
}

TEST(LabData, ARunsDescriptionSurvivesItsJson) {
  const RunData data = find_lab("01")->make_data(7);
  auto read = parse_run_data(to_json(data));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->lists, data.lists);
  EXPECT_FALSE(parse_run_data("{}").has_value());
}

TEST_F(FirstMessage, AFaultThatDidNotFireMakesTheRunInconclusive) {
  create_topic();
  produce(cities());
  fetch(0, cities());
  history_.run.faults = {"lose Produce of cities at request 1"};
  const Verdict verdict = judge(history_, "test");
  EXPECT_EQ(verdict.outcome, Outcome::Inconclusive);
  EXPECT_NE(verdict.trouble.find("did not fire"), std::string::npos);
  history_.exchanges[1].fault = history_.run.faults[0];
  EXPECT_EQ(judge(history_, "test").outcome, Outcome::Pass);
  EXPECT_EQ(history_.fault_line(0),
            "the answer to frame 2 (Produce) was lost after the broker had done it (fired)");
}

TEST_F(FirstMessage, TheDrawingFoldsLikeStepsAndMarksFaults) {
  create_topic();
  for (size_t i = 0; i < 5; ++i) {
    produce({cities()[i]});
  }
  produce({cities()[5]});
  history_.exchanges.back().fault = "lose Produce of cities at request 6";
  const std::string drawing = draw_run(history_);
  EXPECT_NE(drawing.find("CreateTopics cities"), std::string::npos) << drawing;
  EXPECT_NE(drawing.find("Produce cities-0, 5 records (5 requests)"), std::string::npos) << drawing;
  EXPECT_NE(drawing.find("offset 5   ✗ the answer was lost"), std::string::npos) << drawing;
}

}  // namespace
}  // namespace kraftlab
