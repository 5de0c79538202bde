#include "broker/core/controller/controller.h"

#include <fmt/format.h>

#include "broker/core/check.h"

namespace kafka {

Controller::Controller(const BrokerConfig& config, Random& random)
    : config_(config), random_(random) {}

void Controller::reset(const MetadataImage& committed) {
  state_ = committed.clone();
}

void Controller::apply(const std::vector<MetadataRecord>& records, int64_t last_offset) {
  for (const MetadataRecord& record : records) {
    const auto applied = state_.apply(record);
    CHECK(applied.has_value(), "{} before offset {}: {}", name(record), last_offset,
          applied.error().message);
  }
  state_.set_position(last_offset, state_.epoch());
}

Decision<Result<ProducerIdBlock>> Controller::decide_allocate_producer_ids(
    int32_t broker_id, int64_t broker_epoch) const {
  Decision<Result<ProducerIdBlock>> decision;
  const auto broker = registered(broker_id, broker_epoch);
  if (!broker) {
    decision.reply = std::unexpected(broker.error());
    return decision;
  }
  const int64_t first_id = state_.next_producer_id();
  if (first_id > INT64_MAX - producer_id_block_size) {
    decision.reply = fail(ErrorCode::UnknownServerError, "All producer ids have been used up.");
    return decision;
  }
  ProducerIdsRecord record;
  record.broker_id = broker_id;
  record.broker_epoch = broker_epoch;
  record.next_producer_id = first_id + producer_id_block_size;
  decision.records.emplace_back(std::move(record));
  decision.reply = ProducerIdBlock{first_id, static_cast<int32_t>(producer_id_block_size)};
  return decision;
}

}  // namespace kafka
