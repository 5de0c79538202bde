#include "broker/io/timers.h"

#include <algorithm>
#include <utility>

namespace kafka {

namespace {
constexpr size_t dead_entries_min = 1024;  // below this nobody sweeps
}

TimerId Timers::run_at(int64_t at_ms, int64_t now_ms, std::function<void()> function) {
  const TimerId id = ++last_id_;
  functions_.emplace(id, std::move(function));
  heap_.push_back({at_ms, id});
  std::push_heap(heap_.begin(), heap_.end());
  if (at_ms < alarm_ms_) {
    arm(now_ms);
  }
  return id;
}

void Timers::cancel(TimerId timer) {
  functions_.erase(timer);
  if (heap_.size() > dead_entries_min && heap_.size() > functions_.size() * 2) {
    drop_dead();
  }
}

void Timers::drop_dead() {
  std::erase_if(heap_, [&](const Entry& entry) { return !functions_.contains(entry.id); });
  std::make_heap(heap_.begin(), heap_.end());
}

void Timers::run_due(int64_t now_ms) {
  alarm_ms_ = INT64_MAX;
  const TimerId newest = last_id_;
  std::vector<Entry> waits_its_turn;
  while (!heap_.empty() && heap_.front().at_ms <= now_ms) {
    std::pop_heap(heap_.begin(), heap_.end());
    const Entry entry = heap_.back();
    heap_.pop_back();
    if (entry.id > newest) {
      waits_its_turn.push_back(entry);
      continue;
    }
    if (auto due = functions_.extract(entry.id)) {
      due.mapped()();
    }
  }
  for (const Entry& entry : waits_its_turn) {
    heap_.push_back(entry);
    std::push_heap(heap_.begin(), heap_.end());
  }
  arm(now_ms);
}

void Timers::arm(int64_t now_ms) {
  if (heap_.empty()) {
    return;
  }
  alarm_ms_ = heap_.front().at_ms;
  set_alarm_(std::max<int64_t>(0, alarm_ms_ - now_ms));
}

}  // namespace kafka
