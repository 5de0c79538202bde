// Kraft: the metadata side of a node in one piece: raft, the log __cluster_metadata-0, the
// controller and the committed image.
//
// It reads the log at boot, leads a quorum of one, appends what the controller decided, and turns
// what became durable into image and delta. It opens no thread and reads no clock: the node calls
// it on the core thread, runs the fsync where it likes, and reports back.
//
//   open()            directory -> newest snapshot + log -> image
//   start()           elects this node; first activation: bootstrap records; registers the
//                     controller and the broker (fenced)
//   commit(records)   append + apply to the controller's state; returns the offset to wait for
//   begin_flush()     what to run on the disk thread; then
//   flushed()         the high watermark moves, the image follows; returns the delta to publish
//   unfence_broker()  the node has opened its logs: its partitions get leaders
//   begin_shutdown(), finish_shutdown()   a clean stop, as Apache Kafka's controlled shutdown
//
// Threads: all calls on the core thread. PendingSync::run() alone may run elsewhere.
// Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/image.h"
#include "broker/core/env.h"
#include "broker/core/raft/metadata_log.h"
#include "broker/core/raft/raft.h"
#include "protocol/result.h"

namespace kafka {

class MetadataLoader;

// Who this process is, beyond its configuration.
struct KraftIdentity {
  std::string cluster_id;                          // meta.properties
  Uuid metadata_directory_id;                      // directory.id of metadata.log.dir
  std::vector<Uuid> log_directory_ids;             // directory.id of each of log.dirs
  int64_t previous_broker_epoch = no_broker_epoch;  // .kafka_cleanshutdown; -1 without it
  // The ports that were really bound, where a configured port was 0 (empty: as configured).
  std::vector<Listener> bound_advertised_listeners;
};

class Kraft {
 public:
  // Reads <metadata.log.dir>/__cluster_metadata-0. `files`, `random` and `config` outlive it.
  static Result<std::unique_ptr<Kraft>> open(Files& files, Random& random,
                                             const BrokerConfig& config, KraftIdentity identity,
                                             int64_t now_ms);
  ~Kraft();

  // Blocks on fsync, as unfence_broker() and the shutdown do: it runs before the node serves. Returns everything the image holds as a delta
  // from nothing, so that the node can open its logs.
  Result<MetadataDelta> start(int64_t now_ms);
  Result<MetadataDelta> unfence_broker(int64_t now_ms);
  Result<MetadataDelta> begin_shutdown(int64_t now_ms);
  Result<> finish_shutdown(int64_t now_ms);  // fences the broker, resigns, closes the log

  // The committed metadata, and the rules that decide about the next records.
  const MetadataImage& image() const { return image_; }
  Controller& controller() { return controller_; }
  const Raft& raft() const { return *raft_; }
  bool is_active_controller() const { return raft_->is_leader(); }
  int64_t broker_epoch() const { return broker_epoch_; }
  Uuid broker_incarnation_id() const { return broker_incarnation_id_; }

  // Appends one batch, atomic, and applies it to the controller's state. The offset it returns is committed when it is below
  // high_watermark(). NOT_CONTROLLER when this node does not lead.
  Result<int64_t> commit(std::vector<MetadataRecord> records, int64_t now_ms);
  int64_t high_watermark() const { return raft_->high_watermark(); }

  // What must be made durable now; null when nothing waits. One flush at a time: call it again
  // after flushed(). A failed flush is fatal for this node: the caller stops it.
  Result<std::unique_ptr<PendingSync>> begin_flush();
  Result<MetadataDelta> flushed(int64_t now_ms);

  // NoOp records, snapshots, log retention. Call it at next_deadline_ms() or later.
  Result<> tick(int64_t now_ms);
  int64_t next_deadline_ms() const;

 private:
  Kraft(Files& files, Random& random, const BrokerConfig& config, KraftIdentity identity);

  // open
  Result<> load(int64_t now_ms);
  Result<> load_image(MetadataLoader& loader);
  Result<> join_quorum(const MetadataLoader& loader);
  // start
  Result<> elect(int64_t now_ms);
  Result<> bootstrap(int64_t now_ms);
  Result<> register_controller(int64_t now_ms);
  Result<> register_broker(int64_t now_ms);
  std::vector<Endpoint> endpoints(bool of_controller) const;

  Result<> append_control(const std::vector<RaftControlRecord>& records, int64_t now_ms);
  Result<> append(Bytes batch, int64_t last_offset, int64_t now_ms);
  Result<> commit_all(RecordBatches batches, int64_t now_ms);
  Result<MetadataDelta> flush_and_apply(int64_t now_ms);
  MetadataDelta apply_durable(int64_t end_offset, int64_t now_ms);
  Result<> write_snapshot(int64_t now_ms);
  bool snapshot_due(int64_t now_ms) const;

  Files& files_;
  Random& random_;
  const BrokerConfig& config_;
  KraftIdentity identity_;
  std::unique_ptr<MetadataLog> log_;
  MetadataImage image_;
  Controller controller_;
  std::optional<Raft> raft_;  // set by open
  MetadataDelta delta_;       // what changed in image_ since the last one was handed out
  bool open_transaction_ = false;

  // Appended and not yet committed, oldest first.
  struct Pending {
    std::vector<MetadataRecord> records;
    int64_t last_offset = -1;
    int64_t timestamp = 0;
  };
  std::deque<Pending> pending_;
  std::shared_ptr<FlushJob> flushing_;
  std::shared_ptr<Result<>> flush_outcome_;
  int64_t durable_end_ = 0;

  int64_t broker_epoch_ = no_broker_epoch;
  Uuid broker_incarnation_id_;
  int64_t last_write_ms_ = 0;
  int64_t bytes_since_snapshot_ = 0;
  int64_t last_snapshot_ms_ = 0;
  int64_t image_timestamp_ = 0;  // of the last record in image_
};

}  // namespace kafka
