// InitProducerId: a producer id for an idempotent producer, with epoch 0. Ids come from the
// broker's block of 1000; a used-up block waits for the controller's next one.
//
// A transactional id needs a transaction coordinator, which is not there yet. It is refused with
// UNSUPPORTED_VERSION, because stock clients report that as what it is, a missing ability of this
// broker, and stop; the coordinator's own errors would be retried, and the authorization errors
// would send people looking for ACLs. An empty transactional id is INVALID_REQUEST as in Kafka.
//
//   v3  producer_id and epoch, to go on after an error (KIP-360): without transactions a new id is
//       given all the same    v4  PRODUCER_FENCED    v5  TRANSACTION_ABORTABLE (KIP-890)
#include "protocol/api/22_init_producer_id.h"

#include "broker/node/node.h"

namespace kafka {

void handle_init_producer_id(Node& node, Request& request) {
  const auto message = node.decode_or_close<InitProducerIdRequest>(request);
  if (!message) {
    return;
  }
  InitProducerIdResponse response;
  response.producer_epoch = -1;
  if (message->transactional_id) {
    const ErrorCode error = message->transactional_id->empty() ? ErrorCode::InvalidRequest
                                                               : ErrorCode::UnsupportedVersion;
    response.error_code = static_cast<int16_t>(error);
    node.reply(request.reply_to, response);
    return;
  }
  node.allocate_producer_id([&node, to = request.reply_to, response](Result<int64_t> id) mutable {
    if (id) {
      response.producer_id = *id;
      response.producer_epoch = 0;
    } else {
      response.error_code = static_cast<int16_t>(id.error().code);
    }
    node.reply(to, response);
  });
}

}  // namespace kafka
