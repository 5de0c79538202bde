// Partition: one replica of one partition on this broker, and what is decided about it here.
//
//             log start                    high watermark         log end
//   offset        |  committed: consumers read  |  not yet everywhere |  next append
//
// The log is only bytes and offsets (core/log). The partition adds who leads, who is in sync and
// what is committed. The metadata log says who leads; set_role() hands it over:
//
//   leader    appends what producers send. It learns from the fetches of the others how far they
//             are (follower_state.h), moves the high watermark, and asks the controller to take
//             replicas into the ISR and out of it (isr.h).
//   follower  appends what it fetched from the leader (follower.h), cuts what the leader does not
//             have, and learns the high watermark a fetch later. Consumers may read from it.
//
// Rules:
//   - An epoch in a request that is older than ours is fenced (FENCED_LEADER_EPOCH), a newer one
//     means that we have not heard yet (UNKNOWN_LEADER_EPOCH).
//   - The high watermark is the smallest log end of the maximal ISR and of replicas that are about
//     to join it. It never goes back, it waits while the ISR is smaller than min.insync.replicas
//     (KIP-966), and consumers never read past it. A follower's is never above its own log end.
//   - A replica joins the ISR when it has everything committed and everything from before the
//     present leader epoch (KIP-320), and when it is the life of that broker that the metadata
//     knows (KIP-903).
//   - The last stable offset is the high watermark until transactions exist here.
//
// partition.cc  roles, reading     partition_leader.cc  followers, high watermark, ISR
//                                  partition_follower.cc
//
// Note: notes/replication.md
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/config/topic_config.h"
#include "broker/core/log/log.h"
#include "broker/core/replica/follower_state.h"
#include "broker/core/replica/isr.h"
#include "broker/core/replica/replica_context.h"
#include "broker/core/replica/throttle.h"
#include "broker/core/types.h"
#include "protocol/api/56_alter_partition.h"
#include "protocol/result.h"

namespace kafka {

class Partition;

// What all partitions of a topic share.
struct TopicReplicas {
  std::string name;
  Uuid id;
  std::shared_ptr<const TopicConfig> config;
  std::shared_ptr<const LogConfig> log_config;
  ThrottledReplicas leader_throttled;  // of our replicas
  ThrottledReplicas follower_throttled;
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
  bool leader_only = true;  // false: a consumer that may read from a follower (KIP-392)
};

// What a follower says of itself in a fetch.
struct FollowerFetch {
  int32_t id = -1;
  int64_t broker_epoch = -1;
  int64_t log_start_offset = no_offset;
  bool update = true;  // false: the same fetch is tried again
};

struct PartitionData {
  FileSlice records;
  int64_t high_watermark = no_offset;
  int64_t last_stable_offset = no_offset;
  int64_t log_start_offset = no_offset;
  // Set when the reader's history is not ours: where the epoch it names ended here (KIP-595).
  std::optional<OffsetAndEpoch> diverging;
};

// What became of an ISR proposal.
enum class IsrOutcome {
  Settled,  // the ISR is known, or the next metadata will tell
  Retry,    // it has to be asked again
};

class Partition {
 public:
  // `topic` and `context` outlive the partition.
  Partition(TopicReplicas& topic, int32_t index, std::unique_ptr<Log> log, int64_t high_watermark,
            ReplicaContext& context);

  const TopicReplicas& topic() const { return topic_; }
  int32_t index() const { return index_; }
  TopicPartition name() const { return {topic_.name, index_}; }
  TopicIdPartition key() const { return {topic_.id, index_}; }
  // Where those wait in the purgatory who want more than consumers see: followers.
  TopicIdPartition log_end_key() const { return {topic_.id, ~index_}; }
  Log& log() { return *log_; }
  const Log& log() const { return *log_; }

  // What the metadata says. Something older than what we know is ignored: an answer of the
  // controller may be faster than its log. True when the leader epoch is a new one.
  bool set_role(PartitionRole role, int64_t now_ms);
  bool is_leader() const { return leader_ == context_.local_id; }
  int32_t leader() const { return leader_; }
  int32_t leader_epoch() const { return leader_epoch_; }
  int32_t partition_epoch() const { return partition_epoch_; }
  const std::vector<int32_t>& replicas() const { return replicas_; }
  const Isr& isr() const { return isr_; }

  int64_t high_watermark() const { return high_watermark_; }
  int64_t last_stable_offset() const { return high_watermark_; }

