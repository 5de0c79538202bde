#include "broker/node/broker_failures.h"

#include <iterator>
#include <utility>
#include <vector>

#include "broker/core/controller/controller.h"
#include "broker/core/controller/image.h"
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/metadata_driver.h"
#include "broker/node/node.h"

namespace kafka {

namespace {
constexpr int64_t probe_pauses_ms[] = {0, 10, 40, 150, 500};  // before each of the attempts
}  // namespace

BrokerFailures::BrokerFailures(Node& node, Peers& peers, MetadataDriver& metadata, Timers& timers,
                               const int64_t& now_ms)
    : node_(node), peers_(peers), metadata_(metadata), timers_(timers), now_ms_(now_ms) {
  peers_.on_disconnect([this](const PeerAddress& address) { on_peer_disconnect(address); });
}

// --- brokers, as the active controller sees them

void BrokerFailures::on_contact(const ReplyTo& from, int32_t broker_id, int64_t broker_epoch) {
  contacts_[broker_id] = {from.connection_id, broker_epoch, false};
}

void BrokerFailures::on_disconnect(const ConnectionInfo& connection) {
  if (!connection.is_controller_listener) {
    return;
  }
  for (auto& [broker_id, contact] : contacts_) {
    if (contact.connection_id == connection.id && !contact.lost) {
      contact.lost = true;
      probe(broker_id, contact.broker_epoch);
    }
  }
}

bool BrokerFailures::is_lost(const BrokerImage& broker) const {
  const auto found = contacts_.find(broker.id);
  return found != contacts_.end() && found->second.lost &&
         found->second.broker_epoch == broker.epoch;
}

void BrokerFailures::on_active() {
  contacts_.clear();
  for (const auto& [id, broker] : node_.image().brokers()) {
    probe(id, broker.epoch);
  }
}

void BrokerFailures::probe(int32_t broker_id, int64_t broker_epoch) {
  const BrokerImage* broker = node_.image().broker(broker_id);
  if (broker == nullptr || broker->endpoints.empty() || broker_id == node_.broker_id()) {
    return;
  }
  const Endpoint& endpoint = broker->endpoints.front();
  probe(
      {endpoint.host, endpoint.port}, 0,
      [this, broker_id, broker_epoch] { return is_suspect(broker_id, broker_epoch); },
      [this, broker_id, broker_epoch] { fence(broker_id, broker_epoch); });
}

// Whether it would matter that the broker is dead, and nothing says that it lives.
bool BrokerFailures::is_suspect(int32_t broker_id, int64_t broker_epoch) const {
  const BrokerImage* broker = node_.image().broker(broker_id);
  const auto contact = contacts_.find(broker_id);
  return node_.is_active_controller() && broker != nullptr && !broker->fenced &&
         broker->epoch == broker_epoch && (contact == contacts_.end() || contact->second.lost);
}

// A process that dies closes one descriptor after the other: the listener may be among the last.
void BrokerFailures::probe(const HostPort& at, size_t attempt, std::function<bool()> suspect,
                           std::function<void()> dead) {
  if (attempt >= std::size(probe_pauses_ms)) {
    return;
  }
  timers_.run_at(now_ms_ + probe_pauses_ms[attempt], now_ms_,
                 [this, at, attempt, suspect = std::move(suspect), dead = std::move(dead)] {
                   if (!suspect()) {
                     return;
                   }
                   peers_.probe(at.host, static_cast<uint16_t>(at.port), probe_timeout_ms,
                                [this, at, attempt, suspect, dead](bool accepted) {
                                  accepted ? probe(at, attempt + 1, suspect, dead) : dead();
                                });
                 });
}

void BrokerFailures::fence(int32_t broker_id, int64_t broker_epoch) {
  if (!node_.is_active_controller()) {
    return;
  }
  auto batches = node_.controller().decide_fence_broker(broker_id, broker_epoch);
  if (!batches || batches->empty()) {
    return;  // fenced already, or registered anew
  }
  log_info(heartbeat_logger,
           "Fencing broker {}: its connection closed and nobody listens there any more.",
           broker_id);
  for (std::vector<MetadataRecord>& batch : *batches) {
    node_.commit(std::move(batch), [broker_id](const Result<>& committed) {
      if (!committed) {
        log_warn(heartbeat_logger, "Broker {} is not fenced: {}", broker_id,
                 committed.error().message);
      }
    });
  }
}

// --- the leader of the metadata quorum, as its followers see it

void BrokerFailures::on_peer_disconnect(const PeerAddress& address) {
  const RaftAddress leader = metadata_.kraft().raft().leader();
  if (address.channel != MetadataDriver::fetch_channel || leader.id < 0 ||
      leader.host != address.host || leader.port != address.port) {
    return;
  }
  probe(
      {address.host, address.port}, 0,
      [this, leader] { return metadata_.kraft().raft().leader() == leader; },
      [this, leader] { metadata_.on_leader_gone(leader.id); });
}

}  // namespace kafka
