// BrokerFailures: notices dead processes before their silence does. Apache Kafka waits for a
// session to run out (9 s) or for fetches to stay away (2 s).
//
// A process that dies closes its connections. So:
//
//   the connection of a broker's heartbeats closes, and it did not say goodbye
//   this controller becomes active: which of the brokers still live?
//        -> the active controller probes the broker's listener; nobody listens: it fences it at
//        once
//   the connection of this node's fetches from the metadata leader closes
//        -> the leader's controller listener is probed; nobody listens: the election begins at once
//
// A probe that is accepted, and again a moment later, decides nothing: the session and the fetch
// timeout do, as in Kafka. So do paused processes and broken networks, which close nothing. A
// broker that was fenced in error is unfenced with its next heartbeat; an election in error is
// stopped by the pre-votes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "broker/config/listeners.h"
#include "broker/handlers/request.h"
#include "broker/io/peers.h"
#include "broker/io/timers.h"

namespace kafka {

class MetadataDriver;
class Node;
struct BrokerImage;

class BrokerFailures {
 public:
  static constexpr int64_t probe_timeout_ms = 250;

  BrokerFailures(Node& node, Peers& peers, MetadataDriver& metadata, Timers& timers,
                 const int64_t& now_ms);

  // The broker spoke on this connection: registration or heartbeat.
  void on_contact(const ReplyTo& from, int32_t broker_id, int64_t broker_epoch);
  // A connection to this node closed.
  void on_disconnect(const ConnectionInfo& connection);
  // This controller became active.
  void on_active();

  // Whether the broker's last connection closed and it was not heard of since: a registration
  // under its id is then not a second process beside it, but the next one. So is one with the same
  // listeners when this controller has not heard of the broker at all: only one process can have
  // them, and it binds them before it registers.
  bool is_lost(const BrokerImage& broker) const;
  bool is_unheard(int32_t broker_id) const { return !contacts_.contains(broker_id); }

 private:
  struct Contact {
    uint64_t connection_id = 0;
    int64_t broker_epoch = -1;
    bool lost = false;
  };

  void on_peer_disconnect(const PeerAddress& address);
  void probe(int32_t broker_id, int64_t broker_epoch);
  bool is_suspect(int32_t broker_id, int64_t broker_epoch) const;
  // `dead` is called if one of several attempts finds nobody, while `suspect` holds.
  void probe(const HostPort& at, size_t attempt, std::function<bool()> suspect,
             std::function<void()> dead);
  void fence(int32_t broker_id, int64_t broker_epoch);

  Node& node_;
  Peers& peers_;
  MetadataDriver& metadata_;
  Timers& timers_;
  const int64_t& now_ms_;
  std::map<int32_t, Contact> contacts_;  // by broker
};

}  // namespace kafka
