// Brokers come and go: registration, fencing, controlled shutdown, and what that means for the
// partitions they hold.
//
// A registration is fenced at first. Once the broker has caught up with the metadata log it is
// unfenced, and partitions without a leader that it holds get one. A broker that stops takes its
// leaderships away first (controlled shutdown), one that dies has them taken away when it is
// fenced.
//
//   clean stop     BrokerRegistrationChange(in controlled shutdown), PartitionChange...
//                  BrokerRegistrationChange(fenced)
//   registration   PartitionChange... (what a crash took), RegisterBroker
//   unfencing      BrokerRegistrationChange(unfenced), PartitionChange..., cordoned directories
#include <fmt/format.h>

#include <algorithm>

#include "broker/config/config_def.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/partition_change.h"

namespace kafka {
namespace {

// Appends to the last batch, or begins a new one when that is full.
void add(RecordBatches& batches, MetadataRecord record) {
  if (batches.empty() || batches.back().size() >= max_records_per_batch) {
    batches.emplace_back();
  }
  batches.back().push_back(std::move(record));
}

Result<> check_registration(const BrokerRegistration& registration, const MetadataImage& image) {
  if (registration.log_dirs.empty()) {
    return fail(ErrorCode::InvalidRegistration, "A broker must have a log directory.");
  }
  for (const auto& [id, other] : image.brokers()) {
    for (const Uuid& directory : registration.log_dirs) {
      if (id != registration.broker_id && std::ranges::count(other.log_dirs, directory) > 0) {
        return fail(ErrorCode::InvalidRegistration,
                    fmt::format("Log directory {} belongs to broker {}.", directory.to_string(),
                                id));
      }
    }
  }
  for (const auto& [name, level] : image.features()) {
    const auto supported = std::ranges::find(registration.features, name, &SupportedFeature::name);
    if (supported == registration.features.end() || level < supported->min_version ||
        level > supported->max_version) {
      return fail(ErrorCode::UnsupportedVersion,
                  fmt::format("The cluster uses {} at level {}, which broker {} does not support.",
                              name, level, registration.broker_id));
    }
  }
  return {};
}

// A live registration under the same id belongs to another process, unless the new one holds the
// lock of the broker's directories: then the old process is dead. Apache Kafka waits for the
// session of the old one to expire (9 s); who cannot see the other's lock must.
Result<> check_no_live_twin(const BrokerRegistration& registration, const BrokerImage* existing) {
  const bool live = existing != nullptr && !existing->fenced &&
                    existing->incarnation_id != registration.incarnation_id;
  if (live && !registration.holds_directory_lock) {
    return fail(ErrorCode::DuplicateBrokerRegistration,
                fmt::format("Another broker is registered with id {}.", registration.broker_id));
  }
  return {};
}

RegisterBrokerRecord to_record(const BrokerRegistration& registration, int64_t broker_epoch) {
  RegisterBrokerRecord record;
  record.broker_id = registration.broker_id;
  record.incarnation_id = registration.incarnation_id;
  record.broker_epoch = broker_epoch;
  for (const Endpoint& endpoint : registration.endpoints) {
    auto& to = record.end_points.emplace_back();
    to.name = endpoint.listener;
    to.host = endpoint.host;
    to.port = endpoint.port;
    to.security_protocol = endpoint.security_protocol;
  }
  for (const SupportedFeature& feature : registration.features) {
    auto& to = record.features.emplace_back();
    to.name = feature.name;
    to.min_supported_version = feature.min_version;
    to.max_supported_version = feature.max_version;
  }
  record.rack = registration.rack;
  record.fenced = true;
  record.log_dirs = registration.log_dirs;
  return record;
}

BrokerRegistrationChangeRecord registration_change(const BrokerImage& broker) {
  BrokerRegistrationChangeRecord record;
  record.broker_id = broker.id;
  record.broker_epoch = broker.epoch;
  return record;
}

}  // namespace

// How partitions of one topic are elected, as the topic and the cluster are configured.
ElectionRules Controller::election_rules(const TopicImage& topic) const {
  ElectionRules rules;
  rules.can_lead = [this](int32_t id) {
    const BrokerImage* broker = state_.broker(id);
    return broker != nullptr && broker->usable();
  };
  rules.elr_enabled = state_.feature_level(elr_feature) > 0;
  const auto value = [&](std::string_view name) -> std::optional<std::string> {
    for (const ConfigMap* configs :
         {&state_.topic_configs(topic.name),
          &state_.configs({ConfigResourceType::Broker, std::string()})}) {
      if (const auto found = configs->find(name); found != configs->end()) {
        return found->second;
      }
    }
    return config_.text(name);
  };
  rules.unclean_election_enabled = to_bool(value("unclean.leader.election.enable").value_or("false"));
  rules.min_insync_replicas =
      static_cast<int32_t>(to_int(value("min.insync.replicas").value_or("1")));
  return rules;
}

void Controller::add_losses(int32_t broker_id, bool unclean, RecordBatches& batches) const {
  for (const auto& [name, topic] : state_.topics()) {
    const ElectionRules rules = election_rules(topic);
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionImage& partition = topic.partitions[i];
      const bool concerned =
          partition.leader == broker_id || std::ranges::count(partition.isr, broker_id) > 0 ||
          (unclean && std::ranges::count(partition.eligible_leader_replicas, broker_id) > 0);
      if (!concerned) {
        continue;
      }
      if (auto change = change_for_loss(topic.id, static_cast<int32_t>(i), partition,
                                        {broker_id, unclean}, rules)) {
        add(batches, std::move(*change));
      }
    }
  }
}