  // Nothing, when we lead and the epoch, if one is named, is ours.
  Result<> check_leader(int32_t current_leader_epoch) const;

  // Nothing, when the epoch, if one is named, is ours; whoever leads.
  Result<> check_epoch(int32_t current_leader_epoch) const;

  // A consumer's read: below the high watermark.
  Result<PartitionData> read(const PartitionFetch& fetch);

  // -- As leader (partition_leader.cc) -----------------------------------------------------------

  // Appends one validated batch set. With acks -1 the in-sync replicas must be at least
  // min.insync.replicas: NOT_ENOUGH_REPLICAS.
  Result<AppendInfo> append_as_leader(std::span<uint8_t> batches, int16_t acks, int64_t now_ms);

  // Whether acks=-1 is fulfilled for everything below `offset`. NOT_ENOUGH_REPLICAS_AFTER_APPEND
  // once the ISR has become too small.
  Result<bool> is_committed(int64_t offset) const;

  // A follower's read: up to the log end. It says that the follower has everything below its
  // offset, which may move the high watermark; the answer holds that already.
  Result<PartitionData> read_as_follower(const PartitionFetch& fetch, const FollowerFetch& follower,
                                         int64_t now_ms);

  // Where this leadership began; -1: we do not lead. Until the high watermark has reached it, it
  // may be behind what an earlier leader told consumers (KIP-207).
  int64_t epoch_start_offset() const { return epoch_start_offset_; }

  const FollowerState* follower(int32_t id) const;
  const std::vector<FollowerState>& followers() const { return followers_; }

  // Proposes what the followers' positions call for, if anything: replicas that caught up come in;
  // with `shrink`, those that lag go. True when there is something to send to the controller.
  bool propose_isr(bool shrink, int64_t now_ms);
  // The proposal as it has to be sent; call it only with one pending.
  AlterPartitionRequest::PartitionData proposal() const;
  IsrOutcome on_isr_answer(const AlterPartitionResponse::PartitionData& answer, int64_t now_ms);

  // Moves the log start up to `offset` (-1: the high watermark) and returns it.
  Result<int64_t> delete_records_before(int64_t offset);
  // The smallest log start of all live replicas.
  int64_t low_watermark() const;

  // -- As follower (partition_follower.cc) -------------------------------------------------------

  // Appends what the leader of `leader_epoch` sent. A batch cut at the end is left out, damage
  // (CORRUPT_MESSAGE) and batches of a later epoch are not taken.
  Result<> append_from_leader(std::span<const uint8_t> records, int64_t now_ms);
  // What the leader says of itself: followed as far as our own log goes.
  Result<> follow(int64_t leader_high_watermark, int64_t leader_log_start);
  // The leader's history ends `leader_end.epoch` at `leader_end.offset`: cuts ours where the two
  // part. Returns where that was.
  Result<int64_t> truncate_to_epoch(const OffsetAndEpoch& leader_end);
  Result<> truncate_to(int64_t offset);
  // The leader has nothing any more of what we would go on with.
  Result<> restart_at(int64_t offset);

  // -- Who waits ---------------------------------------------------------------------------------

  // Puts the partition on the list of those that moved; `readers` says that consumers see it, too.
  void note_moved(bool readers = true);
  bool take_readers_moved();
  void forget_isr_waiting() { isr_waiting_ = false; }

 private:
  bool has_enough_replicas() const;
  void advance_high_watermark(int64_t now_ms);
  void set_followers(bool new_leader, bool new_epoch, int64_t now_ms);
  bool may_join_isr(const FollowerState& follower) const;
  bool is_in_sync(const FollowerState& follower) const;
  Result<std::optional<OffsetAndEpoch>> divergence(const PartitionFetch& fetch);
  Result<PartitionData> read_below(const PartitionFetch& fetch, int64_t bound);
  void update_follower(FollowerState& state, const PartitionFetch& fetch,
                       const FollowerFetch& follower, int64_t now_ms);

  TopicReplicas& topic_;
  ReplicaContext& context_;
  std::unique_ptr<Log> log_;
  std::vector<int32_t> replicas_;
  Isr isr_;
  std::vector<FollowerState> followers_;  // only while we lead
  int64_t high_watermark_;
  int64_t epoch_start_offset_ = no_offset;
  int32_t leader_ = -1;
  int32_t leader_epoch_ = no_epoch;
  int32_t partition_epoch_ = -1;
  int32_t index_;
  bool noted_ = false;
  bool readers_moved_ = false;
  bool isr_waiting_ = false;
};

}  // namespace kafka
