#include "broker/core/controller/kraft.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/core/bugs.h"
#include "broker/core/check.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/metadata_loader.h"
#include "broker/core/controller/uuids.h"

namespace kafka {
namespace {

// internal.metadata.max.batch.size.in.bytes of Apache Kafka.
constexpr size_t batch_bytes_max = 8 << 20;

LogConfig metadata_log_config(const BrokerConfig& config) {
  LogConfig log;
  log.segment_bytes = config.metadata_log_segment_bytes;
  log.segment_ms = config.metadata_log_segment_ms;
  // Its prefix goes with the snapshots that cover it, never by age or size alone.
  log.retention_ms = -1;
  log.retention_bytes = -1;
  return log;
}

}  // namespace

// Every finalized feature must be one of ours, at a level that we know: a record of a newer level
// could be misread.
Result<> Kraft::check_features(const MetadataImage& image) {
  for (const auto& [name, level] : image.features()) {
    const FeatureRange* range = find_feature(name);
    if (range == nullptr || level < range->min_level || level > range->max_level) {
      return fail(ErrorCode::UnsupportedVersion,
                  fmt::format("the cluster uses {} at level {}, this broker supports {}", name,
                              level,
                              range == nullptr ? "no such feature"
                                               : fmt::format("levels {} to {}", range->min_level,
                                                             range->max_level)));
    }
  }
  if (image.kraft_version() > 1) {
    return fail(ErrorCode::UnsupportedVersion,
                fmt::format("the quorum uses kraft.version {}, this broker supports 0 and 1",
                            image.kraft_version()));
  }
  return {};
}

Kraft::Kraft(Files& files, Random& random, const BrokerConfig& config, KraftIdentity identity)
    : files_(files),
      random_(random),
      config_(config),
      identity_(std::move(identity)),
      controller_(config, random) {}

Kraft::~Kraft() = default;

// --- Reading what is there ---

Result<std::unique_ptr<Kraft>> Kraft::open(Files& files, Random& random,
                                           const BrokerConfig& config, KraftIdentity identity,
                                           int64_t now_ms) {
  std::unique_ptr<Kraft> kraft(new Kraft(files, random, config, std::move(identity)));
  if (auto loaded = kraft->load(now_ms); !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  return kraft;
}

Result<> Kraft::load(int64_t now_ms) {
  auto log = MetadataLog::open(
      files_, fmt::format("{}/{}", config_.metadata_log_dir, metadata_partition_directory),
      metadata_log_config(config_), now_ms);
  if (!log) {
    return std::unexpected(std::move(log.error()));
  }
  log_ = std::move(*log);
  image_.set_cluster_id(identity_.cluster_id);
  loader_.emplace(image_, &output_.delta);
  const std::string listener = config_.controller_listener_names.empty()
                                   ? std::string()
                                   : config_.controller_listener_names.front();
  auto history = log_->load_history(static_voters(config_.controller_quorum_voters, listener));
  if (!history) {
    return std::unexpected(std::move(history.error()));
  }
  if (auto joined = join_quorum(std::move(*history)); !joined) {
    return joined;
  }
  if (auto done = load_image(); !done) {
    return done;
  }
  last_snapshot_ms_ = now_ms;
  return check_features(image_);
}

Raft::Config Kraft::raft_config() const {
  Raft::Config config;
  config.node_id = config_.node_id;
  config.directory_id = identity_.metadata_directory_id;
  config.cluster_id = identity_.cluster_id;
  config.is_controller = config_.is_controller;
  config.auto_join = config_.controller_quorum_auto_join_enable;
  if (config_.is_controller) {
    for (const Endpoint& endpoint : endpoints(true)) {
      config.endpoints.push_back({endpoint.listener, endpoint.host, endpoint.port});
    }
  }
  config.bootstrap_servers = config_.controller_quorum_bootstrap_servers;
  config.timeouts.election_ms = config_.controller_quorum_election_timeout_ms;
  config.timeouts.election_backoff_max_ms = config_.controller_quorum_election_backoff_max_ms;
  config.timeouts.fetch_ms = config_.controller_quorum_fetch_timeout_ms;
  config.timeouts.retry_backoff_ms = config_.controller_quorum_retry_backoff_ms;
  config.timeouts.fetch_bytes_max = config_.controller_quorum_fetch_max_bytes;
  config.timeouts.fetch_snapshot_bytes_max = config_.controller_quorum_fetch_snapshot_max_bytes;
  config.timeouts.request_ms = config_.controller_quorum_request_timeout_ms;
  return config;
}

Result<> Kraft::join_quorum(LogHistory history) {
  const auto saved = log_->load_quorum_state();
  if (!saved) {
    return std::unexpected(saved.error());
  }
  auto raft = Raft::create(raft_config(), random_, *saved, std::move(history));
  if (!raft) {
    return std::unexpected(std::move(raft.error()));
  }
  raft_.emplace(std::move(*raft));
  durable_end_ = log_->end_offset();
  return {};
}

// The newest snapshot, and what is known to be committed behind it. In a quorum of one that is the
// whole log: it is committed as soon as this node leads again. With more voters nobody knows until
// a leader says so.
Result<> Kraft::load_image() {
  if (!log_->snapshots().empty()) {
    const SnapshotId newest = log_->snapshots().back();
    const auto bytes = log_->read_snapshot(newest);
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    if (auto loaded = loader_->load_snapshot(*bytes, newest); !loaded) {
      return loaded;
    }
  }
  return raft_->is_only_voter() ? load_log(log_->end_offset()) : Result<>{};
}

Result<> Kraft::load_log(int64_t end_offset) {
  while (image_.offset() + 1 < end_offset) {
    const int64_t offset = std::max(image_.offset() + 1, log_->start_offset());
    const auto bytes = log_->read(offset, end_offset);
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    if (bytes->empty()) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("the metadata log ends at offset {}, not at {}", offset,
                              end_offset));
    }
    if (auto loaded = loader_->load_batches(*bytes); !loaded) {
      return loaded;
    }
    bytes_since_snapshot_ += static_cast<int64_t>(bytes->size());
  }
  return {};
}

