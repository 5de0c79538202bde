// The simulation as a test: some seeds within a fixed budget of real time, and that a seed decides
// everything. KRAFTLAB_SIM_SEEDS=1000 runs more of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "tests/sim/bug_hunt.h"
#include "tests/sim/shrink.h"
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

TEST(Shrink, LeavesWhatIsNeeded) {
  std::vector<size_t> faults(40);
  std::iota(faults.begin(), faults.end(), 0U);
  const auto has = [](const std::vector<size_t>& some, size_t item) {
    return std::ranges::find(some, item) != some.end();
  };
  const Shrunk three = shrink_list(faults, 300, [&](const std::vector<size_t>& some) {
    return has(some, 3) && has(some, 17) && has(some, 39);
  });
  EXPECT_EQ(three.needed, (std::vector<size_t>{3, 17, 39}));
  EXPECT_LT(three.runs, 100);
  const Shrunk either = shrink_list(faults, 300, [&](const std::vector<size_t>& some) {
    return has(some, 8) || (has(some, 20) && has(some, 21));
  });
  EXPECT_TRUE(either.needed == std::vector<size_t>{8} ||
              either.needed == (std::vector<size_t>{20, 21}));
  EXPECT_TRUE(shrink_list(faults, 300, [](const auto&) { return true; }).needed.empty());
}

TEST(Shrink, EndsWhenItsRunsAreUsedUp) {
  std::vector<size_t> faults(40);
  std::iota(faults.begin(), faults.end(), 0U);
  const Shrunk shrunk = shrink_list(faults, 7, [](const auto&) { return false; });
  EXPECT_EQ(shrunk.runs, 7);
  EXPECT_EQ(shrunk.needed, faults);
}

#ifdef KRAFTLAB_BUGS
TEST(Shrink, AFailingSeedStillFailsWithFewFaults) {
  ASSERT_TRUE(set_bug("unclean-shutdown-trusted"));
  RunOptions options{.seed = 0, .shape = {}, .without = {}};
  Outcome failed;
  do {
    ++options.seed;
    failed = run_seed(options);
  } while (failed.ok() && options.seed < 100);
  ASSERT_FALSE(failed.ok());
  options.without = shrink(options, failed, [](const std::string&) {});
  EXPECT_LE(failed.faults.size() - options.without.size(), 5U);
  EXPECT_FALSE(run_seed(options).ok());
  set_bug("");
}

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
