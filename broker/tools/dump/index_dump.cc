// The files beside a segment: offset index, time index, aborted transactions, producer states.
#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "broker/tools/common/text.h"
#include "broker/tools/dump/log_files.h"
#include "protocol/crc32c.h"
#include "protocol/record_batch.h"
#include "protocol/wire.h"

namespace kafka {

namespace {

constexpr size_t offset_entry_bytes = 8;
constexpr size_t time_entry_bytes = 12;
constexpr size_t transaction_entry_bytes = 34;

ToolResult<int64_t> base_offset_of(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  const auto base = parse_number(stem, 0, INT64_MAX);
  if (!base) {
    return tool_failure("java.lang.NumberFormatException",
                        fmt::format("For input string: \"{}\"", stem));
  }
  return *base;
}

void print_sane(const std::string& path) {
  fmt::print("{} passed sanity check.\n", path);
}

// The last offset of the batch at a position of a log; nullopt when there is none.
std::optional<int64_t> last_offset_at(std::span<const uint8_t> log, int32_t position) {
  if (position < 0 || static_cast<size_t>(position) >= log.size()) {
    return std::nullopt;
  }
  const auto batch = BatchView::at_front_of(log.subspan(static_cast<size_t>(position)));
  return batch ? std::optional(batch->last_offset()) : std::nullopt;
}

ToolResult<> check_size(const std::string& path, size_t size, size_t entry) {
  if (size % entry == 0) {
    return {};
  }
  return tool_failure(
      "org.apache.kafka.storage.internals.log.CorruptIndexException",
      fmt::format("Index file {} is corrupt, found {} bytes which is neither positive nor a "
                  "multiple of {}.",
                  path, size, entry));
}

struct OpenedIndex {
  int64_t base_offset;
  Bytes bytes;
};

ToolResult<OpenedIndex> open_index(const std::string& path, size_t entry_bytes) {
  const auto base = base_offset_of(path);
  if (!base) {
    return std::unexpected(base.error());
  }
  auto bytes = read_whole_file(path);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  if (auto sane = check_size(path, bytes->size(), entry_bytes); !sane) {
    return std::unexpected(sane.error());
  }
  return OpenedIndex{*base, std::move(*bytes)};
}

}  // namespace

ToolResult<> dump_offset_index(const std::string& path, const IndexDumpOptions& options) {
  const auto index = open_index(path, offset_entry_bytes);
  if (!index) {
    return std::unexpected(index.error());
  }
  if (index->bytes.empty()) {
    fmt::print("{} is empty.\n", path);
    return {};
  }
  if (options.only_check) {
    print_sane(path);
    return {};
  }
  const auto log = read_whole_file(std::filesystem::path(path).replace_extension(".log").string());
  std::vector<std::string> mismatches;
  Reader in(index->bytes);
  for (bool first = true; in.remaining() > 0; first = false) {
    const int64_t offset = index->base_offset + in.int32();
    const int32_t position = in.int32();
    if (offset == index->base_offset && !first) {
      break;  // room that is not used yet
    }
    const auto found = log ? last_offset_at(*log, position) : std::nullopt;
    if (found && *found != offset) {
      mismatches.push_back(fmt::format("  Index offset: {}, log offset: {}", offset, *found));
    }
    if (!options.only_verify) {
      fmt::print("offset: {} position: {}\n", offset, position);
    }
  }
  if (!mismatches.empty()) {
    std::fflush(stdout);
    fmt::print(stderr, "Mismatches in :{}\n", std::filesystem::absolute(path).string());
    for (const std::string& line : mismatches) {
      fmt::print(stderr, "{}\n", line);
    }
  }
  return {};
}

ToolResult<> dump_time_index(const std::string& path, const IndexDumpOptions& options) {
  const auto index = open_index(path, time_entry_bytes);
  if (!index) {
    return std::unexpected(index.error());
  }
  if (options.only_check) {
    print_sane(path);
    return {};
  }
  Reader in(index->bytes);
  int64_t before = INT64_MIN;
  for (bool first = true; in.remaining() > 0; first = false) {
    const int64_t timestamp = in.int64();
    const int64_t offset = index->base_offset + in.int32();
    if (offset == index->base_offset && !first) {
      break;  // room that is not used yet
    }
    if (timestamp < before) {
      fmt::print(stderr, "Found out of order timestamp in :{}\n  timestamp: {}, previously {}\n",
                 std::filesystem::absolute(path).string(), timestamp, before);
    }
    before = timestamp;
    if (!options.only_verify) {
      fmt::print("timestamp: {} offset: {}\n", timestamp, offset);
    }
  }
  return {};
}

ToolResult<> dump_transaction_index(const std::string& path) {
  const auto bytes = read_whole_file(path);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  Reader in(*bytes);
  while (in.remaining() >= transaction_entry_bytes) {
    const int16_t version = in.int16();
    const int64_t producer_id = in.int64();
    const int64_t first = in.int64();
    const int64_t last = in.int64();
    fmt::print("version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}\n",
               version, producer_id, first, last, in.int64());
  }
  return {};
}

ToolResult<> dump_producer_snapshot(const std::string& path) {
  const auto bytes = read_whole_file(path);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  Reader in(*bytes);
  const int16_t version = in.int16();
  const auto checksum = in.number<uint32_t>();
  if (!in.ok() || version != 1 || checksum != crc32c(in.rest())) {
    fmt::print(stderr, "Snapshot file {} is corrupt\n", path);
    return {};
  }
  const int32_t count = in.int32();
  for (int32_t i = 0; i < count && in.ok(); ++i) {
    const int64_t producer_id = in.int64();
    const int16_t epoch = in.int16();
    const int32_t last_sequence = in.int32();
    const int64_t last_offset = in.int64();
    const int32_t offset_delta = in.int32();
    const int64_t timestamp = in.int64();
    const int32_t coordinator_epoch = in.int32();
    const int64_t transaction_start = in.int64();
    fmt::print(
        "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} "
        "lastTimestamp: {} ",
        producer_id, epoch, coordinator_epoch,
        transaction_start < 0 ? "OptionalLong.empty"
                              : fmt::format("OptionalLong[{}]", transaction_start),
        timestamp);
    fmt::print("firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}\n",
               last_sequence - offset_delta, last_sequence, last_offset, offset_delta, timestamp);
  }
  return {};
}

}  // namespace kafka
