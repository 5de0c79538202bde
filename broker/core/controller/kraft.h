// Kraft: the metadata side of a node in one piece: raft, the log __cluster_metadata-0, the
// controller and the committed image.
//
// It reads the log at boot, takes part in the quorum, appends what the controller decided while
// this node leads, replays what others decided while it does not, and turns what became committed
// into image and delta. It opens no thread and socket and reads no clock: the node calls it on the
// core thread, runs the fsync where it likes, sends what is to be sent, and reports back.
//
//   open()            directory -> newest snapshot + log -> image
//   start()           takes part. The only voter of its quorum leads at once, writes the first
//                     records and registers itself, all before start() returns; with more voters
//                     everything happens by events
//   on_request() on_response() on_failed() on_leader_gone() tick()      what happened
//   commit(records)   append + apply to the controller's state; returns the offset to wait for
//   begin_flush()     what to run on the disk thread; then
//   flushed()         durable: the quorum may go on
//   take_output()     at the end of every event: what there is to publish, answer and send
//
//   role              raft        image            controller
//   controller        votes       replays          decides while active, else refuses (NOT_CONTROLLER)
//   broker            observes    replays          never active
//   both              votes       replays          as a controller
//
// Becoming active (LeaderChange is committed, so the image holds all that ever was):
// Controller.reset(image), an open transaction is aborted, bootstrap records when the log has none,
// this controller's registration. Losing leadership: what is not committed may never be; its
// commits fail with NOT_CONTROLLER, the controller goes back to the committed image.
//
// Every call returns an Error only where this node cannot go on (disk, corrupt metadata): the
// caller stops it. Threads: all calls on the core thread. PendingSync::run() alone may run
// elsewhere. Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/config/broker_config.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/image.h"
#include "broker/core/controller/metadata_loader.h"
#include "broker/core/env.h"
#include "broker/core/raft/metadata_log.h"
#include "broker/core/raft/raft.h"
#include "protocol/result.h"

namespace kafka {

// Who this process is, beyond its configuration.
struct KraftIdentity {
  std::string cluster_id;                          // meta.properties
  Uuid metadata_directory_id;                      // directory.id of metadata.log.dir
  std::vector<Uuid> log_directory_ids;             // directory.id of each of log.dirs
  int64_t previous_broker_epoch = no_broker_epoch;  // .kafka_cleanshutdown; -1 without it
  // The ports that were really bound, where a configured port was 0 (empty: as configured).
  std::vector<Listener> bound_advertised_listeners;
};

// What came of the calls since the last take_output().
struct KraftOutput {
  struct Reply {
    uint64_t id = 0;  // of on_request()
    RaftResponse response;
  };
  // In this order. Every reply and send may leave at once: what they rest on is durable.
  MetadataDelta delta;  // what was committed
  std::vector<Reply> replies;
  std::vector<RaftSend> sends;
  // Leadership of the quorum. Lost: each commit() whose offset is not below lost_at has failed with
  // NOT_CONTROLLER. Both: lost first, then active again.
  bool lost_leadership = false;
  int64_t lost_at = -1;  // the high watermark when it was lost: commits below it have succeeded
  bool became_active = false;
  std::vector<std::string> log;  // lines for the operator
};

class Kraft {
 public:
  // Reads <metadata.log.dir>/__cluster_metadata-0. `files`, `random` and `config` outlive it.
  static Result<std::unique_ptr<Kraft>> open(Files& files, Random& random,
                                             const BrokerConfig& config, KraftIdentity identity,
                                             int64_t now_ms);
  ~Kraft();

  // Blocks on fsync where this node is the only voter; then the image holds everything when it
  // returns, and the broker of this process is registered (fenced) when it has one.
  Result<> start(int64_t now_ms);

  // -- What happened. Ids are the caller's for requests, and RaftSend::id for what was sent.
  // `version` is the API version of the request.
  Result<> on_request(uint64_t id, int16_t version, RaftRequest request, int64_t now_ms);
  Result<> on_response(uint64_t send_id, RaftResponse response, int64_t now_ms);
  Result<> on_failed(uint64_t send_id, ErrorCode error, int64_t now_ms);
  // Its connection was closed and nobody listens there: the process is dead.
  Result<> on_leader_gone(int32_t node_id, int64_t now_ms);
  // Timeouts of raft, NoOp records, snapshots, log retention. At next_deadline_ms() or later; ask
  // for that again after every event.
  Result<> tick(int64_t now_ms);
  int64_t next_deadline_ms() const;

  KraftOutput take_output() { return std::exchange(output_, {}); }

  // -- Clean stop. A leader hands over to its best follower: resign(), go on with events until
  // handed_over() or out of patience, then close(). A voter that answers until the end helps the
  // election of its successor.
  Result<> resign(int64_t now_ms);
  bool handed_over() const { return raft_->handed_over(); }
  Result<> close(int64_t now_ms);  // the log is flushed and closed

  // -- The broker of this process, while this node is the active controller and the only voter:
  // what a broker elsewhere asks for by requests. Each blocks on fsync.
  Result<> unfence_broker(int64_t now_ms);
  Result<> begin_shutdown(int64_t now_ms);
  Result<> finish_shutdown(int64_t now_ms);  // fences the broker, resigns, closes the log

