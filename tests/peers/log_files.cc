// log-files: a partition's directory written and read by the broker's log, without a broker.
//
//   log-files write DIR SEED   a log of random batches below DIR/orders-0: codecs, producers,
//   epochs,
//                              several segments; closed as a clean stop does
//   log-files cat DIR/T-N [--clean RECOVERY_POINT]
//                              opens the directory and prints a line for each record:
//                              "offset timestamp epoch key value-bytes", then "end LOG_END
//                              CUT_BYTES"
//   log-files many DIR COUNT   creates COUNT partitions, closes and opens them; prints what it
//   costs
//
// tests/peers/dump_log_test.py compares it with Apache Kafka's own tools.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "broker/core/log/log.h"
#include "broker/io/files.h"

using namespace kafka;

namespace {

constexpr int64_t start_ms = 1'700'000'000'000;

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "log-files: {}: {}\n", name(result.error().code), result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

void append(Log& log, Bytes batch, int32_t leader_epoch, int64_t now_ms) {
  value_of(log.append_as_leader(batch, leader_epoch, now_ms));
}

LogOptions options_for(const std::string& directory, std::shared_ptr<LogConfig> config) {
  LogOptions options;
  options.directory = directory;
  options.config = std::move(config);
  options.now_ms = start_ms;
  return options;
}

int write(const std::string& directory, uint64_t seed) {
  PosixFiles files(64);
  SeededRandom random(seed);
  auto config = std::make_shared<LogConfig>();
  config->segment_bytes = 200'000;
  LogOptions options = options_for(directory + "/orders-0", config);
  options.create = true;
  options.topic_id = Uuid{random.next(), random.next()};
  const auto log = value_of(Log::open(files, options));
  constexpr Codec codecs[] = {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};
  int32_t sequences[3] = {0, 0, 0};
  int64_t time = start_ms;
  for (int i = 0; i < 600; ++i) {
    const auto producer = static_cast<size_t>(random.below(4));
    BatchFields fields;
    fields.codec = codecs[random.below(5)];
    const int count = static_cast<int>(1 + random.below(8));
    if (producer < 3) {
      fields.producer_id = static_cast<int64_t>(1000 + producer);
      fields.producer_epoch = 0;
      fields.base_sequence = sequences[producer];
      sequences[producer] += count;
    }
    BatchBuilder builder(fields);
    for (int record = 0; record < count; ++record) {
      const std::string key = fmt::format("key-{}-{}", i, record);
      builder.add(time + record, bytes_of(key), Bytes(random.below(700), 'v'));
    }
    time += static_cast<int64_t>(random.below(10)) - 2;
    append(*log, builder.build(), i / 200, time);
  }
  value_of(log->close(time));
  fmt::print("end {}\n", log->log_end_offset());
  return 0;
}

int64_t size_of(const std::optional<BytesView>& bytes) {
  return bytes ? static_cast<int64_t>(bytes->size()) : -1;
}

int cat(LogOptions options) {
  PosixFiles files(64);
  const auto log = value_of(Log::open(files, std::move(options)));
  for (int64_t offset = log->log_start_offset(); offset < log->log_end_offset();) {
    const Bytes bytes = value_of(log->read_bytes(offset, 1 << 20, INT64_MAX));
    value_of(for_each_batch(bytes, [&](const BatchView& batch) {
      offset = batch.next_offset();
      value_of(for_each_record(batch.bytes(), [&](const RecordView& record) {
        fmt::print("{} {} {} {}\n", record.offset, record.timestamp, size_of(record.key),
                   size_of(record.value));
      }));
    }));
  }
  fmt::print("end {} {} {}\n", log->log_end_offset(), log->cut_bytes(),
             value_of(log->last_epoch()));
  return 0;
}

int64_t resident_kb() {
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0;
  statm >> pages >> pages;
  return pages * ::sysconf(_SC_PAGESIZE) / 1024;
}

class Stopwatch {
 public:
  void lap(std::string_view what) {
    const auto now = std::chrono::steady_clock::now();
    fmt::print("{:<28} {:6} ms, {:6} KB resident\n", what,
               std::chrono::duration_cast<std::chrono::milliseconds>(now - last_).count(),
               resident_kb());
    last_ = std::chrono::steady_clock::now();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

int many(const std::string& directory, int count) {
  PosixFiles files(PosixFiles::raise_descriptor_limit() / 2);
  const auto config = std::make_shared<LogConfig>();
  std::vector<std::unique_ptr<Log>> logs;
  std::vector<int64_t> recovery_points;
  Stopwatch watch;
  const auto open_all = [&](bool create, bool clean) {
    logs.clear();
    for (int i = 0; i < count; ++i) {
      LogOptions options = options_for(fmt::format("{}/topic-{}", directory, i), config);
      options.topic_id = Uuid{1, 1};
      options.create = create;
      options.clean_shutdown = clean;
      options.recovery_point = clean ? recovery_points[static_cast<size_t>(i)] : 0;
      logs.push_back(value_of(Log::open(files, std::move(options))));
    }
  };
  BatchBuilder builder;
  builder.add(start_ms, std::nullopt, Bytes(100, 'v'));
  const Bytes batch = builder.build();
  watch.lap("start");
  open_all(true, false);
  watch.lap("create");
  for (const auto& log : logs) {
    append(*log, batch, 0, start_ms);
  }
  watch.lap("append one batch to each");
  open_all(false, false);
  watch.lap("open after kill -9");
  std::vector<Log*> all;
  for (const auto& log : logs) {
    all.push_back(log.get());
    recovery_points.push_back(log->log_end_offset());
  }
  value_of(Log::close_all(files, directory, all, start_ms));
  watch.lap("close");
  open_all(false, true);
  watch.lap("open after a clean stop");
  for (const auto& log : logs) {
    append(*log, batch, 0, start_ms);
  }
  watch.lap("append one batch to each");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 2 ? argv[1] : "";
  if (command == "write" && argc == 4) {
    return write(argv[2], std::strtoull(argv[3], nullptr, 10));
  }
  if (command == "cat" && (argc == 3 || argc == 5)) {
    LogOptions options = options_for(argv[2], std::make_shared<LogConfig>());
    options.clean_shutdown = argc == 5;
    options.recovery_point = argc == 5 ? std::strtoll(argv[4], nullptr, 10) : 0;
    return cat(std::move(options));
  }
  if (command == "many" && argc == 4) {
    return many(argv[2], std::atoi(argv[3]));
  }
  fmt::print(stderr, "usage: log-files write DIR SEED | cat DIR [--clean N] | many DIR COUNT\n");
  return 2;
}
