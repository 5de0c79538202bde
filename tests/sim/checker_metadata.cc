// The Checker's rules about the metadata log and the images that are made of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "broker/core/controller/image.h"
#include "broker/core/controller/kraft.h"
#include "broker/core/replica/replica_table.h"
#include "tests/sim/checker.h"

namespace kafka::sim {

namespace {

constexpr size_t images_kept = 5'000;

class Digest {
 public:
  Digest& add(uint64_t value) {
    hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 31;
    return *this;
  }
  Digest& add(std::string_view text) {
    add(text.size());
    for (const char c : text) {
      add(static_cast<uint8_t>(c));
    }
    return *this;
  }
  Digest& add(const Uuid& id) { return add(id.high).add(id.low); }
  Digest& add(const std::vector<int32_t>& list) {
    add(list.size());
    for (const int32_t value : list) {
      add(static_cast<uint64_t>(value));
    }
    return *this;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 1469598103934665603ULL;
};

uint64_t digest_of(const MetadataImage& image) {
  Digest digest;
  for (const auto& [name, topic] : image.topics()) {
    digest.add(name).add(topic.id);
    for (const PartitionImage& partition : topic.partitions) {
      digest.add(partition.replicas).add(partition.isr).add(partition.eligible_leader_replicas);
      digest.add(partition.adding_replicas).add(partition.removing_replicas);
      digest.add(static_cast<uint64_t>(partition.leader));
      digest.add(static_cast<uint64_t>(partition.leader_epoch));
      digest.add(static_cast<uint64_t>(partition.partition_epoch));
    }
  }
  for (const auto& [id, broker] : image.brokers()) {
    digest.add(static_cast<uint64_t>(id)).add(static_cast<uint64_t>(broker.epoch));
    digest.add(broker.incarnation_id).add(broker.fenced).add(broker.in_controlled_shutdown);
  }
  for (const auto& [resource, configs] : image.all_configs()) {
    digest.add(resource.name);
    for (const auto& [key, value] : configs) {
      digest.add(key).add(value);
    }
  }
  return digest.add(static_cast<uint64_t>(image.next_producer_id())).value();
}

}  // namespace

void Checker::check_raft(SimMachine& machine, SeenNode& seen) {
  const Raft& raft = machine.node->kraft().raft();
  const auto fail_with = [&](std::string rule, const std::string& what) {
    throw Violation(std::move(rule),
                    fmt::format("node {}, metadata log (epoch {}, high watermark {}, end {}): {}",
                                machine.id, raft.epoch(), raft.high_watermark(), raft.end_offset(),
                                what));
  };
  if (raft.is_leader()) {
    const auto [leader, is_new] = metadata_leaders_.try_emplace(raft.epoch(), machine.id);
    if (leader->second != machine.id) {
      fail_with("one metadata leader per epoch", fmt::format("node {} led it too", leader->second));
    }
    if (is_new && raft.end_offset() < metadata_committed_) {
      fail_with("a metadata leader has all that is committed",
                fmt::format("{} was committed", metadata_committed_));
    }
  }
  if (raft.high_watermark() > raft.end_offset()) {
    fail_with("high watermark <= log end", "it is above");
  }
  if (raft.high_watermark() < seen.raft_high_watermark) {
    fail_with("a high watermark never goes back", fmt::format("was {}", seen.raft_high_watermark));
  }
  seen.raft_high_watermark = raft.high_watermark();
  seen.synced = raft.durable_end();
  if (raft.high_watermark() > metadata_committed_ &&
      !is_synced_on_a_majority(raft.high_watermark())) {
    fail_with("committed metadata is on the disks of a majority", "it is not");
  }
  metadata_committed_ = std::max(metadata_committed_, raft.high_watermark());
}

// A process that has ended may have synced in its last event: it has the benefit of the doubt.
bool Checker::is_synced_on_a_majority(int64_t offset) const {
  size_t voters = 0;
  size_t synced = 0;
  for (const auto& [id, machine] : cluster_->machines()) {
    const auto seen = nodes_.find(id);
    voters += machine.is_controller ? 1 : 0;
    const bool unknown = !machine.node || seen == nodes_.end();
    synced += machine.is_controller && (unknown || seen->second.synced >= offset);
  }
  return 2 * synced > voters;
}

void Checker::check_image(SimMachine& machine, SeenNode& seen) {
  const MetadataImage& image = machine.node->image();
  if (image.offset() == seen.image_offset) {
    return;
  }
  seen.image_offset = image.offset();
  const uint64_t digest = digest_of(image);
  const auto [known, is_new] = images_.try_emplace(image.offset(), digest);
  if (known->second != digest) {
    throw Violation("metadata logs agree",
                    fmt::format("node {} has another image at offset {} than others had",
                                machine.id, image.offset()));
  }
  if (!is_new) {
    return;
  }
  check_brokers(image);
  for (const auto& [name, topic] : image.topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      check_partition_image(image, name, static_cast<int32_t>(i));
      if (image.offset() > newest_image_) {
        check_joined(image, {topic.id, static_cast<int32_t>(i)}, topic.partitions[i]);
      }
    }
  }
  newest_image_ = std::max(newest_image_, image.offset());
  if (images_.size() > images_kept) {
    images_.erase(images_.begin());
  }
}

// While a replica is taken in, the high watermark waits for it. So from the moment at which the
// controller has it in the ISR, and in the life that the controller knows, it has everything.
void Checker::check_joined(const MetadataImage& image, const TopicIdPartition& key,
                           const PartitionImage& partition) {
  InSync& before = in_sync_[key];
  const Truth& truth = truths_[key];
  for (const int32_t id : partition.isr) {
    SimMachine* machine = process_of(image, id);
    if (std::ranges::find(before.isr, id) != before.isr.end() || machine == nullptr) {
      continue;
    }
    Partition* replica = machine->node->replicas().find(key.topic_id, key.partition);
    if (replica != nullptr && replica->log().log_end_offset() < truth.end) {
      broken("who joins the ISR has all that is committed", *machine, *replica,
             fmt::format("{} is committed, and the ISR is {} now, it was {}", truth.end,
                         partition.isr, before.isr));
    }
  }
  before = {partition.isr, partition.leader_epoch, partition.partition_epoch};
  SimMachine* machine = partition.leader < 0 ? nullptr : process_of(image, partition.leader);
  Partition* leader =
      machine == nullptr ? nullptr : machine->node->replicas().find(key.topic_id, key.partition);
  if (leader != nullptr && leader->is_leader()) {
    check_counted(*machine, *leader);
  }
}

// The process that holds the registration, if it runs; it may not know of it yet.
SimMachine* Checker::process_of(const MetadataImage& image, int32_t id) {
  SimMachine& machine = cluster_->machine(id);
  const BrokerImage* broker = image.broker(id);
  const bool is_it =
      machine.node && broker != nullptr && machine.node->broker_epoch() == broker->epoch;
  return is_it ? &machine : nullptr;
}

void Checker::check_brokers(const MetadataImage& image) {
  for (const auto& [id, broker] : image.brokers()) {
    const SimMachine* process = process_of(image, id);
    if (broker.in_controlled_shutdown && process != nullptr && !process->is_stopping) {
      throw Violation("who leaves has asked for it",
                      fmt::format("broker {} (epoch {}) is shutting down, and was not stopped", id,
                                  broker.epoch));
    }
  }
}

// KIP-497: the controller has nobody in the ISR for whom the leader's high watermark does not wait.
// It removes by itself, and adds what the leader has proposed and counts since.
void Checker::check_counted(const SimMachine& machine, const Partition& leader) {
  const auto found = in_sync_.find(leader.key());
  if (found == in_sync_.end() || found->second.leader_epoch != leader.leader_epoch() ||
      found->second.partition_epoch < leader.partition_epoch()) {
    return;
  }
  for (const int32_t id : found->second.isr) {
    if (!leader.isr().may_hold(id)) {
      broken("a leader counts with the whole ISR", machine, leader,
             fmt::format("the controller's is {}", found->second.isr));
    }
  }
}

void Checker::check_partition_image(const MetadataImage& of, const std::string& topic,
                                    int32_t index) {
  const PartitionImage& image = *of.partition(topic, index);
  const auto in = [](const std::vector<int32_t>& list, int32_t id) {
    return std::ranges::find(list, id) != list.end();
  };
  for (const int32_t id : image.isr) {
    if (!in(image.replicas, id)) {
      throw Violation("the ISR is of the replicas", fmt::format("{}-{}: ISR {}, replicas {}", topic,
                                                                index, image.isr, image.replicas));
    }
    if (in(image.eligible_leader_replicas, id)) {
      throw Violation("ISR or ELR, not both",
                      fmt::format("{}-{}: ISR {}, ELR {}", topic, index, image.isr,
                                  image.eligible_leader_replicas));
    }
    if (const BrokerImage* broker = of.broker(id); broker == nullptr || !broker->usable()) {
      throw Violation("who is in the ISR may lead",
                      fmt::format("{}-{}: ISR {}, and broker {} is fenced or shutting down", topic,
                                  index, image.isr, id));
    }
  }
  if (image.leader >= 0 && !in(image.isr, image.leader)) {
    throw Violation("a leader is in the ISR", fmt::format("{}-{}: leader {}, ISR {}", topic, index,
                                                          image.leader, image.isr));
  }
}

}  // namespace kafka::sim
