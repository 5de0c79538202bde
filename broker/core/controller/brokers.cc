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
//   death          PartitionChange..., BrokerRegistrationChange(fenced)
//   registration   PartitionChange... (what a crash took), RegisterBroker
//   unfencing      BrokerRegistrationChange(unfenced), PartitionChange..., cordoned directories
//   for good       PartitionChange..., UnregisterBroker
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker/config/config_def.h"
#include "broker/core/bugs.h"
#include "broker/core/controller/controller.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/new_partitions.h"
#include "broker/core/controller/partition_updates.h"

namespace kafka {
namespace {

std::unexpected<Error> bad_registration(std::string message) {
  return fail(ErrorCode::InvalidRegistration, std::move(message));
}

Result<> check_directories(const BrokerRegistration& registration, const MetadataImage& image) {
  if (image.metadata_version() < metadata_version::directories) {
    return {};
  }
  if (registration.log_dirs.empty()) {
    return bad_registration("A broker must have a log directory.");
  }
  std::set<Uuid> seen;
  for (const Uuid& directory : registration.log_dirs) {
    if (is_reserved_directory(directory)) {
      return bad_registration(
          fmt::format("Directory id {} is a reserved one.", directory.to_string()));
    }
    if (!seen.insert(directory).second) {
      return bad_registration(
          fmt::format("Log directory {} is named twice.", directory.to_string()));
    }
    for (const auto& [id, other] : image.brokers()) {
      if (id != registration.broker_id && std::ranges::count(other.log_dirs, directory) > 0) {
        return bad_registration(
            fmt::format("Log directory {} belongs to broker {}.", directory.to_string(), id));
      }
    }
  }
  return {};
}

// Every finalized feature must be in a range of the broker's; a feature that is not named counts as
// the range 0 to 0.
Result<> check_features(const BrokerRegistration& registration, const MetadataImage& image) {
  const auto range_of = [&](std::string_view name) -> std::pair<int16_t, int16_t> {
    const auto found = std::ranges::find(registration.features, name, &SupportedFeature::name);
    return found == registration.features.end()
               ? std::pair<int16_t, int16_t>{}
               : std::pair<int16_t, int16_t>{found->min_version, found->max_version};
  };
  const auto check = [&](std::string_view name, int16_t level) -> Result<> {
    const auto [min, max] = range_of(name);
    if (level < min || level > max) {
      return fail(ErrorCode::UnsupportedVersion,
                  fmt::format("The cluster uses {} at level {}; broker {} supports {} to {}.", name,
                              level, registration.broker_id, min, max));
    }
    return {};
  };
  for (const SupportedFeature& feature : registration.features) {
    const int16_t level = feature.name == kraft_version_feature ? image.kraft_version()
                                                                : image.feature_level(feature.name);
    if (auto supported = check(feature.name, level); !supported) {
      return supported;
    }
  }
  if (std::ranges::count(registration.features, metadata_version_feature,
                         &SupportedFeature::name) == 0) {
    return bad_registration("The features of a broker must contain metadata.version.");
  }
  if (auto supported = check(kraft_version_feature, image.kraft_version()); !supported) {
    return supported;
  }
  for (const auto& [name, level] : image.features()) {
    if (auto supported = check(name, level); !supported) {
      return supported;
    }
  }
  return {};
}

RegisterBrokerRecord to_record(const BrokerRegistration& registration, const MetadataImage& image) {
  RegisterBrokerRecord record;
  record.broker_id = registration.broker_id;
  record.incarnation_id = registration.incarnation_id;
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
  if (image.metadata_version() >= metadata_version::directories) {
    record.log_dirs = registration.log_dirs;
  }
  return record;
}

BrokerRegistrationChangeRecord registration_change(const BrokerImage& broker) {
  BrokerRegistrationChangeRecord record;
  record.broker_id = broker.id;
  record.broker_epoch = broker.epoch;
  return record;
}

}  // namespace

void add_record(RecordBatches& batches, MetadataRecord record) {
  if (batches.empty() || batches.back().size() >= max_records_per_batch) {
    batches.emplace_back();
  }
  batches.back().push_back(std::move(record));
}

// --- What the cluster says about a topic's partitions ---

bool Controller::is_usable(int32_t broker_id) const {
  const BrokerImage* broker = state_.broker(broker_id);
  return broker != nullptr && broker->usable();
}

std::optional<std::string> Controller::topic_config(const TopicImage& topic,
                                                    std::string_view name) const {
  const std::string own_id = std::to_string(config_.node_id);
  for (const ConfigMap* configs :
       {&state_.topic_configs(topic.name), &state_.configs({ConfigResourceType::Broker, own_id}),
        &state_.configs({ConfigResourceType::Broker, std::string()})}) {
    if (const auto found = configs->find(name); found != configs->end()) {
      return found->second;
    }
  }
  return config_.text(name);
}

bool Controller::unclean_election_enabled(const TopicImage& topic) const {
  return to_bool(topic_config(topic, "unclean.leader.election.enable").value_or("false"));
}

PartitionRules Controller::partition_rules(const TopicImage& topic,
                                           const BrokerChange& change) const {
  PartitionRules rules;
  rules.can_lead = [this, change](int32_t id, const Uuid& directory) {
    const BrokerImage* broker = state_.broker(id);
    return broker != nullptr && id != change.leaves && id != change.unclean &&
           (id == change.returns || broker->usable()) && is_online(directory, *broker);
  };
  rules.directory_of_new_replica = [this](int32_t id) {
    return NewPartitions(state_).directory_for(id);
  };
  rules.elr_enabled = state_.feature_level(elr_feature) > 0;
  rules.metadata_version = state_.metadata_version();
  const PartitionImage* first = topic.partition(0);
  const int64_t configured = to_int(topic_config(topic, "min.insync.replicas").value_or("1"));
  const int64_t replicas = first == nullptr ? 1 : static_cast<int64_t>(first->replicas.size());
  rules.min_insync_replicas = static_cast<int32_t>(std::min(configured, replicas));
  return rules;
}

void Controller::update_isr_members(const BrokerChange& change, RecordBatches& batches) const {
  update_partitions(
      change,
      [&](const PartitionImage& partition) {
        return std::ranges::count(partition.isr, change.leaves) > 0 ||
               std::ranges::count(partition.isr, change.unclean) > 0;
      },
      batches);
}

void Controller::update_eligible(const BrokerChange& change, RecordBatches& batches) const {
  update_partitions(
      change,
      [&](const PartitionImage& partition) {
        const auto& eligible = partition.eligible_leader_replicas;
        return std::ranges::count(eligible, change.leaves) > 0 ||
               std::ranges::count(eligible, change.unclean) > 0;
      },
      batches);
}

bool Controller::has_leaderships(int32_t broker_id) const {
  for (const auto& [name, topic] : state_.topics()) {
    if (std::ranges::count(topic.partitions, broker_id, &PartitionImage::leader) > 0) {
      return true;
    }
  }
  return false;
}

Result<const BrokerImage*> Controller::registered(int32_t broker_id, int64_t broker_epoch) const {
  const BrokerImage* broker = state_.broker(broker_id);
  if (broker == nullptr) {
    return fail(ErrorCode::StaleBrokerEpoch,
                fmt::format("Broker {} is not registered.", broker_id));
  }
  if (broker->epoch != broker_epoch && !is_on(Bug::BrokerEpochIgnored)) {
    return fail(ErrorCode::StaleBrokerEpoch, fmt::format("Broker {} has epoch {} now, not {}.",
                                                         broker_id, broker->epoch, broker_epoch));
  }
  return broker;
}

// --- Registration ---

namespace {

// A live registration under the same id belongs to another process, unless the new one holds the
// lock of the broker's directories: then the old process is dead. Who cannot show that waits for
// the session of the old one to expire.
Result<> check_no_live_twin(const BrokerRegistration& registration, const BrokerImage* existing,
                            const BrokerSessions& sessions, int64_t now_ms) {
  const bool live = existing != nullptr && !existing->fenced &&
                    existing->incarnation_id != registration.incarnation_id &&
                    sessions.is_live(existing->id, existing->epoch, now_ms);
  if (live && !registration.holds_directory_lock) {
    return fail(
        ErrorCode::DuplicateBrokerRegistration,
        fmt::format("Another broker is registered with id {}. If it was just restarted, its "
                    "former session has to expire first.",
                    registration.broker_id));
  }
  return {};
}

}  // namespace

Result<Controller::Registered> Controller::decide_register_broker(
    const BrokerRegistration& registration, int64_t next_offset, int64_t now_ms) const {
  const BrokerImage* existing = state_.broker(registration.broker_id);
  if (!registration.cluster_id.empty() && registration.cluster_id != state_.cluster_id()) {
    return fail(
        ErrorCode::InconsistentClusterId,
        fmt::format("This is cluster {}, not {}.", state_.cluster_id(), registration.cluster_id));
  }
  for (const Result<>& valid :
       {check_no_live_twin(registration, existing, sessions_, now_ms),
        check_directories(registration, state_), check_features(registration, state_)}) {
    if (!valid) {
      return std::unexpected(valid.error());
    }
  }
  Registered result;
  RegisterBrokerRecord record = to_record(registration, state_);
  if (existing != nullptr && existing->incarnation_id == registration.incarnation_id) {
    // A retry, whose first answer got lost, or a change of what it says of itself.
    record.fenced = existing->fenced;
    record.in_controlled_shutdown = existing->in_controlled_shutdown;
    record.broker_epoch = existing->epoch;
  } else {
    const bool clean = existing != nullptr && registration.previous_broker_epoch == existing->epoch;
    if (is_on(Bug::UncleanShutdownTrusted)) {
    } else if (state_.feature_level(elr_feature) > 0 && !clean) {
      update_isr_members({.unclean = registration.broker_id}, result.batches);
      update_eligible({.unclean = registration.broker_id}, result.batches);
    } else {
      update_isr_members({.leaves = registration.broker_id}, result.batches);
    }
    record.broker_epoch = next_offset;
  }
  result.broker_epoch = record.broker_epoch;
  add_record(result.batches, std::move(record));
  return result;
}

// --- Fencing and the way back ---

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
  add_unfencing(**broker, batches);
  if (state_.metadata_version() >= metadata_version::cordoned_dirs &&
      !(*broker)->cordoned_log_dirs) {
    BrokerRegistrationChangeRecord cordoned = registration_change(**broker);
    cordoned.cordoned_log_dirs.emplace();
    add_record(batches, std::move(cordoned));
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
  if (!(*broker)->in_controlled_shutdown) {
    add_stopping(**broker, batches);
  }
  return batches;
}

Result<RecordBatches> Controller::decide_fence_broker(int32_t broker_id,
                                                      int64_t broker_epoch) const {
  const auto broker = registered(broker_id, broker_epoch);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  RecordBatches batches;
  if (!(*broker)->fenced) {
    add_fencing(**broker, batches);
  }
  return batches;
}

void Controller::add_unfencing(const BrokerImage& broker, RecordBatches& batches) const {
  BrokerRegistrationChangeRecord unfenced = registration_change(broker);
  unfenced.fenced = -1;
  add_record(batches, std::move(unfenced));
  update_partitions(
      {.returns = broker.id},
      [](const PartitionImage& partition) { return partition.leader == no_leader; }, batches);
}

void Controller::add_stopping(const BrokerImage& broker, RecordBatches& batches) const {
  if (!broker.in_controlled_shutdown) {
    BrokerRegistrationChangeRecord stopping = registration_change(broker);
    stopping.in_controlled_shutdown = 1;
    add_record(batches, std::move(stopping));
  }
  update_isr_members({.leaves = broker.id}, batches);
}

void Controller::add_fencing(const BrokerImage& broker, RecordBatches& batches) const {
  update_isr_members({.leaves = broker.id}, batches);
  BrokerRegistrationChangeRecord fenced = registration_change(broker);
  fenced.fenced = 1;
  add_record(batches, std::move(fenced));
}

Result<RecordBatches> Controller::decide_unregister_broker(int32_t broker_id) const {
  const BrokerImage* broker = state_.broker(broker_id);
  if (broker == nullptr) {
    return fail(ErrorCode::BrokerIdNotRegistered,
                fmt::format("Broker ID {} is not currently registered", broker_id));
  }
  RecordBatches batches;
  update_isr_members({.leaves = broker_id}, batches);
  update_eligible({.leaves = broker_id}, batches);
  UnregisterBrokerRecord record;
  record.broker_id = broker_id;
  record.broker_epoch = broker->epoch;
  add_record(batches, std::move(record));
  return batches;
}

}  // namespace kafka
