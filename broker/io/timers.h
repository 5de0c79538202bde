// Timers: functions that run at a time, in one heap behind the loop's one alarm.
//
// A cancelled timer leaves its entry in the heap until its time comes, so that the many timers that
// never fire (a fetch that waits and is answered) cost no system call: the alarm moves only when an
// earlier time than all others arrives. When most entries are dead the heap is swept.
//
// Time is wall-clock milliseconds as the node reads it; delays are measured by the steady clock of
// the alarm, so a step of the wall clock delays a timer at most until the next one.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace kafka {

using TimerId = uint64_t;  // 0 is no timer

class Timers {
 public:
  // `set_alarm(delay_ms)` asks for a call of run_due() then.
  explicit Timers(std::function<void(int64_t)> set_alarm) : set_alarm_(std::move(set_alarm)) {}

  TimerId run_at(int64_t at_ms, int64_t now_ms, std::function<void()> function);
  void cancel(TimerId timer);

  // Runs what is due and sets the alarm for the next. A timer that a timer sets waits its turn.
  void run_due(int64_t now_ms);

  size_t size() const { return functions_.size(); }

 private:
  struct Entry {
    int64_t at_ms;
    TimerId id;
    bool operator<(const Entry& other) const {  // std heaps keep the largest in front
      return at_ms != other.at_ms ? at_ms > other.at_ms : id > other.id;
    }
  };

  void drop_dead();
  void arm(int64_t now_ms);

  std::function<void(int64_t)> set_alarm_;
  std::vector<Entry> heap_;
  std::unordered_map<TimerId, std::function<void()>> functions_;
  TimerId last_id_ = 0;
  int64_t alarm_ms_ = INT64_MAX;  // when the alarm rings
};

}  // namespace kafka
