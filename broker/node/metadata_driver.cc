#include "broker/node/metadata_driver.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "broker/core/versions.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"

namespace kafka {

namespace {

// The answer to the alternative of RaftRequest with the same index.
template <class Request, size_t index = 0>
consteval size_t index_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<index, RaftRequest>, Request>) {
    return index;
  } else {
    return index_of<Request, index + 1>();
  }
}

template <class Request>
using AnswerTo = std::variant_alternative_t<index_of<Request>(), RaftResponse>;

template <class Request>
constexpr bool is_fetch =
    std::is_same_v<Request, FetchRequest> || std::is_same_v<Request, FetchSnapshotRequest>;

}  // namespace

void MetadataDriver::own(std::unique_ptr<Kraft> kraft, int64_t request_timeout_ms,
                         Callbacks callbacks) {
  kraft_ = std::move(kraft);
  request_timeout_ms_ = request_timeout_ms;
  callbacks_ = std::move(callbacks);
  touched_ = true;
}

// --- what goes in

void MetadataDriver::note(const Result<>& outcome) {
  touched_ = true;
  if (!outcome) {
    callbacks_.fatal(outcome.error());
  }
}

void MetadataDriver::commit(std::vector<MetadataRecord> records,
                            std::function<void(Result<>)> done) {
  if (records.empty()) {
    // Decided by records that may never be committed: a leader that is cut off would answer with what
    // nobody else will ever know.
    if (const auto pending = kraft_->last_pending_offset()) {
      await(*pending, std::move(done));
    } else {
      done({});
    }
    return;
  }
  await(kraft_->commit(std::move(records), now_ms_), std::move(done));
}

void MetadataDriver::upgrade_kraft_version(int16_t level, std::function<void(Result<>)> done) {
  await(kraft_->upgrade_kraft_version(level, now_ms_), std::move(done));
}

void MetadataDriver::await(const Result<int64_t>& offset, std::function<void(Result<>)> done) {
  if (!offset) {
    done(std::unexpected(offset.error()));
    return;
  }
  touched_ = true;
  waiting_.push_back({*offset, std::move(done)});
}

void MetadataDriver::ask(const ReplyTo& reply_to, RaftRequest request) {
  asked_.emplace(++last_request_, reply_to);
  note(kraft_->on_request(last_request_, reply_to.api_version, std::move(request), now_ms_));
}

void MetadataDriver::on_leader_gone(int32_t node_id) {
  if (!stopped_) {
    note(kraft_->on_leader_gone(node_id, now_ms_));
  }
}

void MetadataDriver::resign() {
  note(kraft_->resign(now_ms_));
}

// --- what comes out

void MetadataDriver::finish_event() {
  while (touched_ && !stopped_ && kraft_ != nullptr) {
    touched_ = false;
    flush();
    run_output();
    arm();
  }
}

void MetadataDriver::flush() {
  if (flushing_) {
    return;
  }
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
                note(kraft_->flushed(now_ms_));
              }
            });
}

void MetadataDriver::run_output() {
  KraftOutput output = kraft_->take_output();
  for (const std::string& line : output.log) {
    log_info(raft_logger, "{}", line);
  }
  std::deque<Waiting> lost;
  if (output.lost_leadership) {
    const auto first_lost = std::ranges::find_if(
        waiting_, [&](const Waiting& entry) { return entry.offset >= output.lost_at; });
    std::move(first_lost, waiting_.end(), std::back_inserter(lost));
    waiting_.erase(first_lost, waiting_.end());
  }
  if (!output.delta.empty()) {
    callbacks_.publish(output.delta);
  }
  serve_waiting();
  fail(std::move(lost));
  for (KraftOutput::Reply& reply : output.replies) {
    if (const auto asked = asked_.extract(reply.id)) {
      callbacks_.reply(asked.mapped(), reply.response);
    }
  }
  for (RaftSend& message : output.sends) {
    send(std::move(message));
  }
  note_leader(output.became_active);
}

void MetadataDriver::send(RaftSend message) {
  std::visit(
      [&]<class Request>(Request& request) {
        using Answer = AnswerTo<Request>;
        const std::string_view channel = is_fetch<Request> ? fetch_channel : vote_channel;
        if constexpr (std::is_same_v<Request, ApiVersionsRequest>) {
          request.client_software_name = "kraftlab";
          request.client_software_version = kraftlab_version;
        }
        peers_.send<Request, Answer>({message.to.host, message.to.port, std::string(channel)},
                                     request, request_timeout_ms_,
                                     [this, id = message.id](Result<Answer> answer) {
                                       if (stopped_) {
                                         return;
                                       }
                                       if (!answer) {
                                         note(kraft_->on_failed(id, answer.error().code, now_ms_));
                                         return;
                                       }
                                       RaftResponse response;
                                       response.emplace<Answer>(std::move(answer).value());
                                       note(kraft_->on_response(id, std::move(response), now_ms_));
                                     });
      },
      message.request);
}

void MetadataDriver::serve_waiting() {
  while (!waiting_.empty() && waiting_.front().offset < kraft_->high_watermark()) {
    const std::function<void(Result<>)> done = std::move(waiting_.front().done);
    waiting_.pop_front();
    done({});
  }
}

void MetadataDriver::fail(std::deque<Waiting> lost) {
  for (const Waiting& entry : lost) {
    entry.done(
        kafka::fail(ErrorCode::NotController, "this node does not lead the controllers any more"));
  }
}

void MetadataDriver::note_leader(bool became_active) {
  const Raft& raft = kraft_->raft();
  if (!became_active && raft.leader() == leader_ && raft.epoch() == epoch_) {
    return;
  }
  leader_ = raft.leader();
  epoch_ = raft.epoch();
  callbacks_.leader_moved(became_active);
}

// One timer at most: Kraft names a new deadline after each event.
void MetadataDriver::arm() {
  const int64_t next = kraft_->next_deadline_ms();
  if (next == INT64_MAX || next == armed_ms_) {
    return;
  }
  timers_.cancel(timer_);
  armed_ms_ = next;
  timer_ = timers_.run_at(std::max(next, now_ms_ + 1), now_ms_, [this] {
    armed_ms_ = INT64_MAX;
    timer_ = 0;
    if (!stopped_) {
      note(kraft_->tick(now_ms_));
    }
  });
}

void MetadataDriver::stop() {
  stopped_ = true;
  timers_.cancel(timer_);
  fail(std::exchange(waiting_, {}));
}

}  // namespace kafka
