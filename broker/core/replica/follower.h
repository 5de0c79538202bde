// Follower: fetches the partitions that this broker follows from one leader. Pure: it says what to
// send and takes the answers; node/replica_fetcher.h carries them.
//
//                      follow(epoch)
//                           |
//                           v      records: append; diverging epoch: truncate, go on
//     backoff over     +----------+
//   +----------------> | Fetching | <------------------------------------------+
//   |                  +----------+                                            |
//   |  other error      |   |   | OFFSET_OUT_OF_RANGE                          |
//   |                   |   |   v                                              |
//   |     +---------+   |   |  +------------+ leader's log is shorter: cut ----+
//   +-----| Backoff |<--+   |  | FindingEnd |                                  |
//         +---------+       |  +------------+                                  |
//                           |        | longer                                  |
//   FENCED_LEADER_EPOCH,    v        v                                         |
//   our log broke    +---------+   +--------------+ we end below its start:    |
//                    | Stopped |   | FindingStart | begin anew there; else     |
//                    +---------+   +--------------+ just go on ----------------+
//                         until the next follow()
//
// An own disk that is full counts as an other error: there may be room again.
//
// One request is under way at a time, so a position in an answer is always the one that was asked
// for, unless the partition got a new leader epoch meanwhile: then the answer is not looked at.
// Where two histories part is decided by leader epochs alone (KIP-101, KIP-279, KIP-595): every
// fetch names the epoch of our last record, and the leader says if it knows better. The high
// watermark never decides what is cut.
//
// Note: notes/replication.md
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/core/replica/fetch_session_client.h"
#include "broker/core/replica/replica_table.h"
#include "protocol/api/01_fetch.h"
#include "protocol/api/02_list_offsets.h"

namespace kafka {

struct FollowerSettings {
  int32_t fetch_max_bytes = 1 << 20;      // replica.fetch.max.bytes: of one partition
  int32_t response_max_bytes = 10 << 20;  // replica.fetch.response.max.bytes
  int32_t min_bytes = 1;                  // replica.fetch.min.bytes
  int32_t wait_max_ms = 500;              // replica.fetch.wait.max.ms
  int32_t backoff_max_ms = 1000;          // replica.fetch.backoff.ms
};

// Something an operator should read.
struct FollowerNote {
  bool serious = false;
  std::string text;
};

class Follower {
 public:
  static constexpr int64_t backoff_min_ms = 20;

  Follower(ReplicaTable& replicas, const FollowerSettings& settings)
      : replicas_(replicas), settings_(settings) {}

  // Fetch this partition, under its present leader epoch; also when that has changed.
  void follow(const TopicIdPartition& partition);
  void unfollow(const TopicIdPartition& partition);
  bool empty() const { return partitions_.empty(); }
  size_t size() const { return partitions_.size(); }

  // What to send to the leader now; nothing while a request is under way or all partitions wait
  // for next_deadline_ms().
  using Outgoing = std::variant<FetchRequest, ListOffsetsRequest>;
  std::optional<Outgoing> next(int64_t now_ms);
  bool waits_for_answer() const { return under_way_; }
  int64_t next_deadline_ms() const;  // INT64_MAX: none

  void on_response(const FetchResponse& response, int64_t now_ms);
  void on_response(const ListOffsetsResponse& response, int64_t now_ms);
  // The leader did not answer.
  void on_failure(int64_t now_ms);

  std::vector<FollowerNote> take_notes();

 private:
  enum class Phase { Fetching, FindingEnd, FindingStart, Backoff, Stopped };
  struct State {
    int32_t leader_epoch = no_epoch;
    Phase phase = Phase::Fetching;
    int64_t backoff_ms = backoff_min_ms;
    int64_t retry_at_ms = 0;
    bool caught_up = false;  // by the last answer: then a throttle does not hold it
    bool asked = false;      // in the request under way, and still the same
  };

  Partition* partition_of(const TopicIdPartition& key);
  bool is_throttled(const Partition& partition, const State& state, int64_t now_ms);
  FetchRequest build_fetch(FetchSessionClient::Wanted wanted);
  std::optional<ListOffsetsRequest> build_lookup();
  void wake(int64_t now_ms);
  void take(Partition& partition, State& state, const FetchResponse::PartitionData& data,
            int64_t now_ms);
  void on_error(Partition& partition, State& state, ErrorCode error, int64_t now_ms);
  void on_lookup(Partition& partition, State& state,
                 const ListOffsetsResponse::ListOffsetsPartitionResponse& found, int64_t now_ms);
  void on_disk_error(Partition& partition, State& state, const Error& error, int64_t now_ms);
  void back_off(State& state, int64_t now_ms);
  void stop(Partition& partition, State& state, const Error& error);
  void note(bool serious, std::string text);

  ReplicaTable& replicas_;
  const FollowerSettings& settings_;
  std::map<TopicIdPartition, State> partitions_;
  FetchSessionClient session_;
  std::vector<FollowerNote> notes_;
  int64_t quota_retry_ms_ = INT64_MAX;
  int64_t failed_until_ms_ = 0;  // the leader did not answer
  bool under_way_ = false;
};

}  // namespace kafka
