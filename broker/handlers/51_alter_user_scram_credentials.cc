// AlterUserScramCredentials: sets and removes SCRAM credentials (KIP-554). Each user has its own
// answer.
#include "broker/core/controller/controller.h"
#include "broker/core/controller/scram.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

void fail_altered(AlterUserScramCredentialsResponse& response, const Error& error) {
  for (auto& result : response.results) {
    if (result.error_code == 0) {
      result.error_code = static_cast<int16_t>(error.code);
      result.error_message = error.message;
    }
  }
}

}  // namespace

void handle_alter_user_scram_credentials(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterUserScramCredentialsRequest>(request);
  if (!message) {
    return;
  }
  const MetadataImage& image =
      node.is_active_controller() ? node.controller().state() : node.image();
  ScramAlteration decision = alter_scram_credentials(image, *message);
  if (!node.is_active_controller()) {
    fail_altered(decision.reply,
                 {ErrorCode::NotController, "This node is not the active controller."});
    node.reply(request.reply_to, decision.reply);
    return;
  }
  node.commit(std::move(decision.records),
              [&node, reply_to = request.reply_to,
               response = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_altered(response, committed.error());
                }
                node.reply(reply_to, response);
              });
}

}  // namespace kafka
