#include "broker/core/log/log.h"

#include "broker/core/check.h"
#include "broker/core/log/epochs.h"
#include "broker/core/log/file_names.h"
#include "broker/core/log/log_directory.h"
#include "broker/core/log/position_cache.h"
#include "broker/core/log/segment.h"

namespace kafka {

Log::Log(Files& files, const LogOptions& options)
    : files_(files),
      directory_(options.directory),
      config_(options.config),
      deletions_(options.deletions),
      news_(options.news) {
  CHECK(config_ != nullptr, "{} without a configuration", directory_);
}

Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(Files& files, LogOptions options) {
  std::unique_ptr<Log> log(new Log(files, options));
  const auto outcome = options.create ? log->create(options) : log->load(options);
  if (!outcome) {
    return std::unexpected(outcome.error());
  }
  return log;
}

Result<> Log::create(const LogOptions& options) {
  if (auto made = files_.make_directory(directory_); !made) {
    return made;
  }
  if (options.topic_id) {
    if (auto written = write_partition_metadata(files_, directory_, *options.topic_id); !written) {
      return written;
    }
  }
  epochs_ = std::make_unique<Epochs>();
  producers_ = std::make_unique<ProducerStates>();
  log_start_offset_ = log_end_offset_ = recovery_point_ = options.log_start_offset;
  segments_.push_back(
      std::make_unique<Segment>(files_, directory_, options.log_start_offset, 0, options.now_ms));
  directory_unsynced_ = parent_unsynced_ = true;
  if (auto made = segments_.back()->create(); !made) {
    return made;
  }
  epochs_unsynced_ = true;
  return write_file(files_, directory_ + "/" + std::string(epoch_checkpoint_name),
                    epochs_->format());
}

void Log::break_down(const Error& why) {
  broken_ = true;
  if (news_ != nullptr && !news_->failure) {
    news_->failure = why;
  }
}

int64_t Log::active_segment_base() const {
  return segments_.back()->base_offset();
}

int64_t Log::size_bytes() const {
  int64_t bytes = 0;
  for (const auto& segment : segments_) {
    bytes += segment->size();
  }
  return bytes;
}

}  // namespace kafka