  // The committed metadata, and the rules that decide about the next records.
  const MetadataImage& image() const { return image_; }
  Controller& controller() { return controller_; }
  const Raft& raft() const { return *raft_; }
  bool is_active_controller() const { return active_; }
  bool is_only_voter() const { return raft_->is_only_voter(); }
  int64_t broker_epoch() const { return broker_epoch_; }
  Uuid broker_incarnation_id() const { return broker_incarnation_id_; }
  Uuid controller_incarnation_id() const { return controller_incarnation_id_; }
  // The listeners of one role, as others reach them: what registrations hold.
  std::vector<Endpoint> endpoints(bool of_controller) const;

  // Appends one batch, atomic, and applies it to the controller's state. The offset it returns is
  // committed when it is below high_watermark(). NOT_CONTROLLER when this node is not active.
  Result<int64_t> commit(std::vector<MetadataRecord> records, int64_t now_ms);
  int64_t high_watermark() const { return raft_->high_watermark(); }
  // The last record that this leader appended and that is not committed yet: what the controller
  // decides now rests on it. Nothing when all is committed.
  std::optional<int64_t> last_pending_offset() const {
    return pending_.empty() ? std::nullopt : std::optional(pending_.back().last_offset);
  }
  // Where the next record will stand.
  int64_t end_offset() const { return log_->end_offset(); }

  // kraft.version 0 to 1 (static voters become dynamic ones). Returns the offset to wait for.
  Result<int64_t> upgrade_kraft_version(int16_t level, int64_t now_ms);

  // What must be made durable now; null when nothing waits. One flush at a time: call it again
  // after flushed(), and at the end of every event. A failed flush is fatal for this node.
  Result<std::unique_ptr<PendingSync>> begin_flush();
  Result<> flushed(int64_t now_ms);

 private:
  Kraft(Files& files, Random& random, const BrokerConfig& config, KraftIdentity identity);

  // open (kraft.cc)
  Result<> load(int64_t now_ms);
  Result<> load_image();
  Result<> load_log(int64_t end_offset);
  Result<> join_quorum(LogHistory history);
  Raft::Config raft_config() const;
  static Result<> check_features(const MetadataImage& image);

  // start, stop, upkeep (kraft_lifecycle.cc)
  Result<> start_alone(int64_t now_ms);
  Result<> activate(int64_t now_ms);
  Result<> bootstrap(int64_t now_ms);
  Result<> register_controller(int64_t now_ms);
  Result<> register_broker(int64_t now_ms);
  Result<> write_snapshot(int64_t now_ms);
  bool snapshot_due(int64_t now_ms) const;

  // what raft says (kraft_raft.cc)
  Result<> step(const RaftEvent& event, int64_t now_ms);
  Result<> carry_out(RaftOutput output, int64_t now_ms);
  Result<> carry_out_on_disk(RaftOutput& output, int64_t now_ms);
  Result<> save(const QuorumState& state, bool may_wait, int64_t now_ms);
  Result<> save_late_state();
  Result<> install_snapshot(const SnapshotId& id, int64_t now_ms);
  void answer(RaftReply reply);
  void answer_from_snapshot(const RaftReply::SnapshotRange& range,
                            FetchSnapshotResponse& response);
  void lose_leadership();

  // appending, committing (kraft.cc)
  Result<> append_control(std::vector<RaftControlRecord> records, int64_t now_ms);
  Result<> append(Bytes batch, int64_t last_offset, int64_t now_ms);
  Result<> commit_all(RecordBatches batches, int64_t now_ms);
  Result<> flush_now(int64_t now_ms);
  Result<> apply_committed();

  Files& files_;
  Random& random_;
  const BrokerConfig& config_;
  KraftIdentity identity_;
  std::unique_ptr<MetadataLog> log_;
  MetadataImage image_;
  Controller controller_;
  std::optional<Raft> raft_;  // set by open
  KraftOutput output_;
  std::optional<MetadataLoader> loader_;  // into image_
  bool active_ = false;

  // Appended by this leader and not yet committed, oldest first. The rest is read from the log.
  struct Pending {
    std::vector<MetadataRecord> records;
    std::vector<RaftControlRecord> control;
    int64_t first_offset = -1;
    int64_t last_offset = -1;
    int64_t timestamp = 0;
  };
  std::deque<Pending> pending_;
  std::shared_ptr<FlushJob> flushing_;
  std::shared_ptr<Result<>> flush_outcome_;
  int64_t durable_end_ = 0;
  int64_t truncations_ = 0;  // of the log, and when the flush began
  int64_t flushing_truncations_ = 0;

  int64_t broker_epoch_ = no_broker_epoch;
  Uuid broker_incarnation_id_;
  Uuid controller_incarnation_id_;
  std::optional<QuorumState> late_state_;  // to be written at late_state_ms_
  int64_t late_state_ms_ = 0;
  int64_t last_write_ms_ = 0;
  int64_t bytes_since_snapshot_ = 0;
  int64_t last_snapshot_ms_ = 0;
};

}  // namespace kafka
