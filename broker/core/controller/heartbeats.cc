// Heartbeats: what a broker asks for, and what the controller makes of it.
//
//                     want fence, want shutdown?                   answer
//   fenced            shutdown                      -> fenced      should shut down
//                     not want fence, caught up,
//                     not after a controlled stop   -> unfenced
//   unfenced          want fence                    -> fenced
//                     shutdown, leads something     -> stopping    (leaderships move away)
//                     shutdown, leads nothing       -> fenced      should shut down
//   stopping          every active broker has read
//                     past the move                 -> fenced      should shut down
//
// A broker that has asked for its controlled stop comes back with a new registration, or never: what
// arrives late of its heartbeats does not bring it back. (Apache Kafka's controller would unfence it.)
//
// "Caught up" is having read its own registration: then it knows all that was decided before it.
// The wait of a stopping broker is for the others: they must know the new leaders before clients
// are sent away.
#include <algorithm>

#include "broker/core/check.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/partition_updates.h"

namespace kafka {
namespace {

enum class BrokerState { Fenced, Unfenced, Stopping, ShutDown };

BrokerState state_of(const BrokerImage& broker, const BrokerSession& session) {
  if (session.is_stopping()) {
    return BrokerState::Stopping;
  }
  return broker.fenced ? BrokerState::Fenced : BrokerState::Unfenced;
}

// `leads` and `others_know` cost a look at all partitions and brokers: asked only where they count.
BrokerState next_state(BrokerState current, const BrokerHeartbeatRequest& asked, bool may_return,
                       auto leads, auto others_know) {
  switch (current) {
    case BrokerState::Fenced:
      if (asked.want_shut_down) {
        return BrokerState::ShutDown;
      }
      return !asked.want_fence && may_return ? BrokerState::Unfenced : BrokerState::Fenced;
    case BrokerState::Unfenced:
      if (asked.want_fence) {
        return asked.want_shut_down ? BrokerState::ShutDown : BrokerState::Fenced;
      }
      if (asked.want_shut_down) {
        return leads() ? BrokerState::Stopping : BrokerState::ShutDown;
      }
      return BrokerState::Unfenced;
    case BrokerState::Stopping:
      return !leads() && others_know() ? BrokerState::ShutDown : BrokerState::Stopping;
    case BrokerState::ShutDown:
      break;
  }
  return BrokerState::ShutDown;
}

}  // namespace

Result<Controller::Heartbeat> Controller::decide_heartbeat(
    const BrokerHeartbeatRequest& request) const {
  const auto registration = registered(request.broker_id, request.broker_epoch);
  if (!registration) {
    return std::unexpected(registration.error());
  }
  const BrokerImage& broker = **registration;
  const BrokerSession* session = sessions_.find(broker.id);
  CHECK(session != nullptr, "broker {} is registered and has no session", broker.id);
  const bool caught_up = request.current_metadata_offset >= session->caught_up_from;
  const bool may_return = caught_up && !broker.in_controlled_shutdown;
  const BrokerState current = state_of(broker, *session);
  const BrokerState next = next_state(
      current, request, may_return, [&] { return has_leaderships(broker.id); },
      [&] { return session->shutdown_offset <= sessions_.lowest_active_offset(state_); });
  Heartbeat decision;
  if (next != current) {
    if (next == BrokerState::Unfenced) {
      add_unfencing(broker, decision.batches);
    } else if (next == BrokerState::Stopping) {
      add_stopping(broker, decision.batches);
    } else {
      add_fencing(broker, decision.batches);
    }
  }
  add_directory_changes(broker, request, decision.batches);
  decision.reply.is_caught_up = caught_up;
  decision.reply.is_fenced = next == BrokerState::Fenced || next == BrokerState::ShutDown;
  decision.reply.should_shut_down = next == BrokerState::ShutDown;
  return decision;
}

// The session follows what was decided: `state_` holds the records of the heartbeat already.
void Controller::note_heartbeat(const BrokerHeartbeatRequest& request, int64_t now_ms) {
  sessions_.heard(request.broker_id, request.broker_epoch, request.current_metadata_offset, now_ms);
  const BrokerImage* broker = state_.broker(request.broker_id);
  const bool stopping = broker != nullptr && broker->epoch == request.broker_epoch &&
                        broker->in_controlled_shutdown && !broker->fenced;
  if (stopping && request.want_shut_down) {
    sessions_.begin_shutdown(request.broker_id, state_.offset());
  }
}

// What the heartbeat says of the broker's directories: which are gone, which take nothing new.
void Controller::add_directory_changes(const BrokerImage& broker,
                                       const BrokerHeartbeatRequest& request,
                                       RecordBatches& batches) const {
  if (state_.metadata_version() >= metadata_version::directories) {
    add_offline_directories(broker, request.offline_log_dirs, batches);
  }
  if (state_.metadata_version() >= metadata_version::cordoned_dirs && request.cordoned_log_dirs &&
      request.cordoned_log_dirs != broker.cordoned_log_dirs) {
    BrokerRegistrationChangeRecord cordoned;
    cordoned.broker_id = broker.id;
    cordoned.broker_epoch = broker.epoch;
    cordoned.cordoned_log_dirs = request.cordoned_log_dirs;
    add_record(batches, std::move(cordoned));
  }
}

// Directories that the broker has lost since it registered: their partitions lose this replica.
void Controller::add_offline_directories(const BrokerImage& broker,
                                         const std::vector<Uuid>& offline,
                                         RecordBatches& batches) const {
  const auto is_offline = [&](const Uuid& id) { return std::ranges::count(offline, id) > 0; };
  if (std::ranges::none_of(broker.log_dirs, is_offline)) {
    return;
  }
  std::vector<Uuid> online;
  std::ranges::remove_copy_if(broker.log_dirs, std::back_inserter(online), is_offline);
  update_partitions(
      {.leaves = broker.id},
      [&](const PartitionImage& partition) {
        const auto at =
            std::ranges::find(partition.replicas, broker.id) - partition.replicas.begin();
        return static_cast<size_t>(at) < partition.directories.size() &&
               is_offline(partition.directories[static_cast<size_t>(at)]);
      },
      batches);
  BrokerRegistrationChangeRecord change;
  change.broker_id = broker.id;
  change.broker_epoch = broker.epoch;
  change.log_dirs = std::move(online);
  add_record(batches, std::move(change));
}

}  // namespace kafka