// --- Appending, committing ---

Result<int64_t> Kraft::commit(std::vector<MetadataRecord> records, int64_t now_ms) {
  if (!active_) {
    return fail(ErrorCode::NotController, "this node is not the active controller");
  }
  CHECK(!records.empty() && records.size() <= max_records_per_batch, "{} records in a batch",
        records.size());
  // A batch may set the version it is written in: bootstrap records do.
  int16_t version = controller_.state().metadata_version();
  for (const MetadataRecord& record : records) {
    const auto* level = std::get_if<FeatureLevelRecord>(&record);
    if (level != nullptr && level->name == metadata_version_feature) {
      version = level->feature_level;
    }
  }
  Bytes batch;
  const MetadataBatchPlace place{log_->end_offset(), raft_->epoch(), now_ms};
  if (auto encoded = append_data_batch(records, version, place, batch); !encoded) {
    return std::unexpected(std::move(encoded.error()));
  }
  if (batch.size() > batch_bytes_max) {
    return fail(ErrorCode::PolicyViolation,
                fmt::format("{} bytes of metadata are more than one batch may hold", batch.size()));
  }
  const int64_t last_offset = place.base_offset + static_cast<int64_t>(records.size()) - 1;
  if (auto appended = append(std::move(batch), last_offset, now_ms); !appended) {
    return std::unexpected(std::move(appended.error()));
  }
  const auto keep = [&] {
    controller_.apply(records, last_offset);
    pending_.push_back({std::move(records), {}, place.base_offset, last_offset, now_ms});
  };
  if (!is_on(Bug::PendingAfterLostLeadership)) {
    keep();
  }
  // Last: it may find that the leadership was lost while this node stood still, and forget these.
  if (auto told = step(raft_event::Appended{log_->end_offset()}, now_ms); !told) {
    return std::unexpected(std::move(told.error()));
  }
  if (is_on(Bug::PendingAfterLostLeadership)) {
    keep();
  }
  return last_offset;
}

Result<> Kraft::append_control(std::vector<RaftControlRecord> records, int64_t now_ms) {
  Bytes batch;
  const MetadataBatchPlace place{log_->end_offset(), raft_->epoch(), now_ms};
  if (auto encoded = append_control_batch(records, place, batch); !encoded) {
    return encoded;
  }
  const int64_t last_offset = place.base_offset + static_cast<int64_t>(records.size()) - 1;
  if (auto appended = append(std::move(batch), last_offset, now_ms); !appended) {
    return appended;
  }
  pending_.push_back({{}, std::move(records), place.base_offset, last_offset, now_ms});
  return {};
}

