// One change of the brokers, every partition that it concerns: the loop that fencing, unfencing,
// shutdown and lost directories share. Included by the files of Controller that run it.
#pragma once

#include <algorithm>
#include <utility>

#include "broker/core/controller/controller.h"

namespace kafka {

template <class Concerned>
void Controller::update_partitions(const BrokerChange& change, Concerned concerned,
                                   RecordBatches& batches) const {
  for (const auto& [name, topic] : state_.topics()) {
    std::optional<PartitionRules> rules;  // reading them costs more than looking at a partition
    bool unclean_allowed = false;
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      if (!partition.exists() || !concerned(partition)) {
        continue;
      }
      if (!rules) {
        rules = partition_rules(topic, change);
        unclean_allowed = unclean_election_enabled(topic);
      }
      PartitionTarget target;
      target.election = unclean_allowed ? Election::Unclean : Election::Online;
      target.isr = partition.isr;
      std::erase_if(*target.isr,
                    [&](int32_t id) { return id == change.leaves || id == change.unclean; });
      if (change.unclean >= 0) {
        target.unclean_replica = change.unclean;
      }
      if (auto record = change_partition(topic.id, static_cast<int32_t>(i), partition,
                                         std::move(target), *rules)) {
        add_record(batches, std::move(*record));
      }
    }
  }
}

}  // namespace kafka
