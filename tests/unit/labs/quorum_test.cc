// Lab 15 on histories made by hand: a topic counts in the step whose topic it is.
#include "protocol/api/19_create_topics.h"
#include "tests/unit/labs/history_fixture.h"

namespace kraftlab {
namespace {

class Quorum : public HandMadeHistory {
 protected:
  Quorum() : HandMadeHistory("15") { node_ = 4; }

  void create(size_t step, bool done) {
    kafka::CreateTopicsRequest request;
    request.topics.emplace_back().name = history_.run.acts.at(step).at("TOPIC");
    kafka::CreateTopicsResponse response;
    auto& answered = response.topics.emplace_back();
    answered.name = request.topics[0].name;
    answered.error_code =
        done ? int16_t{0} : static_cast<int16_t>(kafka::ErrorCode::RequestTimedOut);
    add("runbook", request, response, 5);
  }

  void report(size_t step) {
    produce("runbook", "events", {history_.run.acts.at(step).at("STEP") + " leader=1"});
  }
};

TEST_F(Quorum, ATopicIsCreatedInItsStep) {
  deed("answer topics_created_without_quorum=no");
  for (size_t step = 0; step < 5; ++step) {
    create(step, step != 3);
    report(step);
  }
  EXPECT_EQ(found_by("15.5").outcome, Outcome::Pass);
}

TEST_F(Quorum, ATopicThatWasCreatedAheadDoesNotCount) {
  deed("answer topics_created_without_quorum=no");
  for (size_t step = 0; step < 5; ++step) {
    create(step, true);
  }
  for (size_t step = 0; step < 5; ++step) {
    report(step);
  }
  const Finding finding = found_by("15.5");
  EXPECT_EQ(finding.outcome, Outcome::Fail);
  EXPECT_NE(finding.saw.find("step leader_isolated"), std::string::npos) << finding.saw;
}

}  // namespace
}  // namespace kraftlab
