#include "broker/core/controller/partition_change.h"

#include <algorithm>
#include <set>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/controller/broker_ids.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/reassignment.h"

namespace kafka {
namespace {

constexpr int32_t leader_unchanged = -2;

Uuid directory_of(const PartitionImage& partition, int32_t broker_id) {
  const auto at = std::ranges::find(partition.replicas, broker_id) - partition.replicas.begin();
  return static_cast<size_t>(at) < partition.directories.size()
             ? partition.directories[static_cast<size_t>(at)]
             : migrating_directory;
}

// The steps of one change, in the order of build().
class Change {
 public:
  Change(const PartitionImage& partition, PartitionTarget target, const PartitionRules& rules)
      : partition_(partition),
        rules_(rules),
        target_(std::move(target)),
        isr_(target_.isr.value_or(partition.isr)),
        replicas_(target_.replicas.value_or(partition.replicas)),
        removing_(target_.removing_replicas.value_or(partition.removing_replicas)),
        adding_(target_.adding_replicas.value_or(partition.adding_replicas)),
        elr_(partition.eligible_leader_replicas) {}

  std::optional<PartitionChangeRecord> build(PartitionChangeRecord record) {
    record_ = std::move(record);
    complete_reassignment();
    populate_elr();
    elect();
    if (record_.leader == leader_unchanged && !contains_all(replicas_, partition_.replicas)) {
      record_.leader = partition_.leader;
    }
    note_elr();
    const bool may_be_empty = rules_.elr_enabled || !isr_.empty();
    if (!record_.isr && may_be_empty && isr_ != partition_.isr) {
      record_.isr = isr_;
    }
    raise_epoch_for_smaller_isr();
    note_last_leader();
    note_assignment();
    const int8_t state = target_.leader_recovery_state.value_or(partition_.leader_recovery_state);
    if (state != partition_.leader_recovery_state) {
      record_.leader_recovery_state = state;
    }
    return is_empty() ? std::nullopt : std::optional(std::move(record_));
  }

 private:
  void complete_reassignment() {
    if (auto done = completed_reassignment({replicas_, removing_, adding_}, isr_)) {
      isr_ = std::move(done->isr);
      replicas_ = std::move(done->replicas);
      removing_.clear();
      adding_.clear();
    }
  }

  void populate_elr() {
    if (!rules_.elr_enabled || is_on(Bug::NoEligibleReplicas)) {
      return;
    }
    if (isr_.size() >= static_cast<size_t>(std::max(rules_.min_insync_replicas, 0))) {
      elr_.clear();
      return;
    }
    std::set<int32_t> candidates(elr_.begin(), elr_.end());
    candidates.insert(partition_.isr.begin(), partition_.isr.end());
    elr_.clear();
    for (const int32_t id : candidates) {
      // A replica that leaves loses its log: when a later reassignment brings it back, it has nothing.
      // Apache Kafka 4.3 keeps it here, and may then elect it.
      if (!contains(isr_, id) && contains(replicas_, id) && id != target_.unclean_replica) {
        elr_.push_back(id);
      }
    }
  }

  bool is_alive(int32_t id) const {
    return contains(partition_.replicas, id) && rules_.can_lead(id, directory_of(partition_, id));
  }
  bool is_valid(int32_t id) const {
    return (contains(isr_, id) || (isr_.empty() && contains(elr_, id)) ||
            is_on(Bug::LeaderOutsideIsr)) &&
           is_alive(id);
  }

  int32_t clean_leader() const {
    if (target_.election == Election::Preferred && is_valid(replicas_.front())) {
      return replicas_.front();
    }
    if (is_valid(partition_.leader)) {
      return partition_.leader;
    }
    const auto found = std::ranges::find_if(replicas_, [this](int32_t id) { return is_valid(id); });
    return found == replicas_.end() ? no_leader : *found;
  }

  int32_t unclean_leader() const {
    const bool only_trace =
        rules_.elr_enabled && isr_.empty() && elr_.empty() && partition_.last_known_elr.size() == 1;
    if (only_trace && is_alive(partition_.last_known_elr.front())) {
      return partition_.last_known_elr.front();
    }
    if (target_.election != Election::Unclean) {
      return no_leader;
    }
    const auto found = std::ranges::find_if(replicas_, [this](int32_t id) { return is_alive(id); });
    return found == replicas_.end() ? no_leader : *found;
  }

