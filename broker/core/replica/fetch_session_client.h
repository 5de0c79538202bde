// FetchSessionClient: the follower's half of an incremental fetch session (KIP-227).
//
// The leader remembers what we asked for. So a request names only partitions whose position
// changed, new ones, and those that we no longer want; an idle session's request is a few bytes,
// however many partitions it has. The other half is fetch_sessions.h.
//
//   nothing agreed yet   epoch 0, all partitions named
//   session n            epoch 1, 2, ...: the difference to what the leader knows
//   lost or refused      epoch 0 again; the old session's id with it, so that the leader forgets it
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "broker/core/types.h"
#include "protocol/api/01_fetch.h"

namespace kafka {

class FetchSessionClient {
 public:
  using Wanted = std::map<TopicIdPartition, FetchRequest::FetchPartition>;

  // Fills in session, topics and forgotten topics, so that the leader reads just `wanted`.
  void fill(Wanted wanted, FetchRequest& request);

  // False when the answer is about the session alone: nothing else in it counts.
  bool on_response(const FetchResponse& response);
  // No answer came: whether the leader saw the request is unknown.
  void on_failure();

  int32_t session_id() const { return session_id_; }

 private:
  Wanted known_;  // what the leader knows after the last request
  int32_t session_id_ = 0;
  int32_t next_epoch_ = 0;
};

}  // namespace kafka
