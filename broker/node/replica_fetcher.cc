#include "broker/node/replica_fetcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/config/broker_config.h"
#include "broker/core/controller/image.h"
#include "broker/core/purgatory.h"
#include "broker/core/replica/departures.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/node.h"

namespace kafka {

namespace {

constexpr int64_t no_address_retry_ms = 100;

FollowerSettings settings_of(const BrokerConfig& config) {
  FollowerSettings settings;
  settings.fetch_max_bytes = config.replica_fetch_max_bytes;
  settings.response_max_bytes = config.replica_fetch_response_max_bytes;
  settings.min_bytes = config.replica_fetch_min_bytes;
  settings.wait_max_ms = config.replica_fetch_wait_max_ms;
  settings.backoff_max_ms = config.replica_fetch_backoff_ms;
  return settings;
}

}  // namespace

struct ReplicaFetchers::Fetcher {
  Fetcher(Key k, ReplicaTable& replicas, const FollowerSettings& settings)
      : key(k), follower(replicas, settings) {}

  Key key;
  Follower follower;
  uint64_t call = 0;     // under way; 0: none
  bool failing = false;  // said once
  TimerId timer = 0;
  int64_t timer_ms = INT64_MAX;
};

ReplicaFetchers::ReplicaFetchers(Node& node, ReplicaTable& replicas, Timers& timers,
                                 const int64_t& now_ms)
    : node_(node),
      replicas_(replicas),
      timers_(timers),
      now_ms_(now_ms),
      settings_(settings_of(node.config())) {}

ReplicaFetchers::~ReplicaFetchers() = default;

ReplicaFetchers::Fetcher& ReplicaFetchers::fetcher(const Key& key) {
  std::unique_ptr<Fetcher>& entry = fetchers_[key];
  if (!entry) {
    entry = std::make_unique<Fetcher>(key, replicas_, settings_);
  }
  return *entry;
}

void ReplicaFetchers::on_role(Partition& partition) {
  const TopicIdPartition name = partition.key();
  if (stopped_ || partition.is_leader() || partition.leader() < 0) {
    forget(name);
    return;
  }
  const auto number =
      static_cast<int32_t>(std::hash<TopicIdPartition>{}(name) %
                           static_cast<size_t>(node_.config().num_replica_fetchers));
  const Key key{partition.leader(), number};
  if (const auto known = fetched_by_.find(name);
      known != fetched_by_.end() && known->second != key) {
    forget(name);
  }
  fetched_by_[name] = key;
  Fetcher& by = fetcher(key);
  by.follower.follow(name);
  dirty_.insert(key);
  if (by.call != 0) {
    timers_.run_at(now_ms_ + patience_ms, now_ms_,
                   [this, key, call = by.call] { give_up_waiting(key, call); });
  }
}

void ReplicaFetchers::forget(const TopicIdPartition& partition) {
  const auto known = fetched_by_.find(partition);
  if (known == fetched_by_.end()) {
    return;
  }
  const auto found = fetchers_.find(known->second);
  fetched_by_.erase(known);
  found->second->follower.unfollow(partition);
  if (found->second->follower.empty()) {
    timers_.cancel(found->second->timer);
    dirty_.erase(found->first);
    fetchers_.erase(found);  // an answer that is still to come finds nobody
  }
}

void ReplicaFetchers::finish_event() {
  while (!dirty_.empty()) {
    const Key key = *dirty_.begin();
    dirty_.erase(dirty_.begin());
    if (const auto found = fetchers_.find(key); found != fetchers_.end()) {
      pump(*found->second);
    }
  }
}

void ReplicaFetchers::stop() {
  stopped_ = true;
  for (auto& [key, fetcher] : fetchers_) {
    timers_.cancel(fetcher->timer);
  }
  fetchers_.clear();
  fetched_by_.clear();
  dirty_.clear();
}

// Where the leader listens for brokers, as the metadata says now.
std::optional<PeerAddress> ReplicaFetchers::address_of(const Key& key) const {
  const BrokerImage* broker = node_.image().broker(key.first);
  const Endpoint* endpoint =
      broker == nullptr ? nullptr : broker->endpoint(node_.config().inter_broker_listener_name);
  if (endpoint == nullptr) {
    return std::nullopt;
  }
  return PeerAddress{endpoint->host, endpoint->port, fmt::format("fetcher-{}", key.second)};
}

void ReplicaFetchers::pump(Fetcher& fetcher) {
  if (fetcher.call != 0) {
    return;
  }
  if (const auto leader = address_of(fetcher.key)) {
    send(fetcher, *leader);
  } else {
    arm(fetcher, now_ms_ + no_address_retry_ms);
  }
}

void ReplicaFetchers::send(Fetcher& fetcher, const PeerAddress& leader) {
  auto outgoing = fetcher.follower.next(now_ms_);
  if (!outgoing) {
    arm(fetcher, fetcher.follower.next_deadline_ms());
    return;
  }
  const uint64_t call = fetcher.call = ++last_call_;
  const int64_t timeout_ms = node_.config().replica_socket_timeout_ms;
  if (const auto* fetch = std::get_if<FetchRequest>(&*outgoing)) {
    node_.peers().send<FetchRequest, FetchResponse>(
        leader, *fetch, timeout_ms,
        [this, key = fetcher.key, call](const Result<FetchResponse>& answer) {
          on_answer(key, call, answer);
        });
  } else {
    node_.peers().send<ListOffsetsRequest, ListOffsetsResponse>(
        leader, std::get<ListOffsetsRequest>(*outgoing), timeout_ms,
        [this, key = fetcher.key, call](const Result<ListOffsetsResponse>& answer) {
          on_answer(key, call, answer);
        });
  }
}

template <class Response>
void ReplicaFetchers::on_answer(const Key& key, uint64_t call, const Result<Response>& answer) {
  const auto found = fetchers_.find(key);
  if (found == fetchers_.end() || found->second->call != call) {
    return;  // nothing is fetched there any more, or it was asked anew
  }
  Fetcher& fetcher = *found->second;
  fetcher.call = 0;
  const bool said = std::exchange(fetcher.failing, !answer.has_value());
  if (answer) {
    fetcher.follower.on_response(*answer, now_ms_);
    if (node_.departures().on_answer(key.first, now_ms_)) {
      node_.purgatory().moved(Departures::news);
    }
  } else {
    fetcher.follower.on_failure(now_ms_);
  }
  if (!answer && !said) {
    log_warn(fetcher_logger,
             "[ReplicaFetcher replicaId={}, leaderId={}, fetcherId={}] No answer: {}",
             node_.config().node_id, key.first, key.second, answer.error().message);
  }
  after_answer(fetcher);
}

void ReplicaFetchers::after_answer(Fetcher& fetcher) {
  for (const FollowerNote& note : fetcher.follower.take_notes()) {
    const std::string line =
        fmt::format("[ReplicaFetcher replicaId={}, leaderId={}, fetcherId={}] {}",
                    node_.config().node_id, fetcher.key.first, fetcher.key.second, note.text);
    if (note.serious) {
      log_warn(fetcher_logger, "{}", line);
    } else {
      log_info(fetcher_logger, "{}", line);
    }
  }
  dirty_.insert(fetcher.key);
}

void ReplicaFetchers::arm(Fetcher& fetcher, int64_t at_ms) {
  if (at_ms == INT64_MAX || (fetcher.timer != 0 && fetcher.timer_ms <= at_ms)) {
    return;
  }
  timers_.cancel(fetcher.timer);
  fetcher.timer_ms = std::max(at_ms, now_ms_ + 1);
  fetcher.timer = timers_.run_at(fetcher.timer_ms, now_ms_, [this, key = fetcher.key] {
    if (const auto found = fetchers_.find(key); found != fetchers_.end()) {
      found->second->timer = 0;
      dirty_.insert(key);
    }
  });
}

void ReplicaFetchers::give_up_waiting(const Key& key, uint64_t call) {
  const auto found = fetchers_.find(key);
  if (found == fetchers_.end() || found->second->call != call) {
    return;
  }
  if (const auto leader = address_of(key)) {
    node_.peers().forget(*leader);
  }
  found->second->call = 0;
  found->second->follower.on_failure(now_ms_ - Follower::backoff_min_ms);  // nobody failed
  dirty_.insert(key);
}

}  // namespace kafka