  void elect() {
    const int32_t clean = clean_leader();
    const int32_t leader = clean != no_leader ? clean : unclean_leader();
    if (leader == partition_.leader) {
      return;
    }
    if (contains(elr_, leader)) {
      isr_ = {leader};
      std::erase(elr_, leader);
    }
    record_.leader = leader;
    if (clean == no_leader && leader != no_leader) {
      record_.isr = BrokerIds{leader};
      if (partition_.leader_recovery_state != leader_recovering) {
        record_.leader_recovery_state = leader_recovering;
      }
    }
  }

  // An unclean election ends every claim to be eligible.
  void note_elr() {
    if (record_.isr || !rules_.elr_enabled) {
      elr_.clear();
    }
    if (elr_ != partition_.eligible_leader_replicas) {
      record_.eligible_leader_replicas = elr_;
    }
  }

  void raise_epoch_for_smaller_isr() {
    if (rules_.metadata_version < metadata_version::isr_shrink_keeps_epoch &&
        record_.leader == leader_unchanged && record_.isr &&
        !contains_all(*record_.isr, partition_.isr)) {
      record_.leader = partition_.leader;
    }
  }

  void note_last_leader() {
    if (!rules_.elr_enabled) {
      return;
    }
    if (record_.leader == no_leader && partition_.last_known_elr.empty()) {
      record_.last_known_elr = BrokerIds{partition_.leader};
    } else if (record_.leader >= 0 && !partition_.last_known_elr.empty()) {
      record_.last_known_elr.emplace();
    }
  }

  void note_assignment() {
    if (rules_.metadata_version >= metadata_version::directories) {
      std::vector<Uuid> directories;
      for (const int32_t id : replicas_) {
        const auto moved = target_.directories.find(id);
        directories.push_back(moved != target_.directories.end() ? moved->second
                              : contains(partition_.replicas, id)
                                  ? directory_of(partition_, id)
                                  : rules_.directory_of_new_replica(id));
      }
      if (directories != directories_before()) {
        record_.directories = std::move(directories);
      }
    }
    const auto note = [](auto& field, const BrokerIds& now, const BrokerIds& before) {
      if (now != before) {
        field = now;
      }
    };
    note(record_.replicas, replicas_, partition_.replicas);
    note(record_.removing_replicas, removing_, partition_.removing_replicas);
    note(record_.adding_replicas, adding_, partition_.adding_replicas);
  }

  std::vector<Uuid> directories_before() const {
    std::vector<Uuid> directories = partition_.directories;
    directories.resize(partition_.replicas.size(), migrating_directory);
    return directories;
  }

  bool is_empty() const {
    return !record_.isr && !record_.eligible_leader_replicas && !record_.last_known_elr &&
           record_.leader == leader_unchanged && !record_.replicas && !record_.removing_replicas &&
           !record_.adding_replicas && record_.leader_recovery_state < leader_recovered &&
           !record_.directories;
  }

  const PartitionImage& partition_;
  const PartitionRules& rules_;
  const PartitionTarget target_;
  BrokerIds isr_, replicas_, removing_, adding_, elr_;
  PartitionChangeRecord record_;
};

}  // namespace

bool is_online(const Uuid& directory, const BrokerImage& broker) {
  if (directory == unassigned_directory || directory == migrating_directory) {
    return true;
  }
  if (directory == lost_directory) {
    return false;
  }
  return broker.log_dirs.empty() || std::ranges::count(broker.log_dirs, directory) > 0;
}

std::optional<PartitionChangeRecord> change_partition(const Uuid& topic_id, int32_t partition_id,
                                                      const PartitionImage& partition,
                                                      PartitionTarget target,
                                                      const PartitionRules& rules) {
  PartitionChangeRecord record;
  record.topic_id = topic_id;
  record.partition_id = partition_id;
  return Change(partition, std::move(target), rules).build(std::move(record));
}

PartitionImage changed(const PartitionImage& partition, const PartitionChangeRecord& record) {
  PartitionImage after = partition;
  const auto take = [](auto& list, const auto& change) {
    if (change) {
      list = *change;
    }
  };
  take(after.isr, record.isr);
  take(after.replicas, record.replicas);
  take(after.removing_replicas, record.removing_replicas);
  take(after.adding_replicas, record.adding_replicas);
  take(after.eligible_leader_replicas, record.eligible_leader_replicas);
  take(after.last_known_elr, record.last_known_elr);
  take(after.directories, record.directories);
  if (record.leader != leader_unchanged) {
    after.leader = record.leader;
    after.leader_epoch += is_on(Bug::LeaderEpochStays) ? 0 : 1;
  }
  if (record.leader_recovery_state >= leader_recovered) {
    after.leader_recovery_state = record.leader_recovery_state;
  }
  ++after.partition_epoch;
  return after;
}

}  // namespace kafka
