// LogDirectory: one entry of log.dirs, and the files in it that belong to no single partition.
//
//   data/
//     .lock                              held while a broker uses the directory
//     meta.properties                    version, cluster.id, node.id, directory.id
//     .kafka_cleanshutdown               {"version":0,"brokerEpoch":7}: only between a clean stop
//                                        and the next start
//     recovery-point-offset-checkpoint   below it the partition is fsynced
//     replication-offset-checkpoint      high watermarks
//     log-start-offset-checkpoint        only partitions whose start was moved (DeleteRecords)
//     cleaner-offset-checkpoint          kept for the log cleaner
//     orders-0/  orders-1/               partitions: log.h
//     orders-2.<32 hex digits>-delete/   a deleted topic's, until file.delete.delay.ms is over
//     orders-3.<32 hex digits>-future/   and -stray/: never touched
//
// A checkpoint is text: a line with the version (0), one with the number of rows, the rows
// "topic partition offset". It is replaced by write, fsync and rename; a torn one cannot be seen.
//
// Concept note: notes/log_on_disk.md
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/types.h"
#include "protocol/result.h"
#include "protocol/uuid.h"

namespace kafka {

struct MetaProperties {
  std::string cluster_id;
  int32_t node_id = -1;
  Uuid directory_id;

  friend bool operator==(const MetaProperties&, const MetaProperties&) = default;
};

// meta.properties as text, both ways. A parse error is InvalidConfig with the key in its sentence.
Result<MetaProperties> parse_meta_properties(std::string_view text);
std::string format_meta_properties(const MetaProperties& properties);

using OffsetCheckpoint = std::unordered_map<TopicPartition, int64_t>;

enum class CheckpointFile { RecoveryPoint, HighWatermark, LogStartOffset, Cleaner };

enum class LogDirectoryEntryKind {
  Partition,
  Deleted,  // -delete: to be queued for removal
  Future,   // -future: left alone
  Stray,    // -stray: left alone
};

struct LogDirectoryEntry {
  std::string name;          // of the directory, below LogDirectory::path()
  TopicPartition partition;  // set for kind Partition
  LogDirectoryEntryKind kind = LogDirectoryEntryKind::Partition;
};

// "orders-3" -> {orders, 3}; nullopt when it is not the name of a partition's directory.
std::optional<TopicPartition> parse_partition_directory(std::string_view name);

// "orders-3" -> "orders-3.<32 hex digits>-delete", cut to 255 characters in the topic.
std::string deleted_directory_name(std::string_view name, const Uuid& unique);
// The same with -stray: a log that belongs to no replica of this broker.
std::string stray_directory_name(std::string_view name, const Uuid& unique);

class LogDirectory {
 public:
  // Locks the directory (made when it is missing; its parent must be there). Fails when another
  // broker holds it.
  static Result<std::unique_ptr<LogDirectory>> open(Files& files, std::string path);

  const std::string& path() const { return path_; }
  std::string partition_path(const TopicPartition& partition) const;

  // The directories of partitions and their leftovers. __cluster_metadata-0 is one of them. Other
  // directories and files are not mentioned.
  Result<std::vector<LogDirectoryEntry>> scan();

  Result<std::optional<MetaProperties>> read_meta_properties();
  Result<> write_meta_properties(const MetaProperties& properties);

  // A missing file is an empty checkpoint.
  Result<OffsetCheckpoint> read_checkpoint(CheckpointFile which);
  Result<> write_checkpoint(CheckpointFile which, const OffsetCheckpoint& offsets);

  // The broker epoch that the marker of a clean stop holds; nullopt: the stop was not clean.
  // -1 when the marker has no epoch.
  Result<std::optional<int64_t>> read_clean_shutdown();
  Result<> write_clean_shutdown(int64_t broker_epoch);
  Result<> remove_clean_shutdown();  // durable before the first append

 private:
  LogDirectory(Files& files, std::string path, std::unique_ptr<FileLock> lock);
  std::string file(std::string_view name) const;

  Files& files_;
  std::string path_;
  std::unique_ptr<FileLock> lock_;
};

inline constexpr std::string_view partition_metadata_name = "partition.metadata";

// partition.metadata: "version: 0\ntopic_id: <22 characters>", 43 bytes.
Result<std::optional<Uuid>> read_partition_metadata(Files& files, const std::string& directory);
Result<> write_partition_metadata(Files& files, const std::string& directory, const Uuid& topic_id);

}  // namespace kafka
