#include "broker/io/peers.h"

#include <fmt/format.h>

#include <utility>

#include "broker/io/probe.h"
#include "broker/io/resolver.h"

namespace kafka {

Peers::Peers(EventLoop& loop, Timers& timers, const int64_t& now_ms, int32_t node_id)
    : loop_(loop),
      timers_(timers),
      now_ms_(now_ms),
      node_id_(node_id),
      resolver_(std::make_shared<Resolver>(loop)) {}

Peers::~Peers() = default;

// As Apache Kafka's nodes call themselves; logs and quotas of the other side show it.
std::string Peers::client_id(std::string_view channel) const {
  if (channel == "raft") {
    return fmt::format("raft-client-{}", node_id_);
  }
  if (channel.starts_with("fetcher-")) {
    return fmt::format("broker-{}-{}", node_id_, channel);
  }
  return std::to_string(node_id_);
}

PeerConnection& Peers::connection(const PeerAddress& address) {
  const auto [entry, is_new] = connections_.try_emplace(address);
  if (is_new) {
    entry->second =
        std::make_unique<PeerConnection>(*this, entry->first, client_id(address.channel));
  }
  return *entry->second;
}

void Peers::send_call(const PeerAddress& to, PeerCall call, int64_t timeout_ms) {
  call.id = ++last_call_;
  connection(to).send(std::move(call), timeout_ms);
}

void Peers::forget(const PeerAddress& address) {
  const auto found = connections_.find(address);
  if (found == connections_.end()) {
    return;
  }
  found->second->close({ErrorCode::NetworkException, "the connection was closed on this side"});
  std::erase(unsent_, found->second.get());
  // The connection refers to its key: the node of the map is kept until nobody can be inside it.
  forgotten_.push_back(connections_.extract(found));
}

void Peers::on_disconnect(std::function<void(const PeerAddress&)> callback) {
  on_disconnect_.push_back(std::move(callback));
}

void Peers::probe(const std::string& host, uint16_t port, int64_t timeout_ms,
                  std::function<void(bool accepted)> done) {
  const uint64_t id = ++last_probe_;
  const auto finish = [this, id, done = std::move(done)](bool accepted) {
    const auto found = probes_.find(id);
    if (found == probes_.end()) {
      return;
    }
    timers_.cancel(found->second.deadline);
    finished_probes_.push_back(std::move(found->second.probe));  // we may be inside of it
    probes_.erase(found);
    done(accepted);
  };
  auto& running = probes_[id];
  running.probe = std::make_unique<Probe>(loop_, finish);
  running.deadline = timers_.run_at(now_ms_ + timeout_ms, now_ms_, [finish] { finish(false); });
  const auto start = [this, id, finish](std::vector<NetAddress> addresses) {
    const auto found = probes_.find(id);
    if (found != probes_.end() && !found->second.probe->start(std::move(addresses))) {
      loop_.post([finish] { finish(false); });
    }
  };
  // A name that was known a moment ago may stand for nothing now, and finding that out takes long.
  std::vector<NetAddress> known = resolver_->last_known(host, port);
  if (!known.empty()) {
    start(std::move(known));
    return;
  }
  resolver_->resolve(host, port, [start, finish](Result<std::vector<NetAddress>> addresses) {
    addresses ? start(std::move(*addresses)) : finish(false);
  });
}

void Peers::finish_event() {
  while (!unsent_.empty()) {
    std::vector<PeerConnection*> unsent;
    unsent.swap(unsent_);
    for (PeerConnection* connection : unsent) {
      connection->flush();
    }
  }
  forgotten_.clear();
  finished_probes_.clear();
}

void Peers::stop() {
  for (auto& [id, running] : probes_) {
    timers_.cancel(running.deadline);
  }
  probes_.clear();
  finished_probes_.clear();
  unsent_.clear();
  connections_.clear();
  forgotten_.clear();
}

}  // namespace kafka
