// FetchSessions: what incremental fetches (KIP-227) let a client leave out.
//
//   epoch in the request   means
//   -1                     no session; one that is named ends
//   0                      begin a session with these partitions (one that is named ends)
//   n >= 1                 go on: only partitions that are new or changed are named, and those that
//                          are no longer wanted; n must be the epoch that comes next
//
// A session remembers each partition's position and what the client was told last. A response then
// names only partitions with records, an error, or another high watermark or log start. Partitions
// that had records go to the end of the order, so that a small max.bytes starves none.
//
// Bounded: max.incremental.fetch.session.cache.slots sessions. When they are taken, one that was
// idle for two minutes gives way, or one that old that is smaller than the newcomer; if there is
// none the newcomer fetches without a session (id 0). Followers come first: a consumer never takes
// the place of one, and a follower takes a consumer's. Apache Kafka keeps the same rules in shards.
//
// Interface: begin() resolves a request to the list of partitions to read; finish() drops what the
// client knows already. Pure: time and randomness come in.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/core/env.h"
#include "broker/core/types.h"
#include "protocol/api/01_fetch.h"
#include "protocol/error.h"

namespace kafka {

// A partition as a Fetch names it: by id from v13 on, by name before.
struct FetchKey {
  Uuid topic_id;
  std::string topic;
  int32_t partition = -1;

  friend bool operator==(const FetchKey&, const FetchKey&) = default;
};

}  // namespace kafka

template <>
struct std::hash<kafka::FetchKey> {
  size_t operator()(const kafka::FetchKey& key) const noexcept {
    return kafka::combine_hashes(kafka::combine_hashes(std::hash<kafka::Uuid>{}(key.topic_id),
                                                       std::hash<std::string>{}(key.topic)),
                                 std::hash<int32_t>{}(key.partition));
  }
};

namespace kafka {

// One partition to read, and then what was read.
struct FetchItem {
  FetchKey key;
  FetchRequest::FetchPartition wanted;
  FetchResponse::PartitionData data;
  // What a session's reader was told last; -1: nothing yet.
  int64_t told_high_watermark = -1;
  int64_t told_log_start_offset = -1;
};

struct FetchContext {
  ErrorCode error = ErrorCode::None;  // not None: the whole answer is this error
  int32_t session_id = 0;             // 0: none
  bool incremental = false;           // the answer may leave out what the client knows
  std::vector<FetchItem> items;       // in the order to read them
};

class FetchSessions {
 public:
  FetchSessions(Random& random, size_t slots) : random_(random), slots_(slots) {}
  void set_slots(size_t slots) { slots_ = slots; }

  FetchContext begin(const FetchRequest& request, int16_t version, int64_t now_ms,
                     bool from_follower = false);

  // Remembers what the items say; of an incremental answer it removes those that say nothing new.
  void finish(FetchContext& context);

  size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    FetchKey key;
    FetchRequest::FetchPartition wanted;
    int64_t told_high_watermark = -1;
    int64_t told_log_start_offset = -1;
  };
  struct Session {
    int32_t id = 0;
    int32_t next_epoch = 1;
    bool by_topic_id = false;
    bool of_follower = false;
    int64_t created_ms = 0;
    int64_t last_used_ms = 0;
    std::list<Entry> entries;
    std::unordered_map<FetchKey, std::list<Entry>::iterator> by_key;
    std::list<int32_t>::iterator use;  // in by_use_
  };

  FetchContext begin_full(const FetchRequest& request, int16_t version, int64_t now_ms,
                          bool wants_session, bool from_follower);
  FetchContext go_on(const FetchRequest& request, int16_t version, int64_t now_ms);
  static void update(Session& session, const FetchRequest& request);
  bool make_room(size_t newcomer_size, bool for_follower, int64_t now_ms);
  bool gives_way(const Session& session, bool to_follower, size_t newcomer_size,
                 int64_t now_ms) const;
  void end(int32_t session_id);
  int32_t new_id();

  Random& random_;
  size_t slots_;
  std::unordered_map<int32_t, Session> sessions_;
  std::list<int32_t> by_use_;  // the one used longest ago in front
};

}  // namespace kafka