Result<> Kraft::append(Bytes batch, int64_t last_offset, int64_t now_ms) {
  if (auto appended = log_->append(batch, raft_->epoch(), now_ms); !appended) {
    return appended;
  }
  CHECK(log_->end_offset() == last_offset + 1, "appended up to {}, the log ends at {}", last_offset,
        log_->end_offset());
  last_write_ms_ = now_ms;
  bytes_since_snapshot_ += static_cast<int64_t>(batch.size());
  return {};
}

Result<> Kraft::commit_all(RecordBatches batches, int64_t now_ms) {
  for (std::vector<MetadataRecord>& batch : batches) {
    if (auto offset = commit(std::move(batch), now_ms); !offset) {
      return std::unexpected(std::move(offset.error()));
    }
  }
  return {};
}

namespace {

// Runs a flush job elsewhere and leaves the outcome where flushed() finds it.
class MetadataSync : public PendingSync {
 public:
  MetadataSync(std::shared_ptr<FlushJob> job, std::shared_ptr<Result<>> outcome)
      : job_(std::move(job)), outcome_(std::move(outcome)) {}
  Result<> run() override {
    *outcome_ = job_->run();
    return *outcome_;
  }

 private:
  std::shared_ptr<FlushJob> job_;
  std::shared_ptr<Result<>> outcome_;
};

}  // namespace

Result<std::unique_ptr<PendingSync>> Kraft::begin_flush() {
  CHECK(flushing_ == nullptr, "a flush up to {} is under way", flushing_->end_offset);
  if (durable_end_ == log_->end_offset() || !raft_->flush_counts()) {
    return nullptr;
  }
  auto job = log_->prepare_flush();
  if (!job) {
    return std::unexpected(std::move(job.error()));
  }
  flushing_ = std::make_shared<FlushJob>(std::move(*job));
  flushing_truncations_ = truncations_;
  flush_outcome_ = std::make_shared<Result<>>(
      fail(ErrorCode::KafkaStorageError, "the flush of the metadata log did not run"));
  return std::make_unique<MetadataSync>(flushing_, flush_outcome_);
}

Result<> Kraft::flushed(int64_t now_ms) {
  CHECK(flushing_ != nullptr, "no flush is under way");
  const auto job = std::exchange(flushing_, nullptr);
  if (auto finished = log_->finish_flush(*job, *flush_outcome_); !finished) {
    return finished;
  }
  if (!*flush_outcome_) {
    return std::unexpected(flush_outcome_->error());
  }
  // What a truncation since then took away and what came in its place, is not durable.
  if (truncations_ != flushing_truncations_ || job->end_offset <= durable_end_) {
    return {};
  }
  durable_end_ = job->end_offset;
  return step(raft_event::Flushed{durable_end_}, now_ms);
}

// On this thread; a flush of begin_flush() may be under way meanwhile.
Result<> Kraft::flush_now(int64_t now_ms) {
  if (auto done = log_->flush(); !done) {
    return done;
  }
  durable_end_ = log_->end_offset();
  return step(raft_event::Flushed{durable_end_}, now_ms);
}

// Brings the image to the high watermark: from memory what this leader appended, from the log what
// others did.
Result<> Kraft::apply_committed() {
  const int64_t end_offset = raft_->high_watermark();
  while (image_.offset() + 1 < end_offset) {
    const int64_t next = image_.offset() + 1;
    if (pending_.empty() || pending_.front().first_offset > next) {
      const int64_t until =
          pending_.empty() ? end_offset : std::min(end_offset, pending_.front().first_offset);
      if (auto loaded = load_log(until); !loaded) {
        return loaded;
      }
      continue;
    }
    const Pending& batch = pending_.front();
    CHECK(batch.first_offset == next, "the image needs {}, {} is pending", next,
          batch.first_offset);
    const auto applied = loader_->load_own(batch.records, batch.control,
                                          {batch.last_offset, raft_->epoch()}, batch.timestamp);
    CHECK(applied.has_value(), "before offset {}: {}", batch.last_offset,
          applied.error().message);
    pending_.pop_front();
  }
  return {};
}

}  // namespace kafka
