// The dispatch table: which API key runs which handler, on which listeners.
//
// The array in registry.cc is the whole truth: what has no row is not advertised by ApiVersions and
// closes the connection that asks for it. Versions come from protocol/api_keys.h.
//
// What only the active controller can decide says so in its row: a broker that is not the active
// controller passes it on in an Envelope (58_envelope.h), so that its handler always runs where
// the decision is made. On a controller's own listener it runs in any case, and says NOT_CONTROLLER.
//
// A handler is `void handle_x(Node&, Request&)` in handlers/NN_x.cc. It answers through
// node.reply(request.reply_to, response), now or later, exactly once.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/api_keys.h"

namespace kafka {

class Node;
struct Request;

using Handler = void (*)(Node&, Request&);

enum class Listeners : uint8_t { Broker = 1, Controller = 2, Both = 3 };

enum class DecidedBy : uint8_t { ThisNode, Controller };

struct RegistryRow {
  ApiKey key;
  Handler handler;
  Listeners listeners;
  DecidedBy decided_by = DecidedBy::ThisNode;

  bool serves(bool controller_listener) const {
    return (static_cast<uint8_t>(listeners) & (controller_listener ? 2 : 1)) != 0;
  }
};

// All rows, ordered by key.
std::span<const RegistryRow> registry();

// The row of a key on this kind of listener, or null.
const RegistryRow* find_handler(int16_t api_key, bool controller_listener);

}  // namespace kafka
