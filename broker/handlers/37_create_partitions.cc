// CreatePartitions: raises the number of partitions of topics (KIP-195). The answer leaves when the
// new partitions are durable in the metadata log and their logs are open.
//
//   v1  throttled replies go out first    v2  flexible    v3  throttling by quota (KIP-599)
#include "protocol/api/37_create_partitions.h"

#include <utility>

#include "broker/core/controller/controller.h"
#include "broker/handlers/controller_decision.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

void fail_grown(CreatePartitionsResponse& response, const Error& error) {
  for (auto& result : response.results) {
    if (result.error_code == 0) {
      result.error_code = static_cast<int16_t>(error.code);
      result.error_message = error.message;
    }
  }
}

CreatePartitionsResponse not_controller(const CreatePartitionsRequest& request) {
  CreatePartitionsResponse response;
  for (const auto& topic : request.topics) {
    response.results.emplace_back().name = topic.name;
  }
  fail_grown(response, not_active_controller());
  return response;
}

}  // namespace

void handle_create_partitions(Node& node, Request& request) {
  const auto message = node.decode_or_close<CreatePartitionsRequest>(request);
  if (!message) {
    return;
  }
  if (!node.is_active_controller()) {
    node.reply(request.reply_to, not_controller(*message));
    return;
  }
  auto decision = node.controller().decide_create_partitions(*message);
  node.commit(std::move(decision.records),
              [&node, reply_to = request.reply_to,
               response = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_grown(response, committed.error());
                }
                node.reply(reply_to, response);
              });
}

}  // namespace kafka
