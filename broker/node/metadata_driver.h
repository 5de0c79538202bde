// MetadataDriver: runs Kraft, the metadata side of the node, in any of its roles.
//
//   commit(records) -> append, apply to the controller   now
//   ask(request)    -> Kraft                             a message of the quorum
//   end of the event -> one fsync for all of them        on the disk thread
//                    -> answers and messages that may leave now
//   fsync done, followers' fetches -> high watermark, image, publish(delta), then every `done`
//
// So many commits of one event cost one fsync, and no answer leaves before what it rests on is
// durable. A commit that this node's leadership did not outlive ends with NOT_CONTROLLER: whether
// its records stay is the next leader's to say. A failed fsync of the metadata log is fatal for the
// node: what is on disk is unknown then.
//
// Messages of the quorum go out on two channels: fetches wait at the leader for half a second, and
// nothing else should wait behind them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "broker/core/controller/kraft.h"
#include "broker/core/reply_to.h"
#include "broker/io/disk_thread.h"
#include "broker/io/peers.h"
#include "broker/io/timers.h"

namespace kafka {

class MetadataDriver {
 public:
  static constexpr std::string_view fetch_channel = "raft";
  static constexpr std::string_view vote_channel = "raft-vote";

  struct Callbacks {
    std::function<void(const MetadataDelta&)> publish;
    std::function<void(const Error&)> fatal;
    std::function<void(const ReplyTo&, const RaftResponse&)> reply;
    std::function<void(bool became_active)> leader_moved;  // another leader, or none, or this node
  };

  MetadataDriver(DiskThread& disk, Timers& timers, Peers& peers, const int64_t& now_ms)
      : disk_(disk), timers_(timers), peers_(peers), now_ms_(now_ms) {}

  void own(std::unique_ptr<Kraft> kraft, int64_t request_timeout_ms, Callbacks callbacks);
  Kraft& kraft() { return *kraft_; }
  const Kraft& kraft() const { return *kraft_; }

  void commit(std::vector<MetadataRecord> records, std::function<void(Result<>)> done);

  // Raises kraft.version, as control records; `done` as above.
  void upgrade_kraft_version(int16_t level, std::function<void(Result<>)> done);

  // A message of the quorum, or a change of its voters; answered through callbacks.reply.
  void ask(const ReplyTo& reply_to, RaftRequest request);
  void on_leader_gone(int32_t node_id);
  void resign();

  // What Kraft was told by others than this driver is worked off at the end of the event.
  void touch() { touched_ = true; }

  // At the end of every event: starts the fsync that is asked for, answers, sends, publishes.
  void finish_event();
  void stop();  // what waits is answered with NOT_CONTROLLER

 private:
  void await(const Result<int64_t>& offset, std::function<void(Result<>)> done);
  void flush();
  void note(const Result<>& outcome);  // an error is fatal
  void run_output();
  void send(RaftSend message);
  void serve_waiting();
  void note_leader(bool became_active);
  void arm();

  struct Waiting {
    int64_t offset;
    std::function<void(Result<>)> done;
  };
  void fail(std::deque<Waiting> lost);

  DiskThread& disk_;
  Timers& timers_;
  Peers& peers_;
  const int64_t& now_ms_;
  std::unique_ptr<Kraft> kraft_;
  int64_t request_timeout_ms_ = 0;
  Callbacks callbacks_;
  std::deque<Waiting> waiting_;
  std::map<uint64_t, ReplyTo> asked_;
  uint64_t last_request_ = 0;
  RaftAddress leader_;
  int32_t epoch_ = -1;
  bool touched_ = false;   // since the last finish_event()
  bool flushing_ = false;  // one at a time
  bool stopped_ = false;
  int64_t armed_ms_ = INT64_MAX;
  TimerId timer_ = 0;
};

}  // namespace kafka
