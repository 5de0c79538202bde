// Raft: who leads the metadata quorum, and what is committed.
//
// Pure: step(event, now) changes the state and returns what to do; the caller does it in the order
// of the fields of RaftOutput and reports back with further events. Nothing here reads a clock, a
// disk or a socket.
//
// Quorum states and transitions:
//
//   state       meaning                      leaves on               to
//   ---------   --------------------------   ---------------------   ----------------------------
//   Unattached  no leader known in epoch     Start, alone to vote    Candidate(epoch + 1)
//   Candidate   voted for itself             majority of votes       Leader(epoch), same step when
//                                                                    it is the only voter
//   Leader      appends and commits          Resign                  Resigned(epoch)
//   Resigned    was leader, is leaving       restart of the node     Unattached(epoch)
//
// This is the table of a quorum of one voter, which is what is built: no message is ever sent.
// With more voters come Prospective (asking for pre-votes, KIP-996), Follower and Observer, and
// start() refuses a configuration that would need them.
//
// Invariants:
//   - The epoch never goes back, and at most one vote is given per epoch; both are on disk before
//     anything that follows from them leaves this node (RaftOutput::save comes first).
//   - The high watermark never goes back. It moves past an offset only when a majority of voters
//     has that offset on disk, and only once the leader's own LeaderChange is among them: an older
//     epoch's records are committed by a newer one's, never by counting alone.
//   - The first record of every epoch is LeaderChange.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "broker/core/raft/quorum_state.h"
#include "broker/core/raft/voters.h"
#include "broker/core/types.h"
#include "protocol/control_records.h"
#include "protocol/result.h"

namespace kafka {

enum class QuorumRole : uint8_t { Unattached, Candidate, Leader, Resigned };

// What happened.
namespace raft_event {
struct Start {};                             // the node is ready to take part
struct Appended { int64_t end_offset = 0; };  // the leader's log grew (not yet durable)
struct Flushed { int64_t end_offset = 0; };   // everything below is durable here
struct Resign {};                            // clean stop
}  // namespace raft_event
using RaftEvent = std::variant<raft_event::Start, raft_event::Appended, raft_event::Flushed,
                               raft_event::Resign>;

// What to do, in this order.
struct RaftOutput {
  std::optional<QuorumState> save;              // 1. make durable before anything else
  std::optional<LeaderChangeMessage> lead;      // 2. append as the first record of leader_epoch()
  bool append_voters = false;                   //    with KRaftVersion and Voters beside it
  std::optional<int64_t> high_watermark;        // 3. everything below it is committed
};

class Raft {
 public:
  struct Config {
    int32_t node_id = -1;
    Uuid directory_id;
  };
  struct LogState {
    int64_t end_offset = 0;
    int32_t last_epoch = 0;        // 0 for an empty log
    bool voters_in_log = false;    // a Voters record stands in the log or in a real snapshot
  };

  // `saved` is the quorum-state file, if there is one. Without it the log's last epoch counts.
  // Fails when this node cannot form the quorum alone: INVALID_CONFIG says what is expected.
  static Result<Raft> create(const Config& config, const std::optional<QuorumState>& saved,
                             VoterSet voters, int16_t kraft_version, const LogState& log);

  RaftOutput step(const RaftEvent& event, int64_t now_ms);

  QuorumRole role() const { return role_; }
  bool is_leader() const { return role_ == QuorumRole::Leader; }
  int32_t leader_id() const { return is_leader() ? config_.node_id : -1; }
  int32_t epoch() const { return epoch_; }
  int64_t high_watermark() const { return high_watermark_; }  // -1 until known
  const VoterSet& voters() const { return voters_; }
  int16_t kraft_version() const { return kraft_version_; }

  // The log's end, and when it was last seen moving: DescribeQuorum shows both.
  int64_t end_offset() const { return end_offset_; }
  int64_t last_append_ms() const { return last_append_ms_; }

 private:
  Raft(const Config& config, VoterSet voters, int16_t kraft_version, const LogState& log);

  RaftOutput on(const raft_event::Start&, int64_t now_ms);
  RaftOutput on(const raft_event::Appended& event, int64_t now_ms);
  RaftOutput on(const raft_event::Flushed& event, int64_t now_ms);
  RaftOutput on(const raft_event::Resign&, int64_t now_ms);
  QuorumState quorum_state() const;

  Config config_;
  VoterSet voters_;
  int16_t kraft_version_ = 0;
  bool voters_in_log_ = false;
  QuorumRole role_ = QuorumRole::Unattached;
  int32_t epoch_ = 0;
  int64_t end_offset_ = 0;
  int64_t epoch_start_offset_ = -1;  // of this leader's LeaderChange
  int64_t high_watermark_ = -1;
  int64_t last_append_ms_ = -1;
};

}  // namespace kafka
