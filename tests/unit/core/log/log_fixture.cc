#include "tests/unit/core/log/log_fixture.h"

#include "broker/core/log/file_names.h"

namespace kafka {

Bytes make_batch(const BatchOptions& options) {
  BatchBuilder builder({.base_offset = options.base_offset,
                        .partition_leader_epoch = options.leader_epoch,
                        .codec = options.codec,
                        .level = {},
                        .log_append_time = false,
                        .transactional = false,
                        .control = false,
                        .producer_id = options.producer_id,
                        .producer_epoch = options.producer_epoch,
                        .base_sequence = options.sequence});
  const Bytes value(options.value_bytes, 'v');
  for (int i = 0; i < options.records; ++i) {
    builder.add(options.timestamp + i * options.timestamp_step, std::nullopt, value);
  }
  return builder.build();
}

Bytes idempotent_batch(int64_t producer_id, int16_t epoch, int32_t sequence, int records) {
  return make_batch({.records = records,
                     .timestamp = 1'700'000'000'000,
                     .producer_id = producer_id,
                     .producer_epoch = epoch,
                     .sequence = sequence});
}

LogTest::LogTest() {
  options_.directory = directory;
  options_.now_ms = now;
  files_.put("/data/.keep", {});
}

void LogTest::create() {
  options_.config = config_;
  options_.create = true;
  log_ = value_of(Log::open(files_, options_));
  options_.create = false;
}

void LogTest::reopen(bool clean) {
  options_.config = config_;
  options_.clean_shutdown = clean;
  if (log_) {
    options_.recovery_point = log_->recovery_point();
    options_.log_start_offset = log_->log_start_offset();
  }
  log_.reset();
  log_ = value_of(Log::open(files_, options_));
}

void LogTest::close_and_reopen() {
  value_of(log_->close(now));
  reopen(true);
}

AppendInfo LogTest::append(Bytes batches, int32_t leader_epoch) {
  return value_of(log_->append_as_leader(batches, leader_epoch, now));
}

ErrorCode LogTest::append_error(Bytes batches, int32_t leader_epoch) {
  const auto result = log_->append_as_leader(batches, leader_epoch, now);
  return result ? ErrorCode::None : result.error().code;
}

Bytes LogTest::read_all() {
  Bytes all;
  int64_t offset = log_->log_start_offset();
  while (offset < log_->log_end_offset()) {
    const Bytes part = value_of(log_->read_bytes(offset, 1 << 20, INT64_MAX));
    if (part.empty()) {
      ADD_FAILURE() << "nothing to read at " << offset << " of " << log_->log_end_offset();
      break;
    }
    value_of(for_each_batch(part, [&](const BatchView& batch) {
      EXPECT_TRUE(batch.crc_matches());
      offset = batch.next_offset();
    }));
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::vector<int64_t> LogTest::offsets() {
  std::vector<int64_t> found;
  const Bytes all = read_all();
  value_of(for_each_record(all, [&](const RecordView& record) { found.push_back(record.offset); }));
  return found;
}

std::string LogTest::file(int64_t base_offset, std::string_view suffix) const {
  return std::string(directory) + "/" + segment_file_name(base_offset, suffix);
}

}  // namespace kafka
