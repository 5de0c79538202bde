// What only the active controller can decide, asked of a broker: passed on in an Envelope, and the
// answer handed back as it came. 58_envelope.cc has both sides.
#pragma once

#include "broker/handlers/registry.h"
#include "broker/handlers/request.h"

namespace kafka {

class Node;

// Answers the request with what the active controller says. When none is found in time, `handler`
// answers here: it says NOT_CONTROLLER in the words of its own API.
void forward_to_controller(Node& node, const Request& request, Handler handler);

}  // namespace kafka
