// LostClients: sees clients that bootstrap here and cannot reach the address they are then told.
//
// A client dials a bootstrap address, asks for metadata, and dials the advertised address that it
// finds there. Where that address does not exist from the client's place (a container's name, a
// localhost of another machine), the client waits or begins anew, and this broker sees only the
// asking. That is what newcomers lose most time with, so it is worth a line in the log.
//
// Lost is a client (peer, client id, listener) that asks for metadata, and for nothing else, and
//   - named topics, was told this broker alone, and still waits on its connection after
//   patience_ms;
//   - or began anew, on three connections within repeat_ms.
// Not lost: who asked for anything else on any connection; who asked for all topics (a list of
// topics is an answer in itself); who came a second time at once (it could dial what it was told).
//
// A client is reported once. Pure. Notes: notes/listeners.md
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "protocol/api_keys.h"

namespace kafka {

struct MetadataVisit {
  uint64_t connection_id = 0;
  std::string listener;
  std::string peer_host;
  std::string client_id;
  bool all_topics = false;
  bool names_topics = false;
  size_t brokers_told = 0;
};

struct LostClient {
  std::string listener;
  std::string peer_host;
  std::string client_id;
  size_t connections = 0;  // on which it asked
  bool waits = false;      // on a connection that is still open
};

class LostClients {
 public:
  static constexpr int64_t patience_ms = 10'000;
  static constexpr int64_t repeat_ms = 60'000;
  static constexpr int64_t at_once_ms = 50;
  static constexpr size_t repeats = 3;
  static constexpr size_t max_clients = 256;  // further ones are not watched

  // Whether a request shows nothing more than that the client found this listener.
  static bool is_greeting(ApiKey key);

  // It was answered with metadata.
  void on_metadata(const MetadataVisit& visit, int64_t now_ms);
  // It asked for something else than a greeting.
  void on_served(const std::string& listener, const std::string& peer_host,
                 const std::string& client_id);
  void on_disconnect(uint64_t connection_id);

  // Who is lost by now and was not reported yet.
  std::vector<LostClient> take_lost(int64_t now_ms);
  // When take_lost() may have more to say: INT64_MAX when nobody waits.
  int64_t next_check_ms() const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // listener, peer, client id
  struct Watch {
    std::map<uint64_t, int64_t> asked_ms;  // by connection: when it asked first
    uint64_t waiting_on = 0;               // the connection that named topics; 0: none
    int64_t waits_since_ms = 0;
    bool reported = false;
  };

  void forget_old(int64_t now_ms);

  std::map<Key, Watch> clients_;
};

}  // namespace kafka
