// Checker: the rules that hold inside of the cluster, looked at after every event of a node.
//
//   metadata    one leader per epoch; a leader has everything that was committed; the high
//               watermark is within the log and never goes back; two nodes whose images are at the
//               same offset have the same image; what is committed is on the disks of a majority;
//               a broker shuts down because it was asked to
//   partitions  one leader per epoch; a leader of the newest epoch has everything committed; what
//               is committed never changes, on no replica; the high watermark is within the log, a
//               follower's not above what a leader has committed, and it waits while the ISR is
//               smaller than min.insync.replicas; a replica does not give up what is committed;
//               who joins the ISR has all that is committed; the leader counts with the whole ISR,
//               and nobody in it is fenced or shutting down; epochs never go back; a leader does
//               not keep who lags in the ISR
//   clients     what acks=all acknowledged, what a consumer was given, and an offset whose commit
//               was acknowledged, is committed
//
// "Committed" is what lay below the high watermark of a partition's leader once: the checker keeps
// the batches (offsets, epoch and checksum) of each partition as the truth.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "broker/core/types.h"
#include "tests/sim/cluster.h"
#include "tests/sim/history.h"

namespace kafka {
class BatchView;
class MetadataImage;
class Partition;
struct PartitionImage;
}

namespace kafka::sim {

class Checker {
 public:
  explicit Checker(World& world) : world_(world) {}
  void watch(Cluster& cluster) { cluster_ = &cluster; }

  void after_event(SimMachine& machine);

  // A client was told so.
  void on_acknowledged(const PartitionId& partition, int64_t offset) const;
  void on_read(const PartitionId& partition, int64_t offset) const;
  void on_offset_committed(const std::string& group, const std::string& topic, int32_t partition,
                           int64_t offset) const;

  // When all is calm: every coordinator is what a replay of its log gives.
  void check_coordinators(Cluster& cluster) const;

  int64_t committed_batches() const { return committed_batches_; }

 private:
  struct BatchId {
    int64_t base = 0;
    int64_t last = 0;
    int32_t epoch = 0;
    uint32_t crc = 0;
    friend bool operator==(const BatchId&, const BatchId&) = default;
  };
  static BatchId id_of(const BatchView& batch);
  struct Truth {
    std::vector<BatchId> batches;
    int64_t end = 0;
    int32_t epoch = -1;  // the newest that committed something
    std::map<int32_t, int32_t> leaders;  // by epoch
  };
  // What was seen of a replica in its present life.
  struct Seen {
    Life life = nobody;
    int32_t leading_epoch = -1;
    int64_t high_watermark = 0;
    std::pair<int32_t, int32_t> epochs{-1, -1};  // leader's and partition's
    bool proposes = false;                       // an ISR, as leader
    std::vector<BatchId> batches;                // of its log
    int64_t looked_us = 0;
    int64_t lagging_since_us = -1;  // a member of the ISR, and nothing is done about it
  };
  struct SeenNode {
    Life life = nobody;
    int64_t raft_high_watermark = -1;
    int64_t image_offset = -1;
    int64_t synced = -1;  // of its metadata log
  };

  // Of a partition, as the controllers have it.
  struct InSync {
    std::vector<int32_t> isr;
    int32_t leader_epoch = -1;
    int32_t partition_epoch = -1;
  };

  void check_raft(SimMachine& machine, SeenNode& seen);
  bool is_synced_on_a_majority(int64_t offset) const;
  void check_image(SimMachine& machine, SeenNode& seen);
  SimMachine* process_of(const MetadataImage& image, int32_t id);
  void check_brokers(const MetadataImage& image);
  void check_partition_image(const MetadataImage& image, const std::string& topic, int32_t index);
  void check_counted(const SimMachine& machine, const Partition& leader);
  void check_joined(const MetadataImage& image, const TopicIdPartition& key,
                    const PartitionImage& partition);
  void check_partition(SimMachine& machine, Partition& partition);
  void check_epochs(SimMachine& machine, Partition& partition, Seen& seen);
  void check_log(SimMachine& machine, Partition& partition, Seen& seen);
  void check_laggards(SimMachine& machine, Partition& partition, Seen& seen);
  void check_leader(SimMachine& machine, Partition& partition, Truth& truth, Seen& seen);
  void commit(SimMachine& machine, Partition& partition, Truth& truth);
  void note_offsets(const BatchView& batch);
  void compare(SimMachine& machine, Partition& partition, const Truth& truth, int64_t from,
               int64_t to) const;
  [[noreturn]] void broken(std::string rule, const SimMachine& machine, const Partition& partition,
                           const std::string& what) const;

  World& world_;
  Cluster* cluster_ = nullptr;
  std::map<int32_t, int32_t> metadata_leaders_;  // by epoch
  int64_t metadata_committed_ = -1;
  std::map<int64_t, uint64_t> images_;  // digests by offset
  int64_t newest_image_ = -1;
  std::map<TopicIdPartition, InSync> in_sync_;  // of the newest image
  std::map<int32_t, SeenNode> nodes_;
  std::map<TopicIdPartition, Truth> truths_;
  std::map<std::pair<int32_t, TopicIdPartition>, Seen> seen_;
  // Of group, topic and partition: what the log of the offsets has ever held.
  std::map<std::tuple<std::string, std::string, int32_t>, std::set<int64_t>> offsets_;
  int64_t committed_batches_ = 0;
};

}  // namespace kafka::sim
