// The files of a partition's directory, printed. Each is read with a descriptor that cannot write:
// it is safe to look at the files of a running broker.
#pragma once

#include <cstdint>
#include <string>

#include "broker/tools/dump/decoders.h"

namespace kafka {

struct LogDumpOptions {
  bool print_records = false;     // --deep-iteration
  bool print_data = false;        // --print-data-log and the decoders
  bool skip_metadata = false;     // --skip-record-metadata
  int64_t bytes_max = INT64_MAX;  // --max-bytes
  RecordDecoder decoder = decode_text;
};

// .log and .checkpoint files.
[[nodiscard]] ToolResult<> dump_segment(const std::string& path, const LogDumpOptions& options);

struct IndexDumpOptions {
  bool only_check = false;   // --index-sanity-check
  bool only_verify = false;  // --verify-index-only
};

// .index: entries, and what does not agree with the .log beside it (on stderr).
[[nodiscard]] ToolResult<> dump_offset_index(const std::string& path,
                                             const IndexDumpOptions& options);
[[nodiscard]] ToolResult<> dump_time_index(const std::string& path,
                                           const IndexDumpOptions& options);
[[nodiscard]] ToolResult<> dump_transaction_index(const std::string& path);
[[nodiscard]] ToolResult<> dump_producer_snapshot(const std::string& path);

// The whole of a file, or its first bytes.
[[nodiscard]] ToolResult<Bytes> read_whole_file(const std::string& path,
                                                int64_t bytes_max = INT64_MAX);

}  // namespace kafka
