// RaftCluster: several Raft instances, each with a disk, on a network in memory. One seed decides
// every latency, loss and election timeout, so a run can be repeated.
//
// After every step it checks what must always hold:
//   - an epoch has one leader
//   - what was committed once stays: every node's log below its high watermark is the same, byte for
//     byte, as what any node ever had committed there
//   - a node's high watermark never goes back while it runs
//   - a vote or an epoch that left a node is never forgotten by it
//   - a voter acknowledges nothing that is not on its disk
//
// Messages pass the codec on their way. A crash loses what was not flushed, or any part of it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/core/raft/raft.h"

namespace kafka::test {

class RaftCluster {
 public:
  struct Options {
    uint64_t seed = 1;
    int voters = 3;
    int observers = 0;  // controllers that are not voters, ids behind the voters'
    bool dynamic = true;
    bool auto_join = false;
    int drop_percent = 0;
    int64_t latency_max_ms = 2;
    int64_t flush_max_ms = 2;
  };
  explicit RaftCluster(const Options& options);

  // -- Time --
  void run(int64_t ms);
  // Until the condition holds; false when it does not within `ms`.
  template <class Condition>
  bool run_until(Condition condition, int64_t ms = 20'000) {
    const int64_t end_ms = now_ms_ + ms;
    while (!condition()) {
      if (!advance(end_ms)) {
        return condition();
      }
    }
    return true;
  }
  int64_t now_ms() const { return now_ms_; }

  // -- Faults --
  void crash(int id);    // kill -9: what was not flushed is lost from some point on
  void restart(int id);
  void wipe(int id);     // a new disk
  void partition(const std::vector<std::set<int>>& sides);  // who is in none is alone
  void heal() { sides_.clear(); }
  void tell_gone(int id);  // everybody's failure detector says that this node's process is dead
  void resign(int id) { step(id, raft_event::Resign{}); }

  // -- Data --
  // Appends a batch at the leader; its offset. The leader is the active one.
  std::optional<int64_t> append();
  void compact(int id);  // a snapshot at the high watermark, and the log's prefix goes
  // A client's request to a node; answers() gets "name: ERROR" when it is answered.
  void request(int to, RaftRequest request);
  const std::vector<std::string>& answers() const { return answers_; }

  // -- What a test looks at --
  Raft& raft(int id) { return *nodes_.at(id).raft; }
  bool is_up(int id) const { return nodes_.at(id).raft != nullptr; }
  std::vector<int> up() const;
  int leader() const;  // the active one of the highest epoch; -1
  bool is_committed(int64_t offset) const { return offset < committed_end_; }
  bool everyone_has(int64_t end_offset) const;  // committed, on every node that is up
  Uuid directory(int id) const { return nodes_.at(id).directory; }
  std::string status() const;  // a line per node
  int64_t sent() const { return sent_; }
  std::vector<std::string> trace;  // every line that raft logs, with time and node
  void say(const std::string& line);

 private:
  struct Batch {
    int64_t base_offset = 0;
    int64_t next_offset = 0;
    Bytes bytes;
  };
  struct Node {
    int id = 0;
    Uuid directory;
    bool controller = true;
    std::unique_ptr<Raft> raft;
    // disk
    std::vector<Batch> log;
    SnapshotId start{0, 0};
    int64_t durable_end = 0;
    std::optional<QuorumState> saved;
    std::map<SnapshotId, Bytes> snapshots;
    Bytes part;
    // what must not be forgotten
    int32_t told_epoch = 0;
    int64_t high_watermark = -1;
    std::optional<int64_t> flush_due_ms;
    int64_t flush_end = 0;
    int life = 0;
    std::unique_ptr<SeededRandom> random;
  };
  struct Message {
    int64_t sequence = 0;
    int from = 0;
    int from_life = 0;
    int to = 0;
    int to_life = 0;
    uint64_t id = 0;  // of the sender
    std::optional<RaftRequest> request;
    std::optional<RaftResponse> response;
    std::optional<ErrorCode> failure;
    Bytes bytes;  // that spans of the response point into
  };

  bool advance(int64_t end_ms);
  void step(int id, const RaftEvent& event);
  void carry_out(Node& node, RaftOutput output);
  void answer(Node& node, RaftReply reply);
  void deliver(Message message);
  void post(Message message);
  bool connected(int a, int b) const;
  int node_at(const RaftAddress& address) const;
  void check(Node& node);
  void append_to(Node& node, std::span<const uint8_t> bytes);
  int64_t end_of(const Node& node) const;
  Raft::Config config(const Node& node) const;
  LogHistory history(const Node& node) const;
  VoterSet static_voters_of_cluster() const;

  Options options_;
  SeededRandom random_;
  int64_t now_ms_ = 0;
  std::map<int, Node> nodes_;
  std::multimap<int64_t, Message> network_;  // by arrival
  std::vector<std::set<int>> sides_;
  int64_t sent_ = 0;
  // requests under way at a node: event id -> who waits
  std::map<uint64_t, Message> asked_;
  uint64_t last_asked_ = 0;
  std::vector<std::string> answers_;
  std::map<int32_t, int> leaders_;     // by epoch
  std::map<int64_t, Bytes> committed_;  // by base offset
  int64_t committed_end_ = 0;
};

}  // namespace kafka::test
