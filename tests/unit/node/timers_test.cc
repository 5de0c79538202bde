#include "broker/io/timers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kafka {
namespace {

struct TimersTest : testing::Test {
  std::vector<int64_t> alarms;
  Timers timers{[this](int64_t delay_ms) { alarms.push_back(delay_ms); }};
  std::string ran;
  std::function<void()> note(char c) {
    return [this, c] { ran += c; };
  }
};

TEST_F(TimersTest, RunInTheOrderOfTheirTimes) {
  timers.run_at(30, 0, note('c'));
  timers.run_at(10, 0, note('a'));
  timers.run_at(20, 0, note('b'));
  timers.run_due(25);
  EXPECT_EQ(ran, "ab");
  timers.run_due(30);
  EXPECT_EQ(ran, "abc");
}

TEST_F(TimersTest, TheAlarmMovesOnlyForAnEarlierTime) {
  timers.run_at(100, 0, note('a'));
  timers.run_at(200, 0, note('b'));
  timers.run_at(50, 0, note('c'));
  EXPECT_EQ(alarms, (std::vector<int64_t>{100, 50}));
}

TEST_F(TimersTest, ACancelledTimerDoesNotRun) {
  const TimerId timer = timers.run_at(10, 0, note('a'));
  timers.run_at(10, 0, note('b'));
  timers.cancel(timer);
  timers.run_due(10);
  EXPECT_EQ(ran, "b");
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(TimersTest, ATimerSetByATimerWaitsItsTurn) {
  timers.run_at(10, 0, [&] {
    ran += 'a';
    timers.run_at(5, 10, note('b'));
  });
  timers.run_due(10);
  EXPECT_EQ(ran, "a");
  EXPECT_EQ(alarms.back(), 0);
  timers.run_due(10);
  EXPECT_EQ(ran, "ab");
}

TEST_F(TimersTest, ManyCancelledTimersAreSwept) {
  for (int i = 0; i < 100'000; ++i) {
    timers.cancel(timers.run_at(1'000'000 + i, 0, note('x')));
  }
  timers.run_at(1, 0, note('y'));
  timers.run_due(2'000'000);
  EXPECT_EQ(ran, "y");
}

}  // namespace
}  // namespace kafka
