#include "broker/core/controller/reassignment.h"

#include <algorithm>
#include <set>

#include "broker/core/controller/broker_ids.h"

namespace kafka {
namespace {

BrokerIds without(const BrokerIds& list, const BrokerIds& removed) {
  BrokerIds rest;
  std::ranges::copy_if(list, std::back_inserter(rest),
                       [&](int32_t id) { return !contains(removed, id); });
  return rest;
}

BrokerIds sorted(const BrokerIds& list) {
  const std::set<int32_t> ordered(list.begin(), list.end());
  return {ordered.begin(), ordered.end()};
}

}  // namespace

Reassignment reassignment_to(const PartitionImage& partition, const BrokerIds& target) {
  Reassignment running;
  running.removing = sorted(without(partition.replicas, target));
  running.adding = without(target, without(partition.replicas, partition.adding_replicas));
  running.adding = sorted(running.adding);
  running.replicas = target;
  running.replicas.insert(running.replicas.end(), running.removing.begin(), running.removing.end());
  return running;
}

bool is_reassigning(const PartitionImage& partition) {
  return !partition.removing_replicas.empty() || !partition.adding_replicas.empty();
}

std::optional<CompletedReassignment> completed_reassignment(const Reassignment& running,
                                                            const BrokerIds& isr) {
  if (running.removing.empty() && running.adding.empty()) {
    return std::nullopt;
  }
  CompletedReassignment done{without(running.replicas, running.removing),
                             without(isr, running.removing)};
  if (!running.removing.empty() && (done.isr.empty() || done.replicas.empty())) {
    return std::nullopt;
  }
  if (!contains_all(done.isr, running.adding)) {
    return std::nullopt;
  }
  // Fewer replicas than before: all that stay must have the data before others let go of it.
  if (running.adding.size() < running.removing.size() && !contains_all(done.isr, done.replicas)) {
    return std::nullopt;
  }
  return done;
}

std::optional<RevertedReassignment> reverted_reassignment(const PartitionImage& partition) {
  RevertedReassignment back;
  back.replicas = without(partition.replicas, partition.adding_replicas);
  back.isr = without(partition.isr, partition.adding_replicas);
  if (back.isr.empty()) {
    if (back.replicas.empty()) {
      return std::nullopt;
    }
    back.isr = {back.replicas.front()};
    back.unclean = true;
  }
  return back;
}

}  // namespace kafka
