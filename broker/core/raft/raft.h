// Raft: who leads the metadata quorum, what its log holds, and what of it is committed.
//
// Pure: step(event, now) changes the state and returns what to do; the caller does it in the order
// of the fields of RaftOutput and reports back with further events. Nothing here reads a clock, a
// disk or a socket, and the same events give the same outputs (Random is seeded by the caller).
//
// Quorum states and transitions:
//
//   state        meaning                        leaves on                      to
//   -----------  -----------------------------  -----------------------------  -------------------
//   Unattached   no leader known in epoch;      Start, alone to vote           Leader(epoch + 1)
//                asks bootstrap servers         a leader is heard of           Follower
//                                               election timeout, as a voter   Prospective
//   Prospective  asks for pre-votes (KIP-996):  majority                       Candidate(epoch + 1)
//                the epoch stays, no one is     refused or timeout             Follower (leader
//                disturbed                                                     known) or Unattached
//   Candidate    voted for itself in epoch      majority                       Leader
//                                               refused or timeout             Prospective
//   Leader       appends, answers fetches,      Resign, no majority fetches,   Resigned
//                commits                        its removal is committed
//   Follower     fetches from the leader        fetch timeout, EndQuorumEpoch, Prospective (voter),
//                                               LeaderGone                     Unattached
//                                               (observer)
//   Resigned     led; still votes for others    election timeout               Unattached(epoch +
//   1)
//                                                                              unless it is
//                                                                              stopping
//   any          -                              a message with a higher epoch  Follower or
//   Unattached
//
// An observer (a broker, or a controller that is not a voter yet) is Unattached or Follower.
//
// Invariants:
//   - The epoch never goes back, and at most one vote is given per epoch; both are on disk before
//     anything that follows from them leaves this node (RaftOutput::save comes first). Who leads is
//     on disk some time later: a node that forgot it asks, and has promised nobody anything by it.
//   - A controller's Fetch names an offset as its log end only when everything before it is on
//   disk:
//     the leader takes a Fetch for an acknowledgement. (Brokers are never counted, nor wait.)
//   - The high watermark never goes back. It moves past an offset only when a majority of voters
//     has that offset on disk, and only once the leader's own LeaderChange is among them: an older
//     epoch's records are committed by a newer one's, never by counting alone.
//   - Nothing below the high watermark is ever truncated.
//   - The first record of every epoch is LeaderChange. One change of the voters at a time, and only
//     after that record is committed; voters count from the moment they are appended.
//
//   - A leader that is removed leads on until that is committed, and a removed node may be elected
//   as
//     long as it is not known to be: it may have the only log that is current.
//
// Differences from Apache Kafka: the first election of a start is tried after a few milliseconds,
// not after the election timeout (a pre-vote disturbs nobody), and LeaderGone begins one as soon as
// a dead leader's connection is closed.
//
// Files: raft.cc (states), raft_election.cc, raft_leader.cc, raft_replication.cc, raft_snapshot.cc,
// raft_voters.cc. Note: notes/metadata_log.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/config/listeners.h"
#include "broker/core/env.h"
#include "broker/core/raft/log_history.h"
#include "broker/core/raft/quorum_state.h"
#include "broker/core/raft/raft_events.h"
#include "broker/core/raft/raft_messages.h"
#include "broker/core/raft/voters.h"
#include "protocol/result.h"

namespace kafka {

enum class QuorumRole : uint8_t { Unattached, Prospective, Candidate, Leader, Follower, Resigned };

std::string_view name(QuorumRole role);

// The levels of kraft.version that this node supports.
inline constexpr int16_t kraft_version_min = 0;
inline constexpr int16_t kraft_version_max = 1;

class Raft {
 public:
  struct Config {
    int32_t node_id = -1;
    Uuid directory_id;
    std::string cluster_id;
    bool is_controller = true;                // a broker observes, whatever the voters say
    bool auto_join = false;                   // a controller that is no voter asks to be one
    std::vector<VoterEndpoint> endpoints;     // of this node; the first is for the quorum
    std::vector<HostPort> bootstrap_servers;  // besides the voters that are known
    RaftTimeouts timeouts;
  };

