#include "broker/node/metadata_driver.h"

#include <algorithm>
#include <utility>

namespace kafka {

void MetadataDriver::own(std::unique_ptr<Kraft> kraft, Callbacks callbacks) {
  kraft_ = std::move(kraft);
  callbacks_ = std::move(callbacks);
}

void MetadataDriver::commit(std::vector<MetadataRecord> records,
                            std::function<void(Result<>)> done) {
  if (records.empty()) {
    done({});
    return;
  }
  const Result<int64_t> offset = kraft_->commit(std::move(records), now_ms_);
  if (!offset) {
    done(std::unexpected(offset.error()));
    return;
  }
  dirty_ = true;
  waiting_.push_back({*offset, std::move(done)});
}

void MetadataDriver::finish_event() {
  if (dirty_ && !flushing_ && !stopped_) {
    flush();
  }
}

void MetadataDriver::flush() {
  dirty_ = false;
  Result<std::unique_ptr<PendingSync>> sync = kraft_->begin_flush();
  if (!sync) {
    callbacks_.fatal(sync.error());
    return;
  }
  if (*sync == nullptr) {
    return;
  }
  struct Flush {
    std::unique_ptr<PendingSync> sync;
    Result<> outcome;
  };
  auto flush = std::make_shared<Flush>(Flush{std::move(*sync), {}});
  flushing_ = true;
  disk_.run([flush] { flush->outcome = flush->sync->run(); },
            [this, flush] {
              flushing_ = false;
              if (stopped_) {
                return;
              }
              if (!flush->outcome) {
                callbacks_.fatal(flush->outcome.error());
              } else {
                on_flushed();
              }
            });
}

void MetadataDriver::on_flushed() {
  const Result<MetadataDelta> delta = kraft_->flushed(now_ms_);
  if (!delta) {
    callbacks_.fatal(delta.error());
    return;
  }
  callbacks_.publish(*delta);
  while (!waiting_.empty() && waiting_.front().offset < kraft_->high_watermark()) {
    const std::function<void(Result<>)> done = std::move(waiting_.front().done);
    waiting_.pop_front();
    done({});
  }
}

void MetadataDriver::start_ticking() {
  const int64_t next = kraft_->next_deadline_ms();
  if (next == INT64_MAX || stopped_) {
    return;
  }
  timers_.run_at(std::max(next, now_ms_ + 1), now_ms_, [this] { tick(); });
}

void MetadataDriver::tick() {
  if (stopped_) {
    return;
  }
  if (const Result<> ticked = kraft_->tick(now_ms_); !ticked) {
    callbacks_.fatal(ticked.error());
    return;
  }
  dirty_ = true;
  start_ticking();
}

void MetadataDriver::stop() {
  stopped_ = true;
  std::deque<Waiting> waiting;
  waiting.swap(waiting_);
  for (const Waiting& entry : waiting) {
    entry.done(fail(ErrorCode::NotController, "this controller is shutting down"));
  }
}

}  // namespace kafka
