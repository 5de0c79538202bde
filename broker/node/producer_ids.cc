#include "broker/node/producer_ids.h"

#include <utility>

#include "broker/node/node.h"
#include "broker/node/to_controller.h"
#include "protocol/api/67_allocate_producer_ids.h"

namespace kafka {

void ProducerIds::allocate(std::function<void(Result<int64_t>)> done) {
  if (next_id_ < end_id_) {
    done(next_id_++);
    return;
  }
  waiting_.push_back(std::move(done));
  if (waiting_.size() == 1) {
    request_block();
  }
}

void ProducerIds::request_block() {
  AllocateProducerIdsRequest request;
  request.broker_id = node_.broker_id();
  request.broker_epoch = node_.broker_epoch();
  node_.to_controller<AllocateProducerIdsRequest, AllocateProducerIdsResponse>(
      request, [this](Result<AllocateProducerIdsResponse> answer) { take_block(answer); });
}

void ProducerIds::take_block(const Result<AllocateProducerIdsResponse>& answer) {
  if (!answer) {
    serve(std::unexpected(answer.error()));
  } else if (const ErrorCode error{answer->error_code}; error != ErrorCode::None) {
    serve(fail(error, "the controller gave no producer ids"));
  } else if (answer->producer_id_len < 1) {
    serve(
        fail(ErrorCode::UnknownServerError, "the controller gave an empty block of producer ids"));
  } else {
    next_id_ = answer->producer_id_start;
    end_id_ = answer->producer_id_start + answer->producer_id_len;
    serve({});
  }
}

void ProducerIds::serve(const Result<>& outcome) {
  std::vector<std::function<void(Result<int64_t>)>> waiting;
  waiting.swap(waiting_);
  for (auto& done : waiting) {
    if (!outcome) {
      done(std::unexpected(outcome.error()));
    } else {
      allocate(std::move(done));
    }
  }
}

}  // namespace kafka
