// ReplicaFetchers: carries the fetches of this broker's followers to the leaders and the answers
// back. What is asked and what an answer means is core/replica/follower.h.
//
// For each leader there are num.replica.fetchers fetchers, each with a connection of its own and
// one request under way; a partition belongs to one of them. A fetch may wait at the leader for
// replica.fetch.wait.max.ms, so a partition that comes to a fetcher meanwhile would wait as long:
// such a fetch is given up and asked anew.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "broker/core/replica/follower.h"
#include "broker/io/peers.h"
#include "broker/io/timers.h"

namespace kafka {

class Node;

class ReplicaFetchers {
 public:
  // How long a fetch that is under way may keep a new partition waiting.
  static constexpr int64_t patience_ms = 10;

  ReplicaFetchers(Node& node, ReplicaTable& replicas, Timers& timers, const int64_t& now_ms);
  ~ReplicaFetchers();

  // The role of a partition changed: it is fetched from its leader, or from nobody.
  void on_role(Partition& partition);
  // It is gone from here.
  void forget(const TopicIdPartition& partition);

  // At the end of an event: sends what there is to send.
  void finish_event();
  // Nothing is fetched any more.
  void stop();

 private:
  using Key = std::pair<int32_t, int32_t>;  // leader, number of the fetcher
  struct Fetcher;

  Fetcher& fetcher(const Key& key);
  void pump(Fetcher& fetcher);
  void send(Fetcher& fetcher, const PeerAddress& leader);
  std::optional<PeerAddress> address_of(const Key& key) const;
  template <class Response>
  void on_answer(const Key& key, uint64_t call, const Result<Response>& answer);
  void after_answer(Fetcher& fetcher);
  void arm(Fetcher& fetcher, int64_t at_ms);
  void give_up_waiting(const Key& key, uint64_t call);

  Node& node_;
  ReplicaTable& replicas_;
  Timers& timers_;
  const int64_t& now_ms_;
  FollowerSettings settings_;
  std::map<Key, std::unique_ptr<Fetcher>> fetchers_;
  std::unordered_map<TopicIdPartition, Key> fetched_by_;
  std::set<Key> dirty_;  // to be looked at when the event ends
  uint64_t last_call_ = 0;
  bool stopped_ = false;
};

}  // namespace kafka
