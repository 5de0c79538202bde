// park_until_settled(): a request that waits for partitions to move (broker/core/purgatory.h).
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "broker/core/purgatory.h"
#include "broker/node/node.h"

namespace kafka {

// `settle` tries to finish `pending` whenever one of the partitions moves, and for the last time
// after `timeout_ms`, when it must. Once it says so, pending.response is the answer.
template <class Pending>
void park_until_settled(Node& node, const ReplyTo& to, int32_t timeout_ms, Pending pending,
                        std::vector<TopicIdPartition> waits_for,
                        bool (*settle)(Node&, std::type_identity_t<Pending>&, bool expired)) {
  ParkedRequest parked;
  parked.reply_to = to;
  parked.deadline_ms = node.now_ms() + timeout_ms;
  parked.waits_for = std::move(waits_for);
  parked.attempt = [&node, to, settle,
                    waiting = std::make_shared<Pending>(std::move(pending))](bool expired) {
    if (!settle(node, *waiting, expired)) {
      return false;
    }
    node.reply(to, waiting->response);
    return true;
  };
  node.purgatory().park(std::move(parked));
}

}  // namespace kafka
