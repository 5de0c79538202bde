// DeleteTopics: by name or by id. The answer leaves when the removal is durable; the logs have
// their -delete names by then, and go after file.delete.delay.ms.
//
//   v1  throttled replies go out first    v4  flexible
//   v2  throttling by quota               v5  error messages (KIP-599)
//   v3  TOPIC_DELETION_DISABLED           v6  topic ids (KIP-516)
#include "protocol/api/20_delete_topics.h"

#include <utility>

#include "broker/core/controller/controller.h"
#include "broker/handlers/controller_decision.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

void fail_deleted(DeleteTopicsResponse& response, const Error& error) {
  for (auto& result : response.responses) {
    if (result.error_code == 0) {
      result.error_code = static_cast<int16_t>(error.code);
      result.error_message = error.message;
    }
  }
}

DeleteTopicsResponse not_controller(const DeleteTopicsRequest& request) {
  DeleteTopicsResponse response;
  for (const auto& topic : request.topics) {
    auto& result = response.responses.emplace_back();
    result.name = topic.name;
    result.topic_id = topic.topic_id;
  }
  for (const std::string& name : request.topic_names) {
    response.responses.emplace_back().name = name;
  }
  fail_deleted(response, not_active_controller());
  return response;
}

}  // namespace

void handle_delete_topics(Node& node, Request& request) {
  const auto message = node.decode_or_close<DeleteTopicsRequest>(request);
  if (!message) {
    return;
  }
  if (!node.is_active_controller()) {
    node.reply(request.reply_to, not_controller(*message));
    return;
  }
  auto decision = node.controller().decide_delete_topics(*message, request.version());
  node.commit(std::move(decision.records),
              [&node, reply_to = request.reply_to,
               response = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_deleted(response, committed.error());
                }
                node.reply(reply_to, response);
              });
}

}  // namespace kafka
