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

// False after answering NOT_CONTROLLER, when this node does not decide.
template <class Response>
bool decides_here(Node& node, const Request& request) {
  if (node.is_active_controller()) {
    return true;
  }
  node.reply(request.reply_to,
             failed_response<Response>(
                 {ErrorCode::NotController, "This node is not the active controller."}));
  return false;
}

// Appends the batches in order; `done` runs when all are committed, at once when there are none.
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

}  // namespace kafka
