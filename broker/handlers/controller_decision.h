// What the handlers of controller requests have in common: only the active controller decides, and
// the answer leaves when the records of the decision are committed.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "broker/core/controller/controller.h"
#include "broker/node/node.h"

namespace kafka {

// An answer that says nothing but what went wrong.
template <class Response>
Response failed_response(const Error& error) {
  Response response;
  response.error_code = static_cast<int16_t>(error.code);
  if constexpr (requires { response.error_message; }) {
    response.error_message = error.message;
  }
  return response;
}

inline Error not_active_controller() {
  return {ErrorCode::NotController, "This node is not the active controller."};
}

// False after answering NOT_CONTROLLER, when this node does not decide.
template <class Response>
bool decides_here(Node& node, const Request& request) {
  if (node.is_active_controller()) {
    return true;
  }
  node.reply(request.reply_to, failed_response<Response>(not_active_controller()));
  return false;
}

// Appends the batches in order; `done` runs when all are committed. When there are none it runs when
// what was decided before is (QuorumController waits likewise), which mostly is at once.
void commit_batches(Node& node, RecordBatches batches, std::function<void(Result<>)> done);

template <class Response>
void reply_when_committed(Node& node, const ReplyTo& to, RecordBatches batches, Response response) {
  commit_batches(node, std::move(batches),
                 [&node, to, response = std::move(response)](const Result<>& committed) {
                   node.reply(to,
                              committed ? response : failed_response<Response>(committed.error()));
                 });
}

template <class Response>
void reply_when_committed(Node& node, const ReplyTo& to, Decision<Response> decision) {
  RecordBatches batches;
  if (!decision.records.empty()) {
    batches.push_back(std::move(decision.records));
  }
  reply_when_committed(node, to, std::move(batches), std::move(decision.reply));
}

// For answers with one result for each thing asked: a failure stands in each that had none yet.
// `Decision` has records and a reply, `results` picks the reply's list.
template <class Decision>
void reply_each_when_committed(Node& node, const ReplyTo& to, Decision decision, auto results) {
  const auto fail_all = [results](auto& reply, const Error& error) {
    for (auto& result : std::invoke(results, reply)) {
      if (result.error_code == 0) {
        result.error_code = static_cast<int16_t>(error.code);
        result.error_message = error.message;
      }
    }
  };
  if (!node.is_active_controller()) {
    fail_all(decision.reply, not_active_controller());
    node.reply(to, decision.reply);
    return;
  }
  node.commit(std::move(decision.records),
              [&node, to, fail_all,
               reply = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_all(reply, committed.error());
                }
                node.reply(to, reply);
              });
}

}  // namespace kafka
