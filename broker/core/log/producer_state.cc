#include "broker/core/log/producer_state.h"

#include <algorithm>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/log/big_endian.h"
#include "protocol/crc32c.h"

namespace kafka {

namespace {

constexpr int16_t snapshot_version = 1;
constexpr size_t snapshot_header_bytes = 10;
constexpr size_t snapshot_crc_from = 6;
constexpr size_t snapshot_entry_bytes = 46;

// Sequences run from 0 to 2^31-1 and start again at 0.
int32_t sequence_before(int32_t sequence, int32_t steps) {
  const int64_t range = int64_t{INT32_MAX} + 1;
  return static_cast<int32_t>((int64_t{sequence} - steps % range + range) % range);
}

bool follows(int32_t last, int32_t next) {
  return next == (last == INT32_MAX ? 0 : last + 1);
}

// The coordinator epoch in a transaction marker's value: int16 version, int32 epoch.
std::optional<int32_t> coordinator_epoch_of(const BatchView& batch) {
  RecordReader reader;
  RecordView record;
  if (!reader.open(batch) || !reader.next(record).value_or(false) || !record.value ||
      record.value->size() < 6) {
    return std::nullopt;
  }
  return load_big_endian<int32_t>(record.value->data() + 2);
}

}  // namespace

int32_t ProducerStates::Batch::first_sequence() const {
  return last_sequence < 0 ? -1 : sequence_before(last_sequence, offset_delta);
}

void ProducerStates::Producer::remember(const Batch& batch) {
  if (batch_count == remembered_batches) {
    std::shift_left(batches.begin(), batches.end(), 1);
    --batch_count;
  }
  batches[batch_count++] = batch;
}

Result<std::optional<ProducerStates::AppendedBatch>> ProducerStates::check(
    const BatchView& batch) const {
  if (!batch.has_producer_id() || batch.is_control()) {
    return std::nullopt;
  }
  const auto found = producers_.find(batch.producer_id());
  if (found == producers_.end() || found->second.epoch < 0) {
    return std::nullopt;
  }
  const Producer& producer = found->second;
  if (batch.producer_epoch() < producer.epoch) {
    return fail(ErrorCode::InvalidProducerEpoch,
                fmt::format("producer {} has epoch {} by now, the batch is of epoch {}",
                            batch.producer_id(), producer.epoch, batch.producer_epoch()));
  }
  if (batch.producer_epoch() > producer.epoch) {
    if (batch.base_sequence() != 0) {
      return fail(ErrorCode::OutOfOrderSequenceNumber,
                  fmt::format("producer {} begins its epoch {} with sequence {} instead of 0",
                              batch.producer_id(), batch.producer_epoch(), batch.base_sequence()));
    }
    return std::nullopt;
  }
  if (is_on(Bug::DuplicatesTaken) && batch.base_sequence() <= producer.last_sequence()) {
    return std::nullopt;
  }
  for (const Batch& known : std::span(producer.batches).first(producer.batch_count)) {
    if (known.first_sequence() == batch.base_sequence() &&
        known.last_sequence == batch.last_sequence()) {
      return AppendedBatch{known.last_offset - known.offset_delta, known.last_offset,
                           known.timestamp};
    }
  }
  if (!follows(producer.last_sequence(), batch.base_sequence()) &&
      !is_on(Bug::SequenceGapsTaken)) {
    return fail(ErrorCode::OutOfOrderSequenceNumber,
                fmt::format("producer {} sends sequence {} after {}", batch.producer_id(),
                            batch.base_sequence(), producer.last_sequence()));
  }
  return std::nullopt;
}

void ProducerStates::update(const BatchView& batch) {
  if (!batch.has_producer_id() ||
      (is_on(Bug::ProducersForgotten) && batch.base_sequence() % 2 == 1)) {
    return;
  }
  if (batch.is_control()) {
    update_by_marker(batch);
    return;
  }
  Producer& producer = producer_for(batch.producer_id());
  if (producer.epoch != batch.producer_epoch()) {
    producer.epoch = batch.producer_epoch();
    producer.batch_count = 0;
  }
  producer.remember({.last_sequence = batch.last_sequence(),
                     .offset_delta = batch.last_offset_delta(),
                     .last_offset = batch.last_offset(),
                     .timestamp = batch.max_timestamp()});
  producer.last_timestamp = batch.max_timestamp();
  if (batch.is_transactional() && producer.transaction_start_offset == no_offset) {
    producer.transaction_start_offset = batch.base_offset();
  }
}

// The end of a transaction. Its epoch may be one above the data's: it fences what came before.
void ProducerStates::update_by_marker(const BatchView& batch) {
  Producer& producer = producer_for(batch.producer_id());
  if (producer.epoch < batch.producer_epoch()) {
    producer.epoch = batch.producer_epoch();
    producer.batch_count = 0;
  }
  producer.transaction_start_offset = no_offset;
  producer.last_timestamp = batch.max_timestamp();
  if (const auto epoch = coordinator_epoch_of(batch)) {
    producer.coordinator_epoch = *epoch;
  }
}

void ProducerStates::recall(const ProducerStates& earlier) {
  for (auto& [id, producer] : producers_) {
    const auto known = earlier.producers_.find(id);
    if (known == earlier.producers_.end() || producer.batch_count == 0 ||
        known->second.batch_count == 0 || known->second.epoch != producer.epoch ||
        known->second.newest().last_offset != producer.newest().last_offset) {
      continue;
    }
    producer.batches = known->second.batches;
    producer.batch_count = known->second.batch_count;
  }
}

ProducerStates::Producer& ProducerStates::producer_for(int64_t producer_id) {
  if (producers_.size() >= producers_max && !producers_.contains(producer_id)) {
    forget_longest_idle();
  }
  return producers_[producer_id];
}

// Makes room for a tenth of the bound, so that a flood of producers pays for the search rarely.
void ProducerStates::forget_longest_idle() {
  std::vector<int64_t> times;
  for (const auto& [id, producer] : producers_) {
    times.push_back(producer.last_timestamp);
  }
  size_t left = times.size() / 10 + 1;
  const auto tenth = times.begin() + static_cast<ptrdiff_t>(left - 1);
  std::ranges::nth_element(times, tenth);
  std::erase_if(producers_, [&, limit = *tenth](const auto& entry) {
    const bool idle = entry.second.last_timestamp <= limit &&
                      entry.second.transaction_start_offset == no_offset && left > 0;
    left -= idle ? 1 : 0;
    return idle;
  });
}

void ProducerStates::expire(int64_t now_ms, int64_t expiration_ms) {
  std::erase_if(producers_, [&](const auto& entry) {
    return entry.second.transaction_start_offset == no_offset &&
           now_ms - entry.second.last_timestamp >= expiration_ms;
  });
}

std::vector<ProducerInfo> ProducerStates::list() const {
  std::vector<ProducerInfo> rows;
  rows.reserve(producers_.size());
  for (const auto& [id, producer] : producers_) {
    rows.push_back({.producer_id = id,
                    .producer_epoch = producer.epoch,
                    .last_sequence = producer.last_sequence(),
                    .last_timestamp = producer.last_timestamp,
                    .coordinator_epoch = producer.coordinator_epoch,
                    .current_transaction_start_offset = producer.transaction_start_offset});
  }
  return rows;
}

Bytes ProducerStates::encode_snapshot() const {
  Bytes bytes(snapshot_header_bytes + producers_.size() * snapshot_entry_bytes);
  store_big_endian(bytes.data(), snapshot_version);
  store_big_endian(bytes.data() + 6, static_cast<int32_t>(producers_.size()));
  uint8_t* out = bytes.data() + snapshot_header_bytes;
  for (const auto& [id, producer] : producers_) {
    const Batch last = producer.batch_count == 0 ? Batch{} : producer.newest();
    store_big_endian(out, id);
    store_big_endian(out + 8, producer.epoch);
    store_big_endian(out + 10, last.last_sequence);
    store_big_endian(out + 14, last.last_offset);
    store_big_endian(out + 22, last.offset_delta);
    store_big_endian(out + 26, producer.last_timestamp);
    store_big_endian(out + 34, producer.coordinator_epoch);
    store_big_endian(out + 38, producer.transaction_start_offset);
    out += snapshot_entry_bytes;
  }
  store_big_endian(bytes.data() + 2, crc32c(std::span(bytes).subspan(snapshot_crc_from)));
  return bytes;
}

Result<ProducerStates> ProducerStates::decode_snapshot(std::span<const uint8_t> bytes) {
  const auto corrupt = [](std::string_view why) {
    return fail(ErrorCode::CorruptMessage, fmt::format("a producer snapshot {}", why));
  };
  if (bytes.size() < snapshot_header_bytes) {
    return corrupt("is shorter than its header");
  }
  if (load_big_endian<int16_t>(bytes.data()) != snapshot_version) {
    return corrupt("has an unknown version");
  }
  if (load_big_endian<uint32_t>(bytes.data() + 2) != crc32c(bytes.subspan(snapshot_crc_from))) {
    return corrupt("does not match its checksum");
  }
  const auto count = load_big_endian<int32_t>(bytes.data() + 6);
  if (count < 0 ||
      bytes.size() != snapshot_header_bytes + static_cast<size_t>(count) * snapshot_entry_bytes) {
    return corrupt("has a size that does not fit its number of entries");
  }
  ProducerStates states;
  const uint8_t* in = bytes.data() + snapshot_header_bytes;
  for (int32_t i = 0; i < count; ++i, in += snapshot_entry_bytes) {
    Producer& producer = states.producers_[load_big_endian<int64_t>(in)];
    producer.epoch = load_big_endian<int16_t>(in + 8);
    producer.last_timestamp = load_big_endian<int64_t>(in + 26);
    producer.coordinator_epoch = load_big_endian<int32_t>(in + 34);
    producer.transaction_start_offset = load_big_endian<int64_t>(in + 38);
    const Batch last{.last_sequence = load_big_endian<int32_t>(in + 10),
                     .offset_delta = load_big_endian<int32_t>(in + 22),
                     .last_offset = load_big_endian<int64_t>(in + 14),
                     .timestamp = producer.last_timestamp};
    if (last.last_offset >= 0) {
      producer.remember(last);
    }
  }
  return states;
}

}  // namespace kafka
