// AlterUserScramCredentials: sets and removes SCRAM credentials (KIP-554). Each user has its own
// answer.
#include "broker/core/controller/controller.h"
#include "broker/core/controller/scram.h"
#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_alter_user_scram_credentials(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterUserScramCredentialsRequest>(request);
  if (!message) {
    return;
  }
  const MetadataImage& image =
      node.is_active_controller() ? node.controller().state() : node.image();
  reply_each_when_committed(node, request.reply_to, alter_scram_credentials(image, *message),
                            &AlterUserScramCredentialsResponse::results);
}

}  // namespace kafka
