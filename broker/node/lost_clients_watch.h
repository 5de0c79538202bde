// LostClientsWatch: tells the log about clients that cannot reach the address they are told
// (core/lost_clients.h decides who is one): which listener, what it advertises, what to change.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "broker/core/lost_clients.h"
#include "broker/handlers/request.h"

namespace kafka {

class Node;

class LostClientsWatch {
 public:
  explicit LostClientsWatch(Node& node) : node_(node) {}

  // Every request that clients send to a broker's listener.
  void on_request(const Request& request);
  void on_disconnect(const ConnectionInfo& connection);

 private:
  void on_metadata(const Request& request);
  void look();
  void report(const LostClient& client) const;

  Node& node_;
  LostClients clients_;
  std::unordered_set<uint64_t> served_;  // connections that asked for more than a greeting
  uint64_t last_served_ = 0;             // the last one of them: most requests come in rows
  int64_t next_look_ms_ = INT64_MAX;
};

}  // namespace kafka
