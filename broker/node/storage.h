// Storage: the log directories of this node, and the upkeep of the logs in them.
//
// It opens the log of each partition that the metadata gives this broker, and does what has to be
// done from time to time:
//
//   every 5 s, if something changed   high watermarks to replication-offset-checkpoint
//   every 60 s, if something changed  fsync, then recovery-point and log-start checkpoints
//   every 5 min                       retention
//   when a segment or topic went      its files, after file.delete.delay.ms
//   at a clean stop                   all of it, and .kafka_cleanshutdown
//
// fsync runs on the disk thread. A directory in which the disk failed a log is offline from then
// (KIP-112): its partitions answer KAFKA_STORAGE_ERROR, and nothing is written there any more. A
// write that was refused and left no trace (a full disk) does not count.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/env.h"
#include "broker/core/log/deletion_queue.h"
#include "broker/core/log/log_directory.h"
#include "broker/core/replica/replica_table.h"
#include "broker/io/disk_thread.h"
#include "protocol/result.h"

namespace kafka {

class Storage {
 public:
  struct Directory {
    std::unique_ptr<LogDirectory> files;
    MetaProperties properties;
    bool offline = false;
    LogNews news;
    bool clean_shutdown = false;         // how it was left
    int64_t clean_shutdown_epoch = -1;   // the broker epoch in its marker
    // As read at the start; emptied when all logs are open.
    OffsetCheckpoint recovery_points;
    OffsetCheckpoint high_watermarks;
    OffsetCheckpoint log_starts;
    // What is on disk now.
    OffsetCheckpoint written_high_watermarks;
    OffsetCheckpoint written_recovery_points;
    OffsetCheckpoint written_log_starts;
  };

  Storage(Files& files, Random& random, DiskThread& disk, ReplicaTable& replicas)
      : files_(files), random_(random), disk_(disk), replicas_(replicas) {}

  // Locks and reads the directories. Refuses those that are not formatted, with the command to run.
  Result<> open(const BrokerConfig& config);

  const std::string& cluster_id() const { return cluster_id_; }
  const std::vector<Directory>& directories() const { return directories_; }
  std::vector<Uuid> directory_ids() const;
  std::vector<Uuid> offline_directory_ids() const;
  Uuid metadata_directory_id() const { return metadata_directory_id_; }
  // The epoch of a clean stop, -1 if not all directories were left that way.
  int64_t previous_broker_epoch() const;
  // From now on a crash is seen as one.
  Result<> remove_clean_shutdown_markers();

  // Opens (or makes) the log of a partition. `directory_id` is what the metadata says; a reserved
  // or unknown one means the directory with the fewest partitions, unless one has it already.
  Result<Partition*> open_partition(TopicReplicas& topic, int32_t index, const Uuid& directory_id,
                                    int64_t now_ms);
  // All partitions of the start are open: what is in the directories and has no replica here is
  // set aside as <name>.<unique>-stray.
  void finish_opening();
  void remove_topic(std::unique_ptr<TopicReplicas> topic, int64_t now_ms);
  void remove_partition(Partition& partition, int64_t now_ms);

  const Directory* directory_of(const Partition& partition) const;
  Directory* directory_of(const Partition& partition) {
    return const_cast<Directory*>(std::as_const(*this).directory_of(partition));
  }

  // At the end of an event: takes the directories offline in which a log broke (which they are), and
  // writes the checkpoints that promise more than there is, after a truncation or a removal.
  std::vector<const Directory*> take_failed_offline();
  void lower_checkpoints();

  Result<> write_high_watermarks();
  // Flushes on the disk thread what changed since, or of that only what flush.ms asks for, then
  // writes the checkpoints.
  enum class Flushed { All, Due };
  void flush_changed(int64_t now_ms, Flushed which = Flushed::All);
  void apply_retention(int64_t now_ms);
  void run_deletions(int64_t now_ms);
  int64_t next_deletion_ms() const;

  // Blocks. Nothing may be appended afterwards.
  Result<> close(int64_t broker_epoch, int64_t now_ms);

 private:
  Result<> open_directory(const std::string& path, const BrokerConfig& config);
  Result<> note_existing_partitions(Directory& directory, int64_t now_ms);
  // False when the log on disk is of an earlier topic of that name; it is set aside then.
  Result<bool> is_of_topic(const TopicPartition& partition, const Uuid& topic_id);
  Result<> set_aside(const Directory& directory, const TopicPartition& partition);
  Result<Directory*> choose_directory(const TopicPartition& partition, const Uuid& directory_id);
  int64_t& partitions_in(const Directory& directory) {
    return partitions_in_[static_cast<size_t>(&directory - directories_.data())];
  }
  Result<> write_recovery_points();
  template <class Value>
  Result<> write_if_changed(CheckpointFile which, OffsetCheckpoint Directory::*written,
                            Value&& value);

  Files& files_;
  Random& random_;
  DiskThread& disk_;
  ReplicaTable& replicas_;
  std::string cluster_id_;
  Uuid metadata_directory_id_;
  std::vector<Directory> directories_;  // all of them from open() on: logs point into them
  std::unordered_map<TopicPartition, size_t> existing_;  // found on disk, not opened yet
  std::vector<int64_t> partitions_in_;                   // how many, by directory
  DeletionQueue deletions_;
  bool flushing_ = false;
  bool lowering_failed_ = false;  // said once, and tried again
};

}  // namespace kafka
