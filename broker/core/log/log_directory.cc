#include "broker/core/log/log_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "broker/core/log/checkpoint_text.h"
#include "broker/core/text.h"

namespace kafka {

namespace {

constexpr std::string_view meta_properties_name = "meta.properties";
constexpr std::string_view clean_shutdown_name = ".kafka_cleanshutdown";
constexpr std::string_view lock_name = ".lock";
constexpr size_t name_bytes_max = 255;

std::string_view name_of(CheckpointFile which) {
  switch (which) {
    case CheckpointFile::RecoveryPoint:
      return "recovery-point-offset-checkpoint";
    case CheckpointFile::HighWatermark:
      return "replication-offset-checkpoint";
    case CheckpointFile::LogStartOffset:
      return "log-start-offset-checkpoint";
    case CheckpointFile::Cleaner:
      break;
  }
  return "cleaner-offset-checkpoint";
}

std::unexpected<Error> wrong(std::string_view key, std::string_view problem) {
  return fail(ErrorCode::InvalidConfig, fmt::format("meta.properties: {} {}", key, problem));
}

// "orders-3" without its suffix "-delete", …: at the last dash.
std::optional<TopicPartition> split_at_last_dash(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) {
    return std::nullopt;
  }
  const auto partition = parse_number<int32_t>(name.substr(dash + 1));
  if (!partition || *partition < 0) {
    return std::nullopt;
  }
  return TopicPartition{std::string(name.substr(0, dash)), *partition};
}

// "orders-3.0123…-delete": a dot, 32 hexadecimal digits and the suffix behind a partition's name.
bool has_unique_suffix(std::string_view name, std::string_view suffix) {
  constexpr size_t hex_digits = 32;
  if (!name.ends_with(suffix) || name.size() < suffix.size() + hex_digits + 1) {
    return false;
  }
  name.remove_suffix(suffix.size());
  const std::string_view hex = name.substr(name.size() - hex_digits);
  return name[name.size() - hex_digits - 1] == '.' &&
         hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

// ---- Names ----

std::optional<TopicPartition> parse_partition_directory(std::string_view name) {
  if (has_unique_suffix(name, "-delete") || has_unique_suffix(name, "-future") ||
      has_unique_suffix(name, "-stray")) {
    return std::nullopt;
  }
  return split_at_last_dash(name);
}

namespace {

std::string renamed_directory(std::string_view name, const Uuid& unique, std::string_view why) {
  const size_t dash = std::min(name.rfind('-'), name.size());
  const std::string suffix =
      fmt::format("{}.{:016x}{:016x}-{}", name.substr(dash), unique.high, unique.low, why);
  return std::string(name.substr(0, std::min(dash, name_bytes_max - suffix.size()))) + suffix;
}

}  // namespace

std::string deleted_directory_name(std::string_view name, const Uuid& unique) {
  return renamed_directory(name, unique, "delete");
}

std::string stray_directory_name(std::string_view name, const Uuid& unique) {
  return renamed_directory(name, unique, "stray");
}

// ---- meta.properties ----

Result<MetaProperties> parse_meta_properties(std::string_view text) {
  std::unordered_map<std::string, std::string> values;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t equals = line.find('=');
    if (line.empty() || line[0] == '#' || line[0] == '!' || equals == std::string_view::npos) {
      continue;
    }
    values[std::string(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
  }
  const auto version = values.find("version");
  if (version == values.end() || version->second != "1") {
    return wrong("version", "must be 1");
  }
  MetaProperties properties;
  properties.cluster_id = values["cluster.id"];
  if (properties.cluster_id.empty()) {
    return wrong("cluster.id", "is missing");
  }
  const auto node_id = parse_number<int32_t>(values["node.id"]);
  if (!node_id || *node_id < 0) {
    return wrong("node.id", "is not a number from 0 on");
  }
  properties.node_id = *node_id;
  if (const auto id = values.find("directory.id"); id != values.end()) {
    const auto parsed = Uuid::parse(id->second);
    if (!parsed) {
      return wrong("directory.id", "is not an id of 22 characters");
    }
    properties.directory_id = *parsed;
  }
  return properties;
}

std::string format_meta_properties(const MetaProperties& properties) {
  return fmt::format("#\n#\ncluster.id={}\ndirectory.id={}\nnode.id={}\nversion=1\n",
                     properties.cluster_id, properties.directory_id.to_string(),
                     properties.node_id);
}

// ---- partition.metadata ----

static constexpr size_t partition_metadata_bytes = 43;

Result<std::optional<Uuid>> read_partition_metadata(Files& files, const std::string& directory) {
  const std::string path = directory + "/" + std::string(partition_metadata_name);
  const auto text = read_file(files, path);
  if (!text) {
    return std::unexpected(text.error());
  }
  // Too short, or zeros in it: a power loss kept the file's name and not all of its contents, which
  // are not synced for every new partition. What it said is known from the metadata log.
  if (!text->has_value() || (*text)->size() < partition_metadata_bytes ||
      (*text)->find('\0') != std::string::npos) {
    return std::nullopt;
  }
  constexpr std::string_view version = "version: 0\n";
  constexpr std::string_view key = "topic_id:";
  std::string_view rest = **text;
  const auto id = rest.starts_with(version) && rest.substr(version.size()).starts_with(key)
                      ? Uuid::parse(trim(rest.substr(version.size() + key.size())))
                      : std::nullopt;
  if (!id) {
    return fail(ErrorCode::KafkaStorageError, fmt::format("{} has no topic id in it", path));
  }
  return id;
}

Result<> write_partition_metadata(Files& files, const std::string& directory,
                                  const Uuid& topic_id) {
  return write_file(files, directory + "/" + std::string(partition_metadata_name),
                    fmt::format("version: 0\ntopic_id: {}", topic_id.to_string()));
}

// ---- The directory ----

LogDirectory::LogDirectory(Files& files, std::string path, std::unique_ptr<FileLock> lock)
    : files_(files), path_(std::move(path)), lock_(std::move(lock)) {}

Result<std::unique_ptr<LogDirectory>> LogDirectory::open(Files& files, std::string path) {
  while (path.size() > 1 && path.ends_with('/')) {
    path.pop_back();
  }
  const auto status = files.status(path);
  if (!status) {
    return std::unexpected(status.error());
  }
  if (!status->has_value()) {
    if (auto made = files.make_directory(path); !made) {
      return std::unexpected(made.error());
    }
  } else if (!(*status)->is_directory) {
    return fail(ErrorCode::KafkaStorageError, fmt::format("{} is not a directory", path));
  }
  auto lock = files.lock(path + "/" + std::string(lock_name));
  if (!lock) {
    return fail(
        ErrorCode::KafkaStorageError,
        fmt::format("{}: another broker may be using this directory", lock.error().message));
  }
  return std::unique_ptr<LogDirectory>(new LogDirectory(files, std::move(path), std::move(*lock)));
}

std::string LogDirectory::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string LogDirectory::partition_path(const TopicPartition& partition) const {
  return file(to_string(partition));
}

Result<std::vector<LogDirectoryEntry>> LogDirectory::scan() {
  const auto listing = files_.list(path_);
  if (!listing) {
    return std::unexpected(listing.error());
  }
  constexpr std::array<std::pair<std::string_view, LogDirectoryEntryKind>, 3> suffixes = {{
      {"-delete", LogDirectoryEntryKind::Deleted},
      {"-future", LogDirectoryEntryKind::Future},
      {"-stray", LogDirectoryEntryKind::Stray},
  }};
  std::vector<LogDirectoryEntry> entries;
  for (const DirectoryEntry& entry : *listing) {
    if (!entry.is_directory) {
      continue;
    }
    const auto leftover = std::ranges::find_if(
        suffixes, [&](const auto& suffix) { return has_unique_suffix(entry.name, suffix.first); });
    if (leftover != suffixes.end()) {
      entries.push_back({.name = entry.name, .partition = {}, .kind = leftover->second});
    } else if (auto partition = split_at_last_dash(entry.name)) {
      entries.push_back({.name = entry.name, .partition = std::move(*partition)});
    }
  }
  return entries;
}

Result<std::optional<MetaProperties>> LogDirectory::read_meta_properties() {
  const auto text = read_file(files_, file(meta_properties_name));
  if (!text) {
    return std::unexpected(text.error());
  }
  if (!text->has_value()) {
    return std::nullopt;
  }
  auto parsed = parse_meta_properties(**text);
  if (!parsed) {
    return std::unexpected(parsed.error());
  }
  return std::move(*parsed);
}

Result<> LogDirectory::write_meta_properties(const MetaProperties& properties) {
  return write_file_atomically(files_, file(meta_properties_name),
                               format_meta_properties(properties));
}

Result<OffsetCheckpoint> LogDirectory::read_checkpoint(CheckpointFile which) {
  const auto text = read_file(files_, file(name_of(which)));
  if (!text) {
    return std::unexpected(text.error());
  }
  const std::string contents = text->value_or("");  // the rows point into it
  const auto rows = parse_checkpoint_text(contents, 3, name_of(which));
  if (!rows) {
    return std::unexpected(rows.error());
  }
  OffsetCheckpoint offsets;
  offsets.reserve(rows->size());
  for (const CheckpointRow& row : *rows) {
    const auto partition = parse_number<int32_t>(row[1]);
    const auto offset = parse_number<int64_t>(row[2]);
    if (!partition || !offset) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("{}: row '{} {} {}' is not topic, partition, offset", name_of(which),
                              row[0], row[1], row[2]));
    }
    offsets[{std::string(row[0]), *partition}] = *offset;
  }
  return offsets;
}

Result<> LogDirectory::write_checkpoint(CheckpointFile which, const OffsetCheckpoint& offsets) {
  std::string text = fmt::format("0\n{}\n", offsets.size());
  for (const auto& [partition, offset] : offsets) {
    fmt::format_to(std::back_inserter(text), "{} {} {}\n", partition.topic, partition.partition,
                   offset);
  }
  return write_file_atomically(files_, file(name_of(which)), text);
}

// ---- The marker of a clean stop ----

Result<std::optional<int64_t>> LogDirectory::read_clean_shutdown() {
  const auto text = read_file(files_, file(clean_shutdown_name));
  if (!text) {
    return std::unexpected(text.error());
  }
  if (!text->has_value()) {
    return std::nullopt;
  }
  constexpr std::string_view key = "\"brokerEpoch\":";
  const size_t at = (*text)->find(key);
  if (at == std::string::npos) {
    return -1;
  }
  const std::string_view rest = trim(std::string_view(**text).substr(at + key.size()));
  return parse_number<int64_t>(trim(rest.substr(0, rest.find_first_of(",}")))).value_or(-1);
}

Result<> LogDirectory::write_clean_shutdown(int64_t broker_epoch) {
  return write_file_atomically(files_, file(clean_shutdown_name),
                               fmt::format("{{\"version\":0,\"brokerEpoch\":{}}}", broker_epoch));
}

Result<> LogDirectory::remove_clean_shutdown() {
  const auto status = files_.status(file(clean_shutdown_name));
  if (!status) {
    return std::unexpected(status.error());
  }
  if (!status->has_value()) {
    return {};
  }
  if (auto removed = files_.remove(file(clean_shutdown_name)); !removed) {
    return removed;
  }
  return files_.sync_directory(path_);
}

}  // namespace kafka
