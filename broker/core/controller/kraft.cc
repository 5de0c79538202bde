#include "broker/core/controller/kraft.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

// Every finalized feature must be one of ours, at a level that we know: a record of a newer level
// could be misread.
Result<> check_features(const MetadataImage& image) {
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

}  // namespace

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
  if (!config.is_controller) {
    return fail(ErrorCode::InvalidConfig,
                "process.roles must contain controller: a broker with its controllers on other "
                "nodes is not supported yet");
  }
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
  MetadataLoader loader(image_, &delta_);
  if (auto done = load_image(loader); !done) {
    return done;
  }
  if (auto done = check_features(image_); !done) {
    return done;
  }
  open_transaction_ = loader.in_transaction();
  image_timestamp_ = loader.last_timestamp();
  last_snapshot_ms_ = now_ms;
  return join_quorum(loader);
}

// The newest snapshot, then the log behind it. In a quorum of one everything that is in the log is
// committed as soon as this node leads again, so the image takes it all in.
Result<> Kraft::load_image(MetadataLoader& loader) {
  int64_t offset = log_->start_offset();
  if (!log_->snapshots().empty()) {
    const SnapshotId newest = log_->snapshots().back();
    const auto bytes = log_->read_snapshot(newest);
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    if (auto loaded = loader.load_snapshot(*bytes, newest); !loaded) {
      return loaded;
    }
    offset = newest.offset;
  }
  while (offset < log_->end_offset()) {
    const auto bytes = log_->read(offset);
    if (!bytes) {
      return std::unexpected(bytes.error());
    }
    if (bytes->empty()) {
      return fail(ErrorCode::KafkaStorageError,
                  fmt::format("the metadata log ends at offset {}, not at {}", offset,
                              log_->end_offset()));
    }
    if (auto loaded = loader.load_batches(*bytes); !loaded) {
      return loaded;
    }
    bytes_since_snapshot_ += static_cast<int64_t>(bytes->size());
    offset = image_.offset() + 1;
  }
  return {};
}

Result<> Kraft::join_quorum(const MetadataLoader& loader) {
  const auto saved = log_->load_quorum_state();
  if (!saved) {
    return std::unexpected(saved.error());
  }
  const auto last_epoch = log_->last_epoch();
  if (!last_epoch) {
    return std::unexpected(last_epoch.error());
  }
  Raft::LogState state;
  state.end_offset = log_->end_offset();
  state.last_epoch = *last_epoch;
  // The 0-0 checkpoint of a formatted directory is not history: its voters have yet to be written.
  state.voters_in_log = loader.saw_voters_in_log() || log_->end_offset() > 0;
  const bool dynamic = image_.kraft_version() >= 1;
  VoterSet voters = dynamic ? image_.voters()
                            : static_voters(config_.controller_quorum_voters,
                                            config_.controller_listener_names.empty()
                                                ? std::string()
                                                : config_.controller_listener_names.front());
  auto raft = Raft::create({config_.node_id, identity_.metadata_directory_id}, *saved,
                           std::move(voters), image_.kraft_version(), state);
  if (!raft) {
    return std::unexpected(std::move(raft.error()));
  }
  raft_.emplace(std::move(*raft));
  return {};
}

// --- Appending, committing ---

Result<int64_t> Kraft::commit(std::vector<MetadataRecord> records, int64_t now_ms) {
  if (!raft_->is_leader()) {
    return fail(ErrorCode::NotController, "this node does not lead the metadata quorum");
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
  controller_.apply(records, last_offset);
  pending_.push_back({std::move(records), last_offset, now_ms});
  return last_offset;
}

Result<> Kraft::append(Bytes batch, int64_t last_offset, int64_t now_ms) {
  if (auto appended = log_->append(batch, raft_->epoch(), now_ms); !appended) {
    return appended;
  }
  CHECK(log_->end_offset() == last_offset + 1, "appended up to {}, the log ends at {}", last_offset,
        log_->end_offset());
  raft_->step(raft_event::Appended{log_->end_offset()}, now_ms);
  last_write_ms_ = now_ms;
  bytes_since_snapshot_ += static_cast<int64_t>(batch.size());
  return {};
}

Result<> Kraft::append_control(const std::vector<RaftControlRecord>& records, int64_t now_ms) {
  Bytes batch;
  const MetadataBatchPlace place{log_->end_offset(), raft_->epoch(), now_ms};
  if (auto encoded = append_control_batch(records, place, batch); !encoded) {
    return encoded;
  }
  const int64_t last_offset = place.base_offset + static_cast<int64_t>(records.size()) - 1;
  if (auto appended = append(std::move(batch), last_offset, now_ms); !appended) {
    return appended;
  }
  pending_.push_back({{}, last_offset, now_ms});
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
  if (durable_end_ == log_->end_offset()) {
    return nullptr;
  }
  auto job = log_->prepare_flush();
  if (!job) {
    return std::unexpected(std::move(job.error()));
  }
  flushing_ = std::make_shared<FlushJob>(std::move(*job));
  flush_outcome_ = std::make_shared<Result<>>(
      fail(ErrorCode::KafkaStorageError, "the flush of the metadata log did not run"));
  return std::make_unique<MetadataSync>(flushing_, flush_outcome_);
}

Result<MetadataDelta> Kraft::flushed(int64_t now_ms) {
  CHECK(flushing_ != nullptr, "no flush is under way");
  const auto job = std::exchange(flushing_, nullptr);
  if (auto finished = log_->finish_flush(*job, *flush_outcome_); !finished) {
    return std::unexpected(std::move(finished.error()));
  }
  if (!*flush_outcome_) {
    return std::unexpected(flush_outcome_->error());
  }
  return apply_durable(job->end_offset, now_ms);
}

// On this thread; a flush of begin_flush() may be under way meanwhile.
Result<MetadataDelta> Kraft::flush_and_apply(int64_t now_ms) {
  if (auto done = log_->flush(); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return apply_durable(log_->end_offset(), now_ms);
}

MetadataDelta Kraft::apply_durable(int64_t end_offset, int64_t now_ms) {
  durable_end_ = std::max(durable_end_, end_offset);
  raft_->step(raft_event::Flushed{durable_end_}, now_ms);
  while (!pending_.empty() && pending_.front().last_offset < raft_->high_watermark()) {
    const Pending& batch = pending_.front();
    for (const MetadataRecord& record : batch.records) {
      const auto applied = image_.apply(record, &delta_);
      CHECK(applied.has_value(), "{} before offset {}: {}", name(record), batch.last_offset,
            applied.error().message);
    }
    image_.set_position(batch.last_offset, raft_->epoch());
    image_timestamp_ = batch.timestamp;
    pending_.pop_front();
  }
  return std::exchange(delta_, {});
}

}  // namespace kafka
