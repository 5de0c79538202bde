// What a run was about survives its way through the evidence; each lab's data come from the seed
// alone; a fault that did not fire makes a run worth nothing.
#include <gtest/gtest.h>

#include "broker/core/evidence.h"
#include "broker/core/faults.h"
#include "labs/common/rule.h"

namespace kraftlab {
namespace {

TEST(RunDataOfEveryLab, ComesFromTheSeedAloneAndCanBeReadBack) {
  for (const LabCode& lab : all_labs()) {
    const RunData data = lab.make_data(7);
    EXPECT_EQ(data, lab.make_data(7)) << lab.id;
    EXPECT_NE(data.lists, lab.make_data(8).lists) << lab.id;
    const auto again = parse_run_data(to_json(data));
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(*again, data) << lab.id;
  }
}

TEST(RunDataOfEveryLab, PlansFaultsThatABrokerUnderstands) {
  for (const LabCode& lab : all_labs()) {
    for (uint64_t seed = 0; seed < 50; ++seed) {
      std::string plan;
      for (const std::string& fault : lab.make_data(seed).faults) {
        plan += fault + "; ";
      }
      const auto parsed = kafka::FaultPlan::parse(plan);
      EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    }
  }
}

TEST(RunDataOfEveryLab, RulesHaveAnIdASentenceAndAnExplanation) {
  for (const LabCode& lab : all_labs()) {
    for (const Rule& rule : lab.rules) {
      EXPECT_TRUE(rule.id.starts_with(lab.id)) << rule.id;
      EXPECT_FALSE(rule.sentence.empty());
      EXPECT_NE(rule.explanation.find("Read on:"), std::string_view::npos) << rule.id;
      EXPECT_EQ(find_rule(rule.id), &rule);
    }
  }
}

TEST(RunDataOfEveryLab, RulesJudgeAnEmptyRunWithoutHarm) {
  for (const LabCode& lab : all_labs()) {
    History history;
    history.run = lab.make_data(1);
    history.end = RunEnd{};
    const Verdict verdict = judge(history, "empty");
    EXPECT_EQ(verdict.outcome, Outcome::Fail) << lab.id;
    EXPECT_EQ(verdict.findings.size(), lab.rules.size());
  }
}

TEST(RunEnd, KeepsItsStarts) {
  RunEnd end{.exit_code = 3, .timed_out = false, .duration_ms = 40, .began_us = 9, .starts = {}};
  end.starts.push_back({.act = 1, .exit_code = 137, .killed = true, .duration_ms = 5});
  const auto again = parse_run_end(to_json(end));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->starts, end.starts);
  EXPECT_EQ(again->began_us, 9);
}

TEST(Evidence, AFaultNamesItsRequest) {
  using kafka::evidence::Entry;
  Entry fault;
  fault.type = kafka::evidence::Type::Fault;
  fault.time_us = 5;
  fault.connection = 2;
  fault.sequence = 3;
  fault.text = "lose Produce of payments at record 20";
  const auto entries = kafka::evidence::read_all(std::string(kafka::evidence::kMagic) +
                                                 kafka::evidence::encode(fault));
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->at(0).text, fault.text);
  EXPECT_EQ(entries->at(0).sequence, 3u);
  EXPECT_EQ(entries->at(0).connection, 2u);
}

}  // namespace
}  // namespace kraftlab
