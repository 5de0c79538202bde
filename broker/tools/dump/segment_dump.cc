// .log and .checkpoint files: batches, and the records in them.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "broker/tools/common/text.h"
#include "broker/tools/dump/log_files.h"
#include "protocol/record_batch.h"

namespace kafka {

namespace {

std::string_view time_label(const BatchView& batch) {
  return batch.has_log_append_time() ? "LogAppendTime" : "CreateTime";
}

std::string codec_name(const BatchView& batch) {
  const auto codec = batch.codec();
  return codec ? std::string(name(*codec)) : fmt::format("unknown ({})", batch.codec_id());
}

void print_batch(const BatchView& batch, size_t position) {
  const std::string horizon = batch.has_delete_horizon()
                                  ? fmt::format("OptionalLong[{}]", batch.base_timestamp())
                                  : "OptionalLong.empty";
  fmt::print(
      "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} "
      "producerEpoch: {} partitionLeaderEpoch: {} isTransactional: {} isControl: {} "
      "deleteHorizonMs: {} position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} "
      "isvalid: {}\n",
      batch.base_offset(), batch.last_offset(), batch.count(), batch.base_sequence(),
      batch.base_sequence() < 0 ? -1 : batch.last_sequence(), batch.producer_id(),
      batch.producer_epoch(), batch.partition_leader_epoch(), batch.is_transactional(),
      batch.is_control(), horizon, position, time_label(batch), batch.max_timestamp(), batch.size(),
      batch.magic(), codec_name(batch), batch.crc(), batch.crc_matches());
}

std::string record_metadata(const BatchView& batch, const RecordView& record, int64_t index) {
  std::vector<std::string> names;
  for (const RecordHeader& header : record.headers.to_vector()) {
    names.emplace_back(header.key);
  }
  const auto size_of = [](const std::optional<BytesView>& bytes) {
    return bytes ? static_cast<int64_t>(bytes->size()) : -1;
  };
  const int64_t sequence = batch.base_sequence() < 0 ? -1 : batch.base_sequence() + index;
  return fmt::format("offset: {} {}: {} keySize: {} valueSize: {} sequence: {} headerKeys: [{}]",
                     record.offset, time_label(batch), record.timestamp, size_of(record.key),
                     size_of(record.value), sequence, fmt::join(names, ","));
}

void print_record(const BatchView& batch, const RecordView& record, int64_t index,
                  const LogDumpOptions& options) {
  std::vector<std::string> parts;
  if (!options.skip_metadata) {
    parts.push_back(record_metadata(batch, record, index));
  }
  if (batch.is_control()) {
    parts.push_back(control_record_text(record));
  } else if (options.print_data) {
    const DecodedRecord decoded = options.decoder(record);
    if (decoded.key) {
      parts.push_back("key: " + *decoded.key);
    }
    if (decoded.payload) {
      parts.push_back("payload: " + *decoded.payload);
    }
  }
  fmt::print("{}{}\n", parts.empty() ? "" : "| ", fmt::join(parts, " "));
}

ToolResult<> print_records(const BatchView& batch, const LogDumpOptions& options) {
  RecordReader reader;
  if (auto opened = reader.open(batch); !opened) {
    fmt::print("| unreadable: {}\n", opened.error().message);
    return {};
  }
  RecordView record;
  for (int64_t index = 0;; ++index) {
    const auto more = reader.next(record);
    if (!more) {
      fmt::print("| unreadable: {}\n", more.error().message);
      return {};
    }
    if (!*more) {
      return {};
    }
    print_record(batch, record, index, options);
  }
}

// The line in front: what the file's name says about it.
ToolResult<> print_heading(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  if (path.extension() == ".log") {
    const auto base = parse_number(stem, 0, INT64_MAX);
    if (!base) {
      return tool_failure("java.lang.NumberFormatException",
                          fmt::format("For input string: \"{}\"", stem));
    }
    fmt::print("Log starting offset: {}\n", *base);
  } else if (stem == "bootstrap") {
    fmt::print("KRaft bootstrap snapshot\n");
  } else {
    const size_t dash = stem.find('-');
    const auto end = parse_number(stem.substr(0, dash), 0, INT64_MAX);
    const auto epoch = dash == std::string::npos
                           ? std::nullopt
                           : parse_number(stem.substr(dash + 1), 0, INT32_MAX);
    if (end && epoch) {
      fmt::print("Snapshot end offset: {}, epoch: {}\n", *end, *epoch);
    }
  }
  return {};
}

}  // namespace

ToolResult<Bytes> read_whole_file(const std::string& path, int64_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return tool_failure("java.nio.file.NoSuchFileException", path);
  }
  std::error_code failed;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path, failed));
  Bytes bytes(failed ? 0 : static_cast<size_t>(std::clamp<int64_t>(size, 0, bytes_max)));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

ToolResult<> dump_segment(const std::string& path, const LogDumpOptions& options) {
  if (auto printed = print_heading(path); !printed) {
    return printed;
  }
  const auto bytes = read_whole_file(path, options.bytes_max);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  size_t position = 0;
  const std::span<const uint8_t> all(*bytes);
  while (position < all.size()) {
    const auto batch = BatchView::at_front_of(all.subspan(position));
    if (!batch) {
      break;
    }
    print_batch(*batch, position);
    if (options.print_records || options.print_data) {
      if (auto printed = print_records(*batch, options); !printed) {
        return printed;
      }
    }
    position += batch->size();
  }
  if (position < all.size() && options.bytes_max == INT64_MAX) {
    fmt::print("Found {} invalid bytes at the end of {}\n", all.size() - position,
               std::filesystem::path(path).filename().string());
  }
  return {};
}

}  // namespace kafka
