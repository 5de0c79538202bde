// Kraft from start to stop: election, first records, registration, upkeep, clean shutdown.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/check.h"
#include "broker/core/controller/bootstrap.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/image_records.h"
#include "broker/core/controller/kraft.h"
#include "broker/core/controller/uuids.h"

namespace kafka {

// --- Start ---

Result<> Kraft::start(int64_t now_ms) {
  controller_incarnation_id_ = random_uuid(random_);
  broker_incarnation_id_ = random_uuid(random_);
  if (!log_->snapshots().empty()) {
    if (auto told = step(raft_event::Compacted{log_->start(), log_->snapshots().back()}, now_ms);
        !told) {
      return told;
    }
  }
  // What the last process wrote may not be on disk yet, and will be acknowledged.
  if (auto flushed = raft_->is_only_voter() ? Result<>{} : log_->flush(); !flushed) {
    return flushed;
  }
  if (auto started = step(raft_event::Start{}, now_ms); !started) {
    return started;
  }
  return raft_->is_leader() ? start_alone(now_ms) : Result<>{};
}

// Everything up to the broker's registration is appended, then flushed once: with one voter there
// is nobody whose opinion could come in between. Apache Kafka waits for each step to be committed;
// the log it leaves looks the same.
Result<> Kraft::start_alone(int64_t now_ms) {
  if (auto active = activate(now_ms); !active) {
    return active;
  }
  if (config_.is_broker) {
    if (auto registered = register_broker(now_ms); !registered) {
      return registered;
    }
  }
  return flush_now(now_ms);
}

Result<> Kraft::activate(int64_t now_ms) {
  active_ = true;
  output_.became_active = true;
  controller_.reset(image_);
  if (loader_->in_transaction()) {
    // The controller that began it died before its end: its records never took effect.
    AbortTransactionRecord abort;
    abort.reason = "The controller changed before the transaction was complete.";
    if (auto aborted = commit({std::move(abort)}, now_ms); !aborted) {
      return std::unexpected(std::move(aborted.error()));
    }
  }
  if (image_.metadata_version() == 0) {
    if (auto done = bootstrap(now_ms); !done) {
      return done;
    }
  }
  return register_controller(now_ms);
}

Result<> Kraft::bootstrap(int64_t now_ms) {
  const auto text =
      read_file(files_, fmt::format("{}/{}", config_.metadata_log_dir, bootstrap_file));
  if (!text) {
    return std::unexpected(text.error());
  }
  auto records = text->has_value() ? decode_bootstrap(bytes_of(**text))
                                   : Result<std::vector<MetadataRecord>>(default_bootstrap());
  if (!records) {
    return std::unexpected(std::move(records.error()));
  }
  auto committed =
      commit(bootstrap_batch(std::move(*records), config_.min_insync_replicas), now_ms);
  return committed ? Result<>{} : std::unexpected(std::move(committed.error()));
}

// The listeners of one role, as others reach them.
std::vector<Endpoint> Kraft::endpoints(bool of_controller) const {
  std::vector<Endpoint> endpoints;
  for (const Listener& listener : config_.listeners) {
    if (config_.is_controller_listener(listener.name) != of_controller) {
      continue;
    }
    const auto bound = std::ranges::find(identity_.bound_advertised_listeners, listener.name,
                                         &Listener::name);
    const Listener* advertised = bound != identity_.bound_advertised_listeners.end()
                                     ? &*bound
                                     : config_.advertised(listener.name);
    const Listener& shown = advertised == nullptr ? listener : *advertised;
    endpoints.push_back({shown.name, shown.host.empty() ? "localhost" : shown.host,
                         static_cast<uint16_t>(shown.port),
                         static_cast<int16_t>(shown.protocol)});
  }
  return endpoints;
}

Result<> Kraft::register_controller(int64_t now_ms) {
  if (controller_.state().metadata_version() < metadata_version::register_controller) {
    return {};
  }
  RegisterControllerRecord record;
  record.controller_id = config_.node_id;
  record.incarnation_id = controller_incarnation_id_;
  for (const Endpoint& endpoint : endpoints(true)) {
    auto& to = record.end_points.emplace_back();
    to.name = endpoint.listener;
    to.host = endpoint.host;
    to.port = endpoint.port;
    to.security_protocol = endpoint.security_protocol;
  }
  for (const FeatureRange& feature : supported_features()) {
    auto& to = record.features.emplace_back();
    to.name = feature.name;
    to.min_supported_version = feature.min_level;
    to.max_supported_version = feature.max_level;
  }
  auto committed = commit({std::move(record)}, now_ms);
  return committed ? Result<>{} : std::unexpected(std::move(committed.error()));
}

Result<> Kraft::register_broker(int64_t now_ms) {
  BrokerRegistration registration;
  registration.broker_id = config_.node_id;
  registration.incarnation_id = broker_incarnation_id_;
  registration.endpoints = endpoints(false);
  registration.features = registered_features();
  registration.rack = config_.broker_rack;
  registration.log_dirs = identity_.log_directory_ids;
  registration.previous_broker_epoch = identity_.previous_broker_epoch;
  registration.holds_directory_lock = true;
  auto registered = controller_.decide_register_broker(registration, log_->end_offset(), now_ms);
  if (!registered) {
    return std::unexpected(std::move(registered.error()));
  }
  broker_epoch_ = registered->broker_epoch;
  return commit_all(std::move(registered->batches), now_ms);
}

Result<> Kraft::unfence_broker(int64_t now_ms) {
  auto batches = controller_.decide_unfence_broker(config_.node_id, broker_epoch_);
  if (!batches) {
    return std::unexpected(std::move(batches.error()));
  }
  if (auto committed = commit_all(std::move(*batches), now_ms); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return flush_now(now_ms);
}

// --- Upkeep ---

bool Kraft::snapshot_due(int64_t now_ms) const {
  const bool anything_new =
      log_->snapshots().empty() || log_->snapshots().back().offset <= image_.offset();
  const int64_t interval = config_.metadata_log_max_snapshot_interval_ms;
  return anything_new &&
         (bytes_since_snapshot_ >= config_.metadata_log_max_record_bytes_between_snapshots ||
          (interval > 0 && now_ms - last_snapshot_ms_ >= interval));
}

Result<> Kraft::tick(int64_t now_ms) {
  const int64_t idle_interval = config_.metadata_max_idle_interval_ms;
  if (auto stepped = step(raft_event::Tick{}, now_ms); !stepped) {
    return stepped;
  }
  if (active_ && idle_interval > 0 && now_ms - last_write_ms_ >= idle_interval) {
    if (auto written = commit({NoOpRecord{}}, now_ms); !written) {
      return std::unexpected(std::move(written.error()));
    }
  }
  if (active_ && now_ms >= controller_.next_upkeep_ms()) {
    if (auto done = commit_all(controller_.run_upkeep(now_ms), now_ms); !done) {
      return done;
    }
  }
  if (snapshot_due(now_ms)) {
    if (auto written = write_snapshot(now_ms); !written) {
      return written;
    }
  }
  if (late_state_ && now_ms >= late_state_ms_) {
    if (auto saved = save_late_state(); !saved) {
      return saved;
    }
  }
  return log_->run_deletions(now_ms);
}

int64_t Kraft::next_deadline_ms() const {
  int64_t next = raft_->next_deadline_ms();
  if (active_ && config_.metadata_max_idle_interval_ms > 0) {
    next = std::min(next, last_write_ms_ + config_.metadata_max_idle_interval_ms);
  }
  if (active_) {
    next = std::min(next, controller_.next_upkeep_ms());
  }
  if (late_state_) {
    next = std::min(next, late_state_ms_);
  }
  if (config_.metadata_log_max_snapshot_interval_ms > 0) {
    next = std::min(next, last_snapshot_ms_ + config_.metadata_log_max_snapshot_interval_ms);
  }
  return next;
}

Result<> Kraft::write_snapshot(int64_t now_ms) {
  const std::vector<MetadataRecord> records = image_records(image_);
  SnapshotContent content;
  content.last_contained_timestamp = loader_->last_timestamp();
  content.now_ms = now_ms;
  content.epoch = image_.epoch();
  content.metadata_version = image_.metadata_version();
  content.kraft_version = image_.kraft_version();
  content.voters = image_.voters();
  content.records = records;
  const auto bytes = encode_snapshot(content);
  if (!bytes) {
    return std::unexpected(bytes.error());
  }
  if (auto written = log_->write_snapshot({image_.offset() + 1, image_.epoch()}, *bytes);
      !written) {
    return written;
  }
  bytes_since_snapshot_ = 0;
  last_snapshot_ms_ = now_ms;
  if (auto removed = log_->apply_retention(config_.metadata_max_retention_bytes,
                                           config_.metadata_max_retention_ms, now_ms);
      !removed) {
    return removed;
  }
  return step(raft_event::Compacted{log_->start(), log_->snapshots().back()}, now_ms);
}

// --- Stop ---

Result<> Kraft::begin_shutdown(int64_t now_ms) {
  if (!config_.is_broker || !config_.controlled_shutdown_enable) {
    return {};
  }
  auto batches = controller_.decide_begin_shutdown(config_.node_id, broker_epoch_);
  if (!batches) {
    return std::unexpected(std::move(batches.error()));
  }
  if (auto committed = commit_all(std::move(*batches), now_ms); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return flush_now(now_ms);
}

Result<> Kraft::finish_shutdown(int64_t now_ms) {
  if (config_.is_broker && config_.controlled_shutdown_enable) {
    auto batches = controller_.decide_fence_broker(config_.node_id, broker_epoch_);
    if (!batches) {
      return std::unexpected(std::move(batches.error()));
    }
    if (auto committed = commit_all(std::move(*batches), now_ms); !committed) {
      return committed;
    }
  }
  if (auto flushed_all = flush_now(now_ms); !flushed_all) {
    return flushed_all;
  }
  if (auto resigned = resign(now_ms); !resigned) {
    return resigned;
  }
  return close(now_ms);
}

Result<> Kraft::resign(int64_t now_ms) {
  return step(raft_event::Resign{}, now_ms);
}

Result<> Kraft::close(int64_t now_ms) {
  if (auto saved = save_late_state(); !saved) {
    return saved;
  }
  return log_->close(now_ms);
}

}  // namespace kafka
