#include "tests/sim/fault_injector.h"

#include <algorithm>

#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"

namespace kafka::sim {

void FaultInjector::strike(const Fault& fault) {
  world_.trace("** " + to_string(fault));
  switch (fault.kind) {
    case FaultKind::Kill:
      kill(fault);
      break;
    case FaultKind::PowerLoss:
      if (may_lose_power(fault.node)) {
        cluster_.power_loss(fault.node, fault.for_us);
        power_was_lost_ = true;
      } else {
        kill(fault);
      }
      break;
    case FaultKind::Stop:
      cluster_.stop(fault.node, fault.for_us);
      break;
    case FaultKind::Pause:
      cluster_.pause(fault.node, fault.for_us);
      break;
    case FaultKind::CutOneWay:
      cut(fault, false);
      break;
    case FaultKind::CutBothWays:
      cut(fault, true);
      break;
    case FaultKind::Isolate:
      isolate(fault);
      break;
    case FaultKind::BreakConnection:
      (void)wire_.break_connection(fault.node, fault.other);
      break;
    case FaultKind::Slow:
      wire_.slow_down(fault.node, static_cast<int64_t>(1'000 + fault.draw % 300'000));
      world_.at(world_.now_us() + fault.for_us, nobody,
                [this, node = fault.node] { wire_.slow_down(node, 0); });
      break;
    case FaultKind::Replay:
      for (uint64_t frames = 1 + fault.draw % 16; frames > 0; --frames) {
        (void)wire_.replay(fault.other, fault.node);
      }
      break;
    case FaultKind::SyncFails:
    case FaultKind::WriteFails:
    case FaultKind::DiskFull:
      hurt_disk(fault);
      break;
    case FaultKind::KillClient:
      while (wire_.break_connection(fault.other, fault.node)) {
      }
      break;
  }
}

void FaultInjector::cut(const Fault& fault, bool both_ways) {
  if (fault.node == fault.other) {
    return;
  }
  wire_.cut(fault.node, fault.other);
  if (both_ways) {
    wire_.cut(fault.other, fault.node);
  }
  world_.at(world_.now_us() + fault.for_us, nobody, [this, fault, both_ways] {
    wire_.heal(fault.node, fault.other);
    if (both_ways) {
      wire_.heal(fault.other, fault.node);
    }
  });
}

// From the other nodes; one time in two from the clients, too.
void FaultInjector::isolate(const Fault& fault) {
  std::vector<Machine> others;
  for (const auto& [id, machine] : cluster_.machines()) {
    if (id != fault.node) {
      others.push_back(id);
    }
  }
  if (fault.draw % 2 == 0) {
    others.insert(others.end(), clients_.begin(), clients_.end());
  }
  for (const Machine other : others) {
    Fault one = fault;
    one.other = other;
    cut(one, true);
  }
}

// The disk fails once, or is full for a while. Where that costs the node its directory it ends by
// itself; in any case an operator comes and starts it again.
void FaultInjector::hurt_disk(const Fault& fault) {
  if (somebody_is_hurt() || power_was_lost_) {
    return;
  }
  SimMachine& machine = cluster_.machine(fault.node);
  machine.had_disk_fault = true;
  if (fault.kind == FaultKind::DiskFull) {
    machine.files.space_left(static_cast<int64_t>(fault.draw % 2'000));
  } else {
    machine.files.fail_next(
        fault.kind == FaultKind::SyncFails ? FileOperation::Sync : FileOperation::Write, "",
        static_cast<int>(fault.draw % 20));
  }
  world_.at(world_.now_us() + fault.for_us, nobody, [this, id = fault.node] {
    SimMachine& hurt = cluster_.machine(id);
    hurt.files.heal();
    hurt.files.space_unlimited();
    hurt.had_disk_fault = false;
    cluster_.kill(id, 200'000);
    cluster_.start(id);
  });
}

// A process that was killed and one that lost its power are the same to the controller: with its
// next registration the broker gives up every claim to be in sync (KIP-966). So a broker whose disk
// is not what it was must have registered again before another one may be killed.
bool FaultInjector::somebody_is_hurt() {
  const Node* node = cluster_.best_informed();
  for (auto& [id, machine] : cluster_.machines()) {
    if (machine.had_disk_fault) {
      return true;
    }
    if (machine.epoch_at_power_loss < 0) {
      continue;
    }
    const BrokerImage* broker = node == nullptr ? nullptr : node->image().broker(id);
    if (broker == nullptr || broker->epoch == machine.epoch_at_power_loss) {
      return true;
    }
    machine.epoch_at_power_loss = -1;
  }
  return false;
}

void FaultInjector::kill(const Fault& fault) {
  const bool may_be_the_last =
      somebody_is_hurt() || (power_was_lost_ && is_the_only_copy(fault.node));
  if (may_be_the_last && cluster_.machine(fault.node).is_broker) {
    cluster_.pause(fault.node, fault.for_us);
  } else {
    cluster_.kill(fault.node, fault.for_us);
  }
}

// It runs, and its claims are those of this process.
bool FaultInjector::keeps_its_claims(int32_t id, const MetadataImage& image) {
  const SimMachine& machine = cluster_.machine(id);
  const BrokerImage* broker = image.broker(id);
  return machine.node && broker != nullptr && machine.node->broker_epoch() == broker->epoch;
}

bool FaultInjector::may_lose_power(int32_t id) {
  if (!cluster_.machine(id).is_broker) {
    return true;  // the metadata log is synced before anything rests on it
  }
  return !somebody_is_hurt() && !is_the_only_copy(id);
}

// The controller whose image says who is in sync by now. Null while there may be a newer one, or one
// that has not committed yet what its predecessor decided (seed 2063).
Node* FaultInjector::who_knows() {
  Node* active = cluster_.active_controller();
  for (const auto& [id, machine] : cluster_.machines()) {
    if (active != nullptr && machine.node && machine.is_controller &&
        machine.node->kraft().raft().epoch() > active->kraft().raft().epoch()) {
      return nullptr;
    }
  }
  return active;
}

// Of some partition no other broker could claim to have all, for all that is known. When nobody is
// left who claims it, the last leader is elected: it may be needed, but has no claim for that alone.
bool FaultInjector::is_the_only_copy(int32_t id) {
  const Node* node = who_knows();
  if (node == nullptr) {
    return true;
  }
  const MetadataImage& image = node->image();
  const auto has = [](const std::vector<int32_t>& list, int32_t broker) {
    return std::ranges::find(list, broker) != list.end();
  };
  for (const auto& [name, topic] : image.topics()) {
    for (const PartitionImage& partition : topic.partitions) {
      std::vector<int32_t> claims = partition.isr;
      claims.insert(claims.end(), partition.eligible_leader_replicas.begin(),
                    partition.eligible_leader_replicas.end());
      const bool another = std::ranges::any_of(claims, [&](int32_t other) {
        return other != id && keeps_its_claims(other, image);
      });
      const bool may_lead =
          has(claims, id) || (partition.isr.empty() && has(partition.last_known_elr, id));
      if (may_lead && !another) {
        return true;
      }
    }
  }
  return false;
}

void FaultInjector::heal() {
  wire_.heal_all();
  for (auto& [id, machine] : cluster_.machines()) {
    machine.files.heal();
    machine.files.space_unlimited();
    if (machine.had_disk_fault) {
      cluster_.kill(id, 100'000);
    }
    machine.had_disk_fault = false;
    cluster_.start(id);
  }
}

}  // namespace kafka::sim
