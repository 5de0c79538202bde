#include "broker/node/producer_ids.h"

#include <utility>

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
  Kraft& kraft = metadata_.kraft();
  auto decision =
      kraft.controller().decide_allocate_producer_ids(broker_id_, kraft.broker_epoch());
  if (!decision.reply) {
    serve(std::unexpected(decision.reply.error()));
    return;
  }
  const ProducerIdBlock block = *decision.reply;
  metadata_.commit(std::move(decision.records), [this, block](Result<> outcome) {
    if (outcome) {
      next_id_ = block.first_id;
      end_id_ = block.first_id + block.length;
    }
    serve(outcome);
  });
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
