#include "broker/node/isr_driver.h"

#include <algorithm>
#include <utility>

#include "broker/config/broker_config.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"
#include "broker/node/to_controller.h"

namespace kafka {

void IsrDriver::start() {
  const int64_t interval_ms = std::max<int64_t>(1, node_.config().replica_lag_time_max_ms / 2);
  timers_.run_at(now_ms_ + interval_ms, now_ms_, [this] { look_for_laggards(); });
}

void IsrDriver::look_for_laggards() {
  if (stopped_) {
    return;
  }
  changes_.look_for_laggards(now_ms_);
  start();
}

void IsrDriver::finish_event() {
  if (stopped_) {
    return;
  }
  changes_.look_at_waiting(now_ms_);
  if (auto request = changes_.next(now_ms_)) {
    send(std::move(*request));
  }
  log_notes();
  arm();
}

void IsrDriver::send(AlterPartitionRequest request) {
  node_.to_controller<AlterPartitionRequest, AlterPartitionResponse>(
      request,
      [this](const Result<AlterPartitionResponse>& answer) {
        if (stopped_) {
          return;
        }
        if (answer) {
          changes_.on_response(*answer, now_ms_);
        } else {
          changes_.on_failure(now_ms_);
        }
        if (!answer && !failing_) {
          log_warn(partition_logger, "The controller does not answer an ISR change: {}",
                   answer.error().message);
        }
        failing_ = !answer.has_value();
      },
      Node::to_controller_timeout_ms, "alter-partition");
}

void IsrDriver::log_notes() {
  for (const std::string& note : changes_.take_notes()) {
    log_info(partition_logger, "{}", note);
  }
}

// An answer and a timer are events: finish_event() comes after them.
void IsrDriver::arm() {
  const int64_t next = changes_.next_deadline_ms();
  if (next >= timer_ms_) {
    return;
  }
  timer_ms_ = std::max(next, now_ms_ + 1);
  timers_.run_at(timer_ms_, now_ms_, [this] { timer_ms_ = INT64_MAX; });
}

}  // namespace kafka