Result<const BrokerImage*> Controller::registered(int32_t broker_id, int64_t broker_epoch) const {
  const BrokerImage* broker = state_.broker(broker_id);
  if (broker == nullptr) {
    return fail(ErrorCode::BrokerIdNotRegistered,
                fmt::format("Broker {} is not registered.", broker_id));
  }
  if (broker->epoch != broker_epoch) {
    return fail(ErrorCode::StaleBrokerEpoch,
                fmt::format("Broker {} has epoch {} now, not {}.", broker_id, broker->epoch,
                            broker_epoch));
  }
  return broker;
}

Result<Controller::Registered> Controller::decide_register_broker(
    const BrokerRegistration& registration, int64_t next_offset) const {
  const BrokerImage* existing = state_.broker(registration.broker_id);
  if (auto valid = check_registration(registration, state_); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  if (auto valid = check_no_live_twin(registration, existing); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  Registered result;
  if (existing != nullptr && existing->incarnation_id == registration.incarnation_id) {
    result.broker_epoch = existing->epoch;  // a retry: its first answer got lost
    return result;
  }
  result.broker_epoch = next_offset;
  const bool clean = existing != nullptr && existing->fenced &&
                     registration.previous_broker_epoch == existing->epoch;
  if (existing != nullptr && !clean) {
    add_losses(registration.broker_id, true, result.batches);
  }
  add(result.batches, to_record(registration, result.broker_epoch));
  return result;
}

Result<RecordBatches> Controller::decide_unfence_broker(int32_t broker_id,
                                                        int64_t broker_epoch) const {
  const auto broker = registered(broker_id, broker_epoch);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  RecordBatches batches;
  if (!(*broker)->fenced) {
    return batches;
  }
  BrokerRegistrationChangeRecord unfenced = registration_change(**broker);
  unfenced.fenced = -1;
  add(batches, std::move(unfenced));
  for (const auto& [name, topic] : state_.topics()) {
    ElectionRules rules = election_rules(topic);
    rules.can_lead = [&, others = rules.can_lead](int32_t id) {
      return id == broker_id || others(id);
    };
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      if (auto change = change_for_return(topic.id, static_cast<int32_t>(i), topic.partitions[i],
                                          rules)) {
        add(batches, std::move(*change));
      }
    }
  }
  if (state_.metadata_version() >= metadata_version::cordoned_dirs) {
    BrokerRegistrationChangeRecord cordoned = registration_change(**broker);
    cordoned.cordoned_log_dirs.emplace();
    add(batches, std::move(cordoned));
  }
  return batches;
}

Result<RecordBatches> Controller::decide_begin_shutdown(int32_t broker_id,
                                                        int64_t broker_epoch) const {
  const auto broker = registered(broker_id, broker_epoch);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  RecordBatches batches;
  if ((*broker)->in_controlled_shutdown) {
    return batches;
  }
  BrokerRegistrationChangeRecord stopping = registration_change(**broker);
  stopping.in_controlled_shutdown = 1;
  add(batches, std::move(stopping));
  add_losses(broker_id, false, batches);
  return batches;
}

Result<RecordBatches> Controller::decide_fence_broker(int32_t broker_id,
                                                      int64_t broker_epoch) const {
  const auto broker = registered(broker_id, broker_epoch);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  RecordBatches batches;
  if ((*broker)->fenced) {
    return batches;
  }
  add_losses(broker_id, false, batches);
  BrokerRegistrationChangeRecord fenced = registration_change(**broker);
  fenced.fenced = 1;
  add(batches, std::move(fenced));
  return batches;
}

}  // namespace kafka
