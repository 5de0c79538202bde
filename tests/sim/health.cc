#include "tests/sim/health.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "broker/core/controller/image.h"
#include "broker/core/replica/replica_table.h"

namespace kafka::sim {

bool topics_have_healed(Cluster& cluster, std::string& why) {
  Node* node = cluster.active_controller();
  if (node == nullptr) {
    why = "no controller is active";
    return false;
  }
  const MetadataImage& image = node->image();
  for (const int32_t id : cluster.brokers()) {
    const BrokerImage* broker = image.broker(id);
    if (broker == nullptr || !broker->usable()) {
      why = fmt::format("broker {} is fenced", id);
      return false;
    }
  }
  for (const auto& [name, topic] : image.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      if (partition.leader < 0 || partition.isr.size() != partition.replicas.size() ||
          !partition.adding_replicas.empty() || !partition.removing_replicas.empty()) {
        why = fmt::format("{}-{}: leader {}, replicas {}, ISR {}, adding {}, removing {}", name, i,
                          partition.leader, partition.replicas, partition.isr,
                          partition.adding_replicas, partition.removing_replicas);
        return false;
      }
    }
  }
  return true;
}

void show_nodes(Cluster& cluster, std::vector<std::string>& story) {
  for (auto& [id, machine] : cluster.machines()) {
    if (!machine.node) {
      story.push_back(fmt::format("node {} is down", id));
      continue;
    }
    machine.node->replicas().for_each([&, node = machine.node.get()](Partition& partition) {
      std::string line = fmt::format(
          "node {} {:<22} leader {} epoch {:<3} ISR {} high watermark {:<5} log end {:<5}", id,
          to_string(partition.name()), partition.leader(), partition.leader_epoch(),
          partition.isr().committed(), partition.high_watermark(),
          partition.log().log_end_offset());
      const auto producers =
          partition.log().producers(node->now_ms()).value_or(std::vector<ProducerInfo>{});
      for (const ProducerInfo& producer : producers) {
        line += fmt::format(" [producer {}: to {} ]", producer.producer_id, producer.last_sequence);
      }
      story.push_back(std::move(line));
    });
  }
}

}  // namespace kafka::sim
