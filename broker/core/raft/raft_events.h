// What goes into Raft and what comes out of it: events, outputs, timeouts.
//
// RaftOutput is carried out in the order of its fields, before the next event is stepped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/core/raft/log_history.h"
#include "broker/core/raft/metadata_batch.h"
#include "broker/core/raft/quorum_state.h"
#include "broker/core/raft/raft_messages.h"
#include "broker/core/raft/snapshot.h"
#include "protocol/error.h"

namespace kafka {

// What happened.
namespace raft_event {
struct Start {};  // the node is ready to take part
struct Tick {};   // next_deadline_ms has come

// A message of another node. The answer comes in RaftOutput::replies under the same id, at once or
// later. `version` is the API version: what it cannot say is left out of the answer.
struct Request {
  uint64_t id = 0;
  int16_t version = 0;
  RaftRequest request;
};
// The answer to a RaftOutput::sends of this id; or that there will be none.
struct Response {
  uint64_t id = 0;
  RaftResponse response;
};
struct Failed {
  uint64_t id = 0;
  ErrorCode error = ErrorCode::NetworkException;  // or RequestTimedOut, UnsupportedVersion
};

struct Appended { int64_t end_offset = 0; };  // the leader's log grew by data (not yet durable)
struct Flushed { int64_t end_offset = 0; };   // everything below is durable here
// A snapshot was written here, or the log's prefix was removed: the log starts at `log_start` (an
// end of a snapshot), `newest` is the newest snapshot.
struct Compacted {
  SnapshotId log_start;
  SnapshotId newest;
};
// What snapshot_chunk completed is in place, and the log is empty behind it.
struct SnapshotInstalled {
  SnapshotId id;
  LogHistory::Voters voters;  // kraft.version 0: ignored
};
// This node's process is dead, for certain: its connection was closed and nobody listens there.
struct LeaderGone { int32_t node_id = -1; };
// Clean stop: a leader hands over to its best follower. Afterwards this node leads no more.
struct Resign {};
}  // namespace raft_event
using RaftEvent =
    std::variant<raft_event::Start, raft_event::Tick, raft_event::Request, raft_event::Response,
                 raft_event::Failed, raft_event::Appended, raft_event::Flushed,
                 raft_event::Compacted, raft_event::SnapshotInstalled, raft_event::LeaderGone,
                 raft_event::Resign>;

// A part of the leader's snapshot. The first one has position 0: what an earlier attempt left is
// dropped. With the last one the snapshot replaces the log, then SnapshotInstalled.
struct SnapshotChunk {
  SnapshotId id;
  int64_t position = 0;
  Bytes bytes;
  bool last = false;
};

// An answer. What Raft cannot know, because it stands on disk, is left to the caller:
struct RaftReply {
  struct LogRange {  // for the records of a FetchResponse
    int64_t offset = 0;
    int32_t bytes_max = 0;
  };
  struct SnapshotRange {  // for size and bytes of a FetchSnapshotResponse
    SnapshotId id;
    int64_t position = 0;
    int32_t bytes_max = 0;
  };
  uint64_t id = 0;
  RaftResponse response;
  std::optional<LogRange> records;
  std::optional<SnapshotRange> snapshot;
};

struct RaftSend {
  uint64_t id = 0;
  RaftAddress to;
  RaftRequest request;
};

// What to do, in this order. A failure of 1 to 5 is fatal for the node.
struct RaftOutput {
  std::optional<QuorumState> save;              // 1. make durable before anything else; but
  bool save_may_wait = false;                   //    where only who leads is news, at leisure
  std::optional<int64_t> truncate_to;           // 2. drop the log from this offset on
  Bytes append;                                 // 3. batches from the leader, as they are
  std::optional<SnapshotChunk> snapshot_chunk;  // 4. of a snapshot that is being fetched
  std::vector<RaftControlRecord> control;       // 5. append as one batch of epoch(): not reported
                                                //    back with Appended, Flushed is enough
  std::optional<int64_t> high_watermark;        // 6. everything below it is committed
  std::vector<RaftReply> replies;               // 7.
  std::vector<RaftSend> sends;                  // 8.
  bool became_leader = false;  // and LeaderChange is committed: the controller may begin; never
                               // of a leadership that the same step ended
  bool lost_leadership = false;                 // what is not committed may never be
  std::vector<std::string> log;                 // lines for the operator
};

struct RaftTimeouts {
  int64_t election_ms = 1000;  // waited for once to twice as long
  int64_t election_backoff_max_ms = 1000;
  int64_t fetch_ms = 2000;
  int64_t retry_backoff_ms = 20;
  int64_t first_election_ms = 25;  // waited for once to twice as long, then doubled
  int32_t fetch_wait_max_ms = 500;
  int32_t fetch_bytes_max = 1 << 20;
  int32_t fetch_snapshot_bytes_max = 1 << 20;
  int64_t request_ms = 2000;  // the caller reports Failed after this time
};

// How far a replica is, as the leader knows it (DescribeQuorum).
struct ReplicaProgress {
  ReplicaKey key;
  int64_t log_end_offset = -1;
  int64_t last_fetch_ms = -1;
  int64_t last_caught_up_ms = -1;
  bool is_voter = false;
};

}  // namespace kafka
