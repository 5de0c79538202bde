// What the tests of the log share: a disk in memory, batches to append, and a model of what a log
// should hold.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "broker/core/log/log.h"
#include "broker/core/sim_files.h"
#include "protocol/record_batch.h"

namespace kafka {

struct BatchOptions {
  int records = 1;
  size_t value_bytes = 10;
  int64_t timestamp = 1000;
  int64_t timestamp_step = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t sequence = -1;
  Codec codec = Codec::None;
  int64_t base_offset = 0;
  int32_t leader_epoch = -1;
};

Bytes make_batch(const BatchOptions& options);
Bytes idempotent_batch(int64_t producer_id, int16_t epoch, int32_t sequence, int records = 1);

class LogTest : public ::testing::Test {
 protected:
  static constexpr const char* directory = "/data/orders-0";
  static constexpr int64_t now = 1'700'000'000'000;

  LogTest();

  // A new log, in place of the one before.
  void create();
  // The log after a stop: `clean` with the recovery point that close() left.
  void reopen(bool clean);
  void kill_and_reopen() { reopen(false); }
  void close_and_reopen();

  AppendInfo append(Bytes batches, int32_t leader_epoch = 0);
  ErrorCode append_error(Bytes batches, int32_t leader_epoch = 0);
  Bytes read_all();                // from log start to log end, across segments
  std::vector<int64_t> offsets();  // of all records
  std::string file(int64_t base_offset, std::string_view suffix) const;

  SimFiles files_;
  std::shared_ptr<LogConfig> config_ = std::make_shared<LogConfig>();
  LogOptions options_;
  std::unique_ptr<Log> log_;
};

// Fails the test with the error's sentence.
template <class T>
T value_of(Result<T> result) {
  if (!result) {
    throw std::runtime_error(
        fmt::format("{}: {}", name(result.error().code), result.error().message));
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

}  // namespace kafka
