// Departures: brokers that seem to be gone, and brokers that just went; so that a client which asks
// about them at once gets an answer it can use.
//
// A client notices the death of its leader by the closed connection, and asks another broker for
// metadata within a millisecond: before anybody had time to elect a new leader. Told the dead one
// again, librdkafka believes it for a second. But what the client noticed, the other brokers
// noticed too: the dead broker's fetches from them and theirs from it broke at the same moment.
//
//   a connection from or to an unfenced broker closes  -> suspect, for hold_ms at most
//   it speaks again, is fenced, or registers anew      -> suspect no more: news
//
// Metadata that names a suspect as a leader waits for the news (handlers/03_metadata.cc). What a
// process sent before it died still lies in sockets, and is no sign of life: for late_ms it has to
// speak over another connection than before. And because the client's connection may close some
// microseconds before ours, Metadata that names another broker as a leader waits for settle_ms in
// any case.
//
// And a broker that was fenced is listed for another listed_ms among the brokers, though it leads
// nothing any more: librdkafka drops a broker that is not listed together with what is queued for
// it, and looks for that a second later; a leader that moved away from a broker that is still
// listed takes the queue along. Apache Kafka lists a dead broker until its session has run out.
//
// Pure. Notes: notes/failover.md
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "broker/core/controller/image.h"
#include "broker/core/types.h"

namespace kafka {

class Departures {
 public:
  static constexpr int64_t hold_ms = 2000;
  static constexpr int64_t late_ms = 100;
  static constexpr int64_t settle_ms = 5;
  static constexpr int64_t listed_ms = 1500;
  static constexpr TopicIdPartition news{{}, -1};  // what held requests wait for in the purgatory

  // The broker speaks over this connection; or it answered. True: it was suspect, which is news.
  bool on_contact(uint64_t connection_id, int32_t broker_id, int64_t now_ms);
  bool on_answer(int32_t broker_id, int64_t now_ms);

  // A connection of clients or brokers to this node closed.
  void on_disconnect(uint64_t connection_id, const MetadataImage& image, int64_t now_ms);
  // A connection of this node to another one was closed there.
  void on_disconnect(std::string_view host, uint16_t port, const MetadataImage& image,
                     int64_t now_ms);

  // The image moved; which may be news.
  void on_image(const MetadataImage& image, int64_t now_ms);

  bool is_suspect(int32_t broker_id, int64_t now_ms) const;
  bool just_left(int32_t broker_id, int64_t now_ms) const;

 private:
  struct Suspicion {
    int64_t broker_epoch;
    int64_t since_ms;
  };

  void suspect(const BrokerImage& broker, int64_t now_ms);

  std::map<uint64_t, int32_t> contacts_;     // by connection: the broker that fetches over it
  std::map<int32_t, Suspicion> suspects_;    // by broker
  std::map<int32_t, int64_t> listed_until_;  // by broker; INT64_MAX: not fenced
};

}  // namespace kafka
