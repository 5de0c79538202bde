// BrokerRegistration: a broker joins the cluster (KIP-631). It stays fenced until its heartbeats
// say that it has caught up. The answer is its epoch, by which the controller tells this life of
// the broker from others.
//
//   35   a finalized feature is not among those that the broker supports
//   101  another process with this id is alive
//   104  it belongs to another cluster
//   119  its features lack metadata.version, or its directories are missing, reserved or another's
//
//   v1  migration from ZooKeeper (refused)    v2  log directories (KIP-858)
//   v3  the epoch of its former life, if that ended cleanly (KIP-966)
//   v4  directories may be cordoned (KIP-1066)
#include "protocol/api/62_broker_registration.h"

#include <algorithm>

#include "broker/core/controller/kraft.h"
#include "broker/handlers/controller_decision.h"
#include "broker/node/broker_failures.h"
#include "broker/node/storage.h"

namespace kafka {
namespace {

constexpr int16_t tells_clean_shutdown = 3;

// The directories of this very process, which holds their locks: its own broker.
bool are_own_directories(const std::vector<Uuid>& directories, Node& node) {
  const std::vector<Uuid> own = node.storage().directory_ids();
  return !directories.empty() && std::ranges::all_of(directories, [&](const Uuid& id) {
    return std::ranges::count(own, id) > 0;
  });
}

// Whether the broker that is registered is dead, and this is its next life.
bool succeeds(const BrokerRegistration& registration, const BrokerImage& existing,
              const BrokerFailures& failures) {
  return failures.is_lost(existing) || (failures.is_unheard(existing.id) &&
                                        existing.endpoints == registration.endpoints);
}

BrokerRegistration registration_of(const BrokerRegistrationRequest& request, int16_t version) {
  BrokerRegistration registration;
  registration.cluster_id = request.cluster_id;
  registration.broker_id = request.broker_id;
  registration.incarnation_id = request.incarnation_id;
  for (const auto& listener : request.listeners) {
    registration.endpoints.push_back(
        {listener.name, listener.host, listener.port, listener.security_protocol});
  }
  for (const auto& feature : request.features) {
    registration.features.push_back(
        {feature.name, feature.min_supported_version, feature.max_supported_version});
  }
  registration.rack = request.rack;
  registration.log_dirs = request.log_dirs;
  if (version >= tells_clean_shutdown) {
    registration.previous_broker_epoch = request.previous_broker_epoch;
  }
  return registration;
}

}  // namespace

void handle_broker_registration(Node& node, Request& request) {
  const auto message = node.decode_or_close<BrokerRegistrationRequest>(request);
  if (!message || !decides_here<BrokerRegistrationResponse>(node, request)) {
    return;
  }
  if (message->is_migrating_zk_broker) {
    node.reply(request.reply_to,
               failed_response<BrokerRegistrationResponse>({ErrorCode::BrokerIdNotRegistered, {}}));
    return;
  }
  BrokerRegistration registration = registration_of(*message, request.version());
  const BrokerImage* existing = node.controller().state().broker(message->broker_id);
  registration.holds_directory_lock =
      are_own_directories(message->log_dirs, node) ||
      (existing != nullptr && succeeds(registration, *existing, node.failures()));
  auto registered = node.controller().decide_register_broker(
      registration, node.kraft().end_offset(), node.now_ms());
  if (!registered) {
    node.reply(request.reply_to, failed_response<BrokerRegistrationResponse>(registered.error()));
    return;
  }
  node.failures().on_contact(request.reply_to, message->broker_id, registered->broker_epoch);
  BrokerRegistrationResponse response;
  response.broker_epoch = registered->broker_epoch;
  reply_when_committed(node, request.reply_to, std::move(registered->batches), response);
}

}  // namespace kafka
