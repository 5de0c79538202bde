// Partition: one replica of one partition on this broker, and what its leader decides.
//
//             log start                    high watermark         log end
//   offset        |  committed: consumers read  |  not yet everywhere |  next append
//
// The log is only bytes and offsets (core/log). The partition adds who leads, who is in sync and
// what is committed:
//   - It appends only as leader. An epoch in a request that is older than ours is fenced
//     (FENCED_LEADER_EPOCH), a newer one means that we have not heard yet (UNKNOWN_LEADER_EPOCH).
//   - The high watermark is the smallest log end of all in-sync replicas. It never goes back, and
//     consumers never read past it. With one replica it is the log end.
//   - The last stable offset is the high watermark until transactions exist here.
//
// Replicas that fetch report their log end through update_follower(); a cluster of one has none.
// Apache Kafka also counts replicas that an AlterPartition in flight may add; that comes with it.
//
// Note: notes/request_path.md
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/config/topic_config.h"
#include "broker/core/log/log.h"
#include "broker/core/types.h"
#include "protocol/result.h"

namespace kafka {

class Partition;

// What all partitions of a topic share.
struct TopicReplicas {
  std::string name;
  Uuid id;
  std::shared_ptr<const TopicConfig> config;
  std::shared_ptr<const LogConfig> log_config;
  std::vector<std::unique_ptr<Partition>> partitions;  // by index; null where we have no replica
};

// A partition as the metadata log describes it.
struct PartitionRole {
  int32_t leader = -1;
  int32_t leader_epoch = -1;
  int32_t partition_epoch = -1;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
};

enum class Isolation : int8_t { ReadUncommitted = 0, ReadCommitted = 1 };

struct PartitionFetch {
  int64_t offset = 0;
  int32_t current_leader_epoch = no_epoch;  // what the reader believes; -1: it does not say
  int32_t last_fetched_epoch = no_epoch;    // of the record before `offset`; -1: it does not say
  int32_t max_bytes = 0;
  bool min_one_batch = false;
  Isolation isolation = Isolation::ReadUncommitted;
};

struct PartitionData {
  FileSlice records;
  int64_t high_watermark = no_offset;
  int64_t last_stable_offset = no_offset;
  int64_t log_start_offset = no_offset;
  // Set when the reader's history is not ours: where the epoch it names ended here (KIP-595).
  std::optional<OffsetAndEpoch> diverging;
};

class Partition {
 public:
  // `moved` collects partitions whose high watermark or leadership moved: whoever waits for them
  // is looked at again when the event ends. It and `topic` outlive the partition.
  Partition(TopicReplicas& topic, int32_t index, int32_t local_id, std::unique_ptr<Log> log,
            int64_t high_watermark, std::vector<Partition*>& moved);

  const TopicReplicas& topic() const { return topic_; }
  int32_t index() const { return index_; }
  TopicPartition name() const { return {topic_.name, index_}; }
  TopicIdPartition key() const { return {topic_.id, index_}; }
  Log& log() { return *log_; }
  const Log& log() const { return *log_; }

  void set_role(const PartitionRole& role);
  bool is_leader() const { return role_.leader == local_id_; }
  const PartitionRole& role() const { return role_; }

  int64_t high_watermark() const { return high_watermark_; }
  int64_t last_stable_offset() const { return high_watermark_; }

  // Nothing, when we lead and the epoch, if one is named, is ours.
  Result<> check_leader(int32_t current_leader_epoch) const;

  // Appends one validated batch set. With acks -1 the in-sync replicas must be at least
  // min.insync.replicas: NOT_ENOUGH_REPLICAS.
  Result<AppendInfo> append_as_leader(std::span<uint8_t> batches, int16_t acks, int64_t now_ms);

  // A consumer's read: below the high watermark.
  Result<PartitionData> read(const PartitionFetch& fetch);

  // Whether acks=-1 is fulfilled for everything below `offset`.
  // NOT_ENOUGH_REPLICAS_AFTER_APPEND when it is, and too few replicas have it.
  Result<bool> is_committed(int64_t offset) const;

  // A replica fetched from `log_end_offset` on, so it has everything below.
  void update_follower(int32_t replica_id, int64_t log_end_offset);

  // Moves the log start up to `offset` (-1: the high watermark) and returns it.
  Result<int64_t> delete_records_before(int64_t offset);

  // Puts the partition on the list of those that moved.
  void note_moved();
  void forget_moved() { noted_ = false; }

 private:
  bool has_enough_replicas() const;
  void advance_high_watermark();
  Result<std::optional<OffsetAndEpoch>> divergence(const PartitionFetch& fetch);

  TopicReplicas& topic_;
  std::vector<Partition*>& moved_;
  std::unique_ptr<Log> log_;
  PartitionRole role_;
  std::map<int32_t, int64_t> follower_ends_;  // only while we lead
  int64_t high_watermark_;
  int32_t index_;
  int32_t local_id_;
  bool noted_ = false;
};

}  // namespace kafka