  // `saved` is the quorum-state file, if there is one. Without it the log's last epoch counts.
  // `random` outlives it. INVALID_CONFIG when this node can never find a quorum.
  static Result<Raft> create(const Config& config, Random& random,
                             const std::optional<QuorumState>& saved, LogHistory log);

  RaftOutput step(const RaftEvent& event, int64_t now_ms);

  // Static voters become dynamic ones (kraft.version 0 to 1): possible when every voter has told
  // the leader its directory id. Returns the offset that must be committed, and what to do.
  Result<int64_t> upgrade_kraft_version(int16_t level, RaftOutput& output, int64_t now_ms);

  // When to step(Tick), at the latest; INT64_MAX for never.
  int64_t next_deadline_ms() const { return next_deadline_ms_; }

  QuorumRole role() const { return role_; }
  bool is_leader() const { return role_ == QuorumRole::Leader; }
  // The leader has committed its LeaderChange: it speaks for the quorum.
  bool is_active() const { return is_leader() && active_; }
  int32_t leader_id() const { return leader_.id; }       // -1: unknown
  const RaftAddress& leader() const { return leader_; }  // its endpoint of the quorum
  int32_t epoch() const { return epoch_; }
  int64_t high_watermark() const { return high_watermark_; }  // -1 until known
  int64_t start_offset() const { return log_.start_offset(); }
  int64_t end_offset() const { return log_.end_offset(); }
  int64_t durable_end() const { return durable_end_; }
  const LogHistory& history() const { return log_; }
  const VoterSet& voters() const { return log_.voters().voters; }
  int16_t kraft_version() const { return log_.voters().kraft_version; }
  bool is_voter() const;
  bool is_only_voter() const { return is_voter() && voters().size() == 1; }
  // A controller's appended bytes must be flushed for the quorum to go on: it may be a voter before
  // it knows. A broker's need not.
  bool flush_counts() const { return config_.is_controller; }

  // Voters and observers, this node among them; of a leader only.
  std::vector<ReplicaProgress> replicas(int64_t now_ms) const;

  // After Resign: nothing is left to wait for, another node leads or none is there to.
  bool handed_over() const { return !handing_over_; }

 private:
  // How this node stands to one other replica, while it leads.
  struct Progress {
    int64_t log_end_offset = -1;
    int64_t last_fetch_ms = -1;
    int64_t last_caught_up_ms = -1;
    int64_t leader_end_at_last_fetch = -1;
    int64_t next_begin_epoch_ms = 0;
  };
  // A Fetch that waits for something to return.
  struct ParkedFetch {
    uint64_t id = 0;
    int16_t version = 0;
    ReplicaKey replica;
    FetchRequest::FetchPartition position;
    int32_t bytes_max = 0;
    int64_t deadline_ms = 0;
  };
  struct InFlight {
    RaftAddress to;
    size_t kind = 0;  // index in RaftRequest
    int32_t epoch = 0;
    bool pre_vote = false;
  };
  // A change of the voters that a request asked for.
  struct VoterChange {
    uint64_t request_id = 0;
    size_t kind = 0;
    Voter voter;
    bool ack_when_committed = true;
    int64_t deadline_ms = INT64_MAX;
    int64_t commit_offset = -1;  // of the Voters record; -1 while ApiVersions is awaited
  };
  struct SnapshotFetch {
    SnapshotId id;
    int64_t position = 0;
    bool installing = false;
  };
  enum class Vote : uint8_t { Unknown, Granted, Refused, Unreachable };
  enum class HistoryAt : uint8_t { Same, Diverged, BeforeStart };

  Raft(const Config& config, Random& random, LogHistory log);

