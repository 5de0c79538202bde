// BrokerSessions: which broker was heard of, and when. What the active controller knows and the
// metadata log does not: it is lost with leadership, and the next controller starts afresh.
//
//   registration -> session        heartbeat -> heard()        silence for the timeout -> expired()
//
// A broker has a session for each registration, named by its epoch: what its former life sent does
// not prolong the new one. After a change of controllers every broker counts as heard of at the
// first look, so none is fenced for the silence of an election.
//
// A broker in the process of the active controller needs no heartbeat: it is alive while the
// controller is, and reads what the controller commits at once.
//
// Times are milliseconds; offsets are those of the metadata log.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "broker/core/controller/image.h"

namespace kafka {

struct BrokerSession {
  static constexpr int64_t not_yet = -1;

  int64_t broker_epoch = no_broker_epoch;
  int64_t caught_up_from = 0;  // the offset of its RegisterBroker record
  int64_t last_contact_ms = not_yet;
  int64_t metadata_offset = -1;       // what it has read, as its last heartbeat said
  int64_t shutdown_offset = not_yet;  // controlled shutdown: others must have read this far

  bool is_stopping() const { return shutdown_offset != not_yet; }
};

class BrokerSessions {
 public:
  // `local_broker` is the broker in this process, or -1.
  BrokerSessions(int64_t timeout_ms, int32_t local_broker)
      : timeout_ms_(timeout_ms), local_broker_(local_broker) {}

  // Leadership begins: one session for each registration.
  void reset(const MetadataImage& image);

  // As the records say.
  void on_registered(int32_t broker_id, int64_t broker_epoch, int64_t record_offset);
  void on_fenced(int32_t broker_id);
  void on_unregistered(int32_t broker_id);

  // A heartbeat of this registration. Another epoch than the session's is ignored.
  void heard(int32_t broker_id, int64_t broker_epoch, int64_t metadata_offset, int64_t now_ms);
  // The broker's leaderships are gone with the record at `offset`. The first one counts.
  void begin_shutdown(int32_t broker_id, int64_t offset);
  // Brokers without any contact so far count as heard of now.
  void start_clocks(int64_t now_ms);

  const BrokerSession* find(int32_t broker_id) const;
  bool is_local(int32_t broker_id) const { return broker_id == local_broker_; }
  bool is_live(int32_t broker_id, int64_t broker_epoch, int64_t now_ms) const;

  // How far the slowest broker has read: of those that are unfenced and not stopping. INT64_MAX
  // when there is none.
  int64_t lowest_active_offset(const MetadataImage& image) const;

  // Unfenced brokers whose session has run out, longest silence first.
  std::vector<int32_t> expired(const MetadataImage& image, int64_t now_ms) const;
  // When expired() may have a new answer; INT64_MAX when nobody is waited for.
  int64_t next_expiry_ms(const MetadataImage& image) const;

 private:
  bool expires(int32_t broker_id, const MetadataImage& image) const;

  int64_t timeout_ms_;
  int32_t local_broker_;
  std::map<int32_t, BrokerSession> sessions_;
};

}  // namespace kafka
