// ControllerRegistration: a controller of the quorum says where it listens and which features it
// supports (KIP-919), whenever it starts. Sent to the active controller.
#include "protocol/api/70_controller_registration.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_controller_registration(Node& node, Request& request) {
  const auto message = node.decode_or_close<ControllerRegistrationRequest>(request);
  if (!message || !decides_here<ControllerRegistrationResponse>(node, request)) {
    return;
  }
  reply_when_committed(node, request.reply_to,
                       node.controller().decide_register_controller(*message));
}

}  // namespace kafka
