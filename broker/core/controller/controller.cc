#include "broker/core/controller/controller.h"

#include <fmt/format.h>

#include "broker/core/check.h"

namespace kafka {

Controller::Controller(const BrokerConfig& config, Random& random)
    : config_(config),
      random_(random),
      sessions_(config.broker_session_timeout_ms, config.is_broker ? config.node_id : -1) {}

void Controller::reset(const MetadataImage& committed) {
  state_ = committed.clone();
  sessions_.reset(state_);
  next_balance_ms_ = not_started;
  next_recovery_ms_ = not_started;
}

void Controller::apply(const std::vector<MetadataRecord>& records, int64_t last_offset) {
  int64_t offset = last_offset - static_cast<int64_t>(records.size());
  for (const MetadataRecord& record : records) {
    ++offset;
    const auto applied = state_.apply(record);
    CHECK(applied.has_value(), "{} at offset {}: {}", name(record), offset,
          applied.error().message);
    note(record, offset);
  }
  state_.set_position(last_offset, state_.epoch());
}

// What the soft state learns from a record.
void Controller::note(const MetadataRecord& record, int64_t offset) {
  if (const auto* registered = std::get_if<RegisterBrokerRecord>(&record)) {
    sessions_.on_registered(registered->broker_id, registered->broker_epoch, offset);
  } else if (const auto* gone = std::get_if<UnregisterBrokerRecord>(&record)) {
    sessions_.on_unregistered(gone->broker_id);
  } else if (const auto* change = std::get_if<BrokerRegistrationChangeRecord>(&record)) {
    if (change->fenced > 0) {
      sessions_.on_fenced(change->broker_id);
    }
  } else if (const auto* config = std::get_if<ConfigRecord>(&record)) {
    if (config->name == "unclean.leader.election.enable") {
      next_recovery_ms_ = recovery_is_due;
    }
  }
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
