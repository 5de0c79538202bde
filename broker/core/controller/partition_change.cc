#include "broker/core/controller/partition_change.h"

#include <algorithm>
#include <utility>

namespace kafka {
namespace {

bool contains(const std::vector<int32_t>& list, int32_t id) {
  return std::ranges::find(list, id) != list.end();
}

void remove(std::vector<int32_t>& list, int32_t id) {
  std::erase(list, id);
}

// What the partition should become.
struct Target {
  std::vector<int32_t> isr;
  std::vector<int32_t> elr;
  std::vector<int32_t> last_known_elr;
  int32_t leader = no_leader;
  bool unclean = false;
};

Target target_of(const PartitionImage& partition) {
  return {partition.isr, partition.eligible_leader_replicas, partition.last_known_elr,
          partition.leader, false};
}

void elect(const PartitionImage& partition, const ElectionRules& rules, Target& target) {
  const auto can_lead_from = [&](const std::vector<int32_t>& from) {
    for (const int32_t id : partition.replicas) {
      if (contains(from, id) && rules.can_lead(id)) {
        return id;
      }
    }
    return no_leader;
  };
  if (target.leader != no_leader && contains(target.isr, target.leader) &&
      rules.can_lead(target.leader)) {
    return;
  }
  target.leader = can_lead_from(target.isr);
  if (target.leader == no_leader && rules.elr_enabled) {
    target.leader = can_lead_from(target.elr);
  }
  if (target.leader == no_leader && rules.unclean_election_enabled) {
    target.leader = can_lead_from(partition.replicas);
    target.unclean = target.leader != no_leader;
  }
  const bool only_trace = rules.elr_enabled && target.isr.empty() && target.elr.empty() &&
                          target.last_known_elr.size() == 1;
  if (target.leader == no_leader && only_trace) {
    target.leader = can_lead_from(target.last_known_elr);
    target.unclean = target.leader != no_leader;
  }
  if (target.leader != no_leader && !contains(target.isr, target.leader)) {
    target.isr = {target.leader};
  }
}

// Who left an ISR that is now too small is eligible; an ISR that is large enough needs no ELR.
void update_elr(const PartitionImage& partition, const ElectionRules& rules, int32_t unclean_id,
                Target& target) {
  if (!rules.elr_enabled) {
    return;
  }
  const size_t enough = std::min(static_cast<size_t>(std::max(rules.min_insync_replicas, 1)),
                                 partition.replicas.size());
  if (target.isr.size() >= enough) {
    target.elr.clear();
    target.last_known_elr.clear();
    return;
  }
  for (const int32_t id : partition.isr) {
    if (!contains(target.elr, id)) {
      target.elr.push_back(id);
    }
  }
  std::erase_if(target.elr,
                [&](int32_t id) { return contains(target.isr, id) || id == unclean_id; });
  if (target.isr.empty() && target.last_known_elr.empty() && partition.leader != no_leader) {
    target.last_known_elr = {partition.leader};
  }
}

// Only what differs is in the record; nothing at all when nothing does.
std::optional<PartitionChangeRecord> difference(const Uuid& topic_id, int32_t partition_id,
                                                const PartitionImage& partition,
                                                const Target& target) {
  PartitionChangeRecord record;
  record.topic_id = topic_id;
  record.partition_id = partition_id;
  bool changed = false;
  const auto set = [&](auto& field, const auto& value, const auto& current) {
    if (value != current) {
      field = value;
      changed = true;
    }
  };
  set(record.isr, target.isr, partition.isr);
  set(record.leader, target.leader, partition.leader);
  set(record.eligible_leader_replicas, target.elr, partition.eligible_leader_replicas);
  set(record.last_known_elr, target.last_known_elr, partition.last_known_elr);
  if (target.unclean) {
    set(record.leader_recovery_state, int8_t{1}, partition.leader_recovery_state);
  }
  return changed ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace

std::optional<PartitionChangeRecord> change_for_loss(const Uuid& topic_id, int32_t partition_id,
                                                     const PartitionImage& partition,
                                                     const PartitionLoss& loss,
                                                     const ElectionRules& rules) {
  Target target = target_of(partition);
  const bool last_of_isr = partition.isr.size() == 1;
  if (rules.elr_enabled || !last_of_isr) {
    remove(target.isr, loss.broker_id);
  }
  const int32_t unclean_id = loss.unclean ? loss.broker_id : -1;
  if (loss.unclean) {
    remove(target.elr, loss.broker_id);
  }
  ElectionRules without = rules;
  without.can_lead = [&](int32_t id) { return id != loss.broker_id && rules.can_lead(id); };
  elect(partition, without, target);
  update_elr(partition, rules, unclean_id, target);
  return difference(topic_id, partition_id, partition, target);
}

std::optional<PartitionChangeRecord> change_for_return(const Uuid& topic_id, int32_t partition_id,
                                                       const PartitionImage& partition,
                                                       const ElectionRules& rules) {
  if (partition.leader != no_leader) {
    return std::nullopt;
  }
  Target target = target_of(partition);
  elect(partition, rules, target);
  if (target.leader == no_leader) {
    return std::nullopt;
  }
  update_elr(partition, rules, -1, target);
  return difference(topic_id, partition_id, partition, target);
}

}  // namespace kafka
