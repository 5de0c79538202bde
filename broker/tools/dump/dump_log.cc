// kafka-dump-log.sh: prints what stands in the files of a log directory.
#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "broker/tools/common/console.h"
#include "broker/tools/common/options.h"
#include "broker/tools/common/text.h"
#include "broker/tools/dump/log_files.h"
#include "broker/tools/tools.h"

namespace kafka {

namespace {

OptionParser parser_of_dump_log() {
  OptionParser parser("Prints log segments, indexes and snapshots.");
  parser.value("files", "file,...", "The files to print. Required.")
      .flag("deep-iteration", "Print each record of a batch.")
      .flag("print-data-log", "Print each record with its key and value.")
      .flag("skip-record-metadata", "With --print-data-log: only keys and values.")
      .value("key-decoder-class", "class", "StringDecoder, IntegerDecoder or LongDecoder.")
      .value("value-decoder-class", "class", "StringDecoder, IntegerDecoder or LongDecoder.")
      .flag("cluster-metadata-decoder", "The records are those of __cluster_metadata.")
      .flag("offsets-decoder", "The records are those of __consumer_offsets.")
      .flag("transaction-log-decoder", "The records are those of __transaction_state.")
      .flag("index-sanity-check", "Only check that index files are whole.")
      .flag("verify-index-only", "Only compare indexes with the log, without printing them.")
      .number("max-message-size", "bytes", "Accepted, and not needed.")
      .number("max-bytes", "bytes", "Look at so many bytes of each log only.", ValueType::Int64)
      .help_and_version();
  return parser;
}

ToolResult<RecordDecoder> decoder_of(const Options& options) {
  if (options.has("cluster-metadata-decoder")) {
    return RecordDecoder(decode_metadata);
  }
  if (options.has("offsets-decoder")) {
    return RecordDecoder(decode_offsets_topic);
  }
  if (options.has("transaction-log-decoder")) {
    return RecordDecoder(decode_transaction_topic);
  }
  constexpr std::string_view text = "StringDecoder";
  auto key = field_decoder(options.text_or("key-decoder-class", text));
  auto value = field_decoder(options.text_or("value-decoder-class", text));
  if (!key || !value) {
    return std::unexpected(key ? value.error() : key.error());
  }
  return RecordDecoder([key = *key, value = *value](const RecordView& record) {
    DecodedRecord out;
    if (record.key) {
      out.key = key(*record.key);
    }
    if (record.value) {
      out.payload = value(*record.value);
    }
    return out;
  });
}

ToolResult<LogDumpOptions> log_options(const Options& options) {
  auto decoder = decoder_of(options);
  if (!decoder) {
    return std::unexpected(std::move(decoder.error()));
  }
  LogDumpOptions chosen;
  chosen.decoder = std::move(*decoder);
  for (const char* name :
       {"print-data-log", "offsets-decoder", "transaction-log-decoder", "cluster-metadata-decoder",
        "value-decoder-class", "key-decoder-class"}) {
    chosen.print_data = chosen.print_data || options.has(name);
  }
  chosen.print_records = options.has("deep-iteration");
  chosen.skip_metadata = options.has("skip-record-metadata");
  chosen.bytes_max = options.number_or("max-bytes", INT64_MAX);
  return chosen;
}

ToolResult<> dump(const std::string& path, const LogDumpOptions& log,
                  const IndexDumpOptions& index) {
  fmt::print("Dumping {}\n", path);
  const std::string kind = std::filesystem::path(path).extension().string();
  if (kind == ".log" || kind == ".checkpoint") {
    return dump_segment(path, log);
  }
  if (kind == ".index") {
    return dump_offset_index(path, index);
  }
  if (kind == ".timeindex") {
    return dump_time_index(path, index);
  }
  if (kind == ".txnindex") {
    return dump_transaction_index(path);
  }
  if (kind == ".snapshot") {
    return dump_producer_snapshot(path);
  }
  std::fflush(stdout);
  fmt::print(stderr, "Ignoring unknown file {}\n", path);
  return {};
}

}  // namespace

int run_dump_log(const Words& words) {
  const OptionParser parser = parser_of_dump_log();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"files"})) {
    return print_usage(parser, *missing);
  }
  if (auto checked = options->check_values(); !checked) {
    return print_uncaught(checked.error());
  }
  const auto log = log_options(*options);
  if (!log) {
    return print_uncaught(log.error());
  }
  const IndexDumpOptions index{.only_check = options->has("index-sanity-check"),
                               .only_verify = options->has("verify-index-only")};
  for (const std::string& path : split(options->text_or("files", ""), ',')) {
    if (const auto done = dump(path, *log, index); !done) {
      return print_uncaught(done.error());
    }
  }
  return 0;
}

}  // namespace kafka