  // raft.cc: events, states, deadlines
  void on(const raft_event::Start&);
  void on(const raft_event::Tick&) {}
  void on(const raft_event::Request& event);
  void on(const raft_event::Response& event);
  void on(const raft_event::Failed& event);
  void on(const raft_event::Appended& event);
  void on(const raft_event::Flushed& event);
  void on(const raft_event::Compacted& event);
  void on(const raft_event::SnapshotInstalled& event);
  void on(const raft_event::LeaderGone& event);
  void on(const raft_event::Resign&);
  void run_state();
  void become_unattached(int32_t epoch);
  void become_follower(int32_t epoch, RaftAddress leader);
  void leave_leadership();
  // What a message says about leader and epoch; false: it is of an older epoch.
  bool learn(int32_t leader_id, int32_t epoch, const std::optional<RaftAddress>& address);
  void save();
  ReplicaKey vote_in(const QuorumState& state) const;
  bool same_promises(const QuorumState& a, const QuorumState& b) const;
  void run_at(int64_t deadline_ms);  // makes next_deadline_ms() that early
  int64_t jittered(int64_t ms);      // once to twice as long
  int64_t fetch_deadline_ms();
  ReplicaKey self() const { return {config_.node_id, config_.directory_id}; }
  RaftAddress own_address() const;
  std::optional<RaftAddress> address_of(int32_t voter_id) const;
  bool is_voter_key(const ReplicaKey& key) const;
  bool may_lead() const;
  bool awaits_flush() const { return flush_counts() && durable_end_ < log_.end_offset(); }
  size_t majority() const { return voters().size() / 2 + 1; }
  bool names_this_node(int32_t id, const Uuid& directory_id) const;
  bool wrong_cluster(const std::optional<std::string>& cluster_id) const;
  ErrorCode check_leader_request(int32_t epoch) const;
  void send(const RaftAddress& to, RaftRequest request, bool pre_vote = false);
  bool is_in_flight(size_t kind, int32_t to) const;
  void reply(uint64_t id, RaftResponse response);
  void say(std::string line) { out_.log.push_back(std::move(line)); }

  // raft_election.cc
  void become_prospective();
  void become_candidate();
  void begin_voting();
  void run_unattached();
  void run_election();
  void count_votes();
  void send_votes();
  void lose_election();
  void give_up_election();
  bool grants(const ReplicaKey& candidate, bool log_is_current, bool pre_vote) const;
  void handle(const raft_event::Request& event, const VoteRequest& request);
  void handle(const InFlight& sent, const VoteResponse& response);
  VoteResponse judge(const VoteRequest& request);
  void vote_failed(const InFlight& sent, ErrorCode error);
  void take_vote(const InFlight& sent, Vote vote);

  // raft_leader.cc
  void become_leader(const std::vector<int32_t>& granting);
  void become_resigned();
  void run_leader();
  void check_quorum();
  void send_begin_epoch();
  void advance_high_watermark();
  void set_high_watermark(int64_t offset);
  void handle(const raft_event::Request& event, const BeginQuorumEpochRequest& request);
  void handle(const raft_event::Request& event, const EndQuorumEpochRequest& request);
  void handle(const InFlight& sent, const BeginQuorumEpochResponse& response);
  void handle(const InFlight& sent, const EndQuorumEpochResponse& response);
  template <class Request, class Claim>
  ErrorCode judge_claim(const Request& request, const Claim* told) const;
  ErrorCode judge(const BeginQuorumEpochRequest& request);
  ErrorCode judge(const EndQuorumEpochRequest& request);

  // raft_replication.cc
  void run_follower();
  void run_discovery();
  void send_fetch(const RaftAddress& to, int32_t max_wait_ms);
  void handle(const raft_event::Request& event, const FetchRequest& request);
  void handle(const InFlight& sent, const FetchResponse& response);
  void take_fetched(const FetchResponse::PartitionData& partition);
  void truncate_for(const FetchResponse::EpochEndOffset& diverging);
  HistoryAt history_at(const FetchRequest::FetchPartition& asked) const;
  bool answer_fetch(const ParkedFetch& fetch, bool may_wait);
  void park(ParkedFetch fetch);
  void answer_parked(bool all);
  void note_fetch(const ReplicaKey& replica, int64_t offset);
  ReplicaKey progress_key(const ReplicaKey& replica) const;
  FetchResponse fetch_response(ErrorCode error, int16_t version) const;

