// What the messages of the metadata quorum have in common: raft decides about them
// (core/raft/raft.h), and its answer goes back as it is, now or when it may.
#pragma once

#include <utility>

#include "broker/core/raft/raft_messages.h"
#include "broker/handlers/request.h"
#include "broker/node/node.h"

namespace kafka {

template <class Message>
void ask_raft(Node& node, Request& request) {
  if (auto message = node.decode_or_close<Message>(request)) {
    node.ask_raft(request.reply_to, RaftRequest(std::move(*message)));
  }
}

}  // namespace kafka
