// AllocateProducerIds: a broker takes a block of producer ids that nobody else will ever get
// (KIP-730). It hands them out to its producers one by one.
#include "protocol/api/67_allocate_producer_ids.h"

#include "broker/handlers/controller_decision.h"

namespace kafka {

void handle_allocate_producer_ids(Node& node, Request& request) {
  const auto message = node.decode_or_close<AllocateProducerIdsRequest>(request);
  if (!message || !decides_here<AllocateProducerIdsResponse>(node, request)) {
    return;
  }
  auto decision =
      node.controller().decide_allocate_producer_ids(message->broker_id, message->broker_epoch);
  if (!decision.reply) {
    node.reply(request.reply_to,
               failed_response<AllocateProducerIdsResponse>(decision.reply.error()));
    return;
  }
  AllocateProducerIdsResponse response;
  response.producer_id_start = decision.reply->first_id;
  response.producer_id_len = decision.reply->length;
  reply_when_committed(node, request.reply_to, {std::move(decision.records)}, response);
}

}  // namespace kafka