  // raft_snapshot.cc
  void send_fetch_snapshot();
  void handle(const raft_event::Request& event, const FetchSnapshotRequest& request);
  void handle(const InFlight& sent, const FetchSnapshotResponse& response);

  // raft_voters.cc
  void handle(const raft_event::Request& event, const AddRaftVoterRequest& request);
  void handle(const raft_event::Request& event, const RemoveRaftVoterRequest& request);
  void handle(const raft_event::Request& event, const UpdateRaftVoterRequest& request);
  void handle(const InFlight& sent, const ApiVersionsResponse& response);
  void handle(const InFlight& sent, const AddRaftVoterResponse& response);
  void handle(const InFlight& sent, const RemoveRaftVoterResponse& response);
  void handle(const InFlight& sent, const UpdateRaftVoterResponse& response);
  void handle(const raft_event::Request&, const ApiVersionsRequest&);
  ErrorCode check_change(const std::optional<std::string>& cluster_id) const;
  void append_voters(VoterSet voters);
  void finish_change(ErrorCode error, std::string message = {});
  void run_voter_change();
  void run_update_voter();
  void run_auto_join();
  bool is_time_to_tell_leader();
  Voter own_voter() const;
  UpdateRaftVoterResponse update_response(ErrorCode error) const;
  ErrorCode check_update(const UpdateRaftVoterRequest& request,
                         const std::vector<VoterEndpoint>& endpoints) const;

  Config config_;
  Random& random_;
  LogHistory log_;
  SnapshotId newest_snapshot_;
  RaftOutput out_;      // of the step at hand
  int64_t now_ms_ = 0;  // of the step at hand
  int64_t next_deadline_ms_ = INT64_MAX;
  std::optional<QuorumState> saved_;  // what is on disk
  bool started_ = false;
  bool stopping_ = false;
  bool handing_over_ = false;  // led when it was stopped, and no successor is known yet

  QuorumRole role_ = QuorumRole::Unattached;
  int32_t epoch_ = 0;
  RaftAddress leader_;
  ReplicaKey voted_;  // in epoch_; id -1: nobody
  int64_t durable_end_ = 0;
  int64_t high_watermark_ = -1;
  std::map<uint64_t, InFlight> in_flight_;
  uint64_t last_send_ = 0;

  // Unattached, Prospective, Candidate, Resigned; in Follower the fetch timeout.
  int64_t election_deadline_ms_ = INT64_MAX;
  std::map<int32_t, Vote> votes_;
  std::map<int32_t, int64_t> vote_retry_ms_;
  int elections_lost_ = 0;  // since a leader was known
  bool lost_ = false;       // this election is lost; its deadline is that of a backoff

  // Follower, and Unattached while it looks for a leader
  bool has_fetched_ = false;  // from the leader of this epoch
  bool leader_gone_ = false;
  int64_t next_fetch_ms_ = 0;
  size_t next_bootstrap_ = 0;
  int discovery_tries_ = 0;
  std::optional<SnapshotFetch> snapshot_fetch_;
  int64_t next_update_voter_ms_ = INT64_MAX;
  int32_t told_epoch_ = -1;                  // whose leader knows this voter (kraft.version 0)
  std::map<int32_t, Voter> updated_voters_;  // kraft.version 0: what voters said of themselves

  // Leader
  bool active_ = false;
  int64_t epoch_start_offset_ = -1;  // of its LeaderChange
  std::map<ReplicaKey, Progress> progress_;
  std::vector<ParkedFetch> parked_;
  std::optional<VoterChange> change_;
};

}  // namespace kafka
