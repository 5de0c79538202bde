// The simulation as a test: some seeds within a fixed budget of real time, and that a seed decides
// everything. KRAFTLAB_SIM_SEEDS=1000 runs more of them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "tests/sim/bug_hunt.h"
#include "tests/sim/simulation.h"

namespace kafka::sim {
namespace {

uint64_t seeds_wanted() {
  const char* text = std::getenv("KRAFTLAB_SIM_SEEDS");
  return text == nullptr ? 60 : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, NoRuleIsBroken) {
  const auto began = std::chrono::steady_clock::now();
  const bool unbounded = std::getenv("KRAFTLAB_SIM_SEEDS") != nullptr;
  uint64_t ran = 0;
  for (uint64_t seed = 1; seed <= seeds_wanted(); ++seed, ++ran) {
    const Outcome outcome = run_seed({.seed = seed, .shape = {}, .without = {}});
    ASSERT_TRUE(outcome.ok()) << "seed " << seed << ": " << outcome.rule << ": " << outcome.what
                              << "\nsee it with: kraftlab-sim --seed " << seed << " --trace";
    if (!unbounded && std::chrono::steady_clock::now() - began > std::chrono::seconds(15)) {
      break;  // a slow machine
    }
  }
  EXPECT_GT(ran, 0U);
}

TEST(Simulation, EverySeedHasItsFaults) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_GE(run_seed({.seed = seed, .shape = {}, .without = {}}).faults.size(), 10U);
  }
}

TEST(Simulation, TheSameSeedIsTheSameRun) {
  for (const uint64_t seed : {7, 8}) {
    const Outcome first = run_seed({.seed = seed, .shape = {}, .without = {}});
    const Outcome second = run_seed({.seed = seed, .shape = {}, .without = {}});
    EXPECT_EQ(first.hash, second.hash) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
    EXPECT_NE(first.hash, run_seed({.seed = seed + 100, .shape = {}, .without = {}}).hash);
  }
}

TEST(Simulation, TellingTheStoryDoesNotChangeIt) {
  const Outcome silent = run_seed({.seed = 9, .shape = {}, .without = {}});
  const Outcome told = run_seed({.seed = 9, .shape = {}, .without = {}, .trace = true});
  EXPECT_EQ(silent.hash, told.hash);
  EXPECT_FALSE(told.story.empty());
}

#ifdef KRAFTLAB_BUGS
// All of them: kraftlab-sim --bugs.
TEST(Simulation, ADeliberateBugIsCaught) {
  for (const char* bug : {"high-watermark-ignores-followers", "leader-outside-isr",
                          "acks-all-does-not-wait", "duplicates-taken",
                          "coordinator-does-not-load"}) {
    ASSERT_TRUE(set_bug(bug)) << bug;
    bool caught = false;
    for (uint64_t seed = 1; seed <= 40 && !caught; ++seed) {
      caught = !run_seed({.seed = seed, .shape = {}, .without = {}}).ok();
    }
    set_bug("");
    EXPECT_TRUE(caught) << bug;
  }
}
#endif

}  // namespace
}  // namespace kafka::sim
