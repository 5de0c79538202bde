// Storage: logs that go. Those of deleted topics and of replicas that moved away, and those that
// were found on disk and belong to nobody: they are set aside, not deleted, because the only other
// explanation is that this broker's metadata is wrong.
#include "broker/node/log_format.h"
#include "broker/node/loggers.h"
#include "broker/node/storage.h"

namespace kafka {

Result<bool> Storage::is_of_topic(const TopicPartition& partition, const Uuid& topic_id) {
  const auto there = existing_.find(partition);
  if (there == existing_.end()) {
    return true;
  }
  const Directory& directory = directories_[there->second];
  const auto id = read_partition_metadata(files_, directory.files->partition_path(partition));
  if (!id) {
    return std::unexpected(id.error());
  }
  if (!id->has_value() || **id == topic_id) {
    return true;
  }
  if (const Result<> aside = set_aside(directory, partition); !aside) {
    return std::unexpected(aside.error());
  }
  --partitions_in_[there->second];
  existing_.erase(there);
  return false;
}

Result<> Storage::set_aside(const Directory& directory, const TopicPartition& partition) {
  const Uuid unique{random_.next(), random_.next()};
  const std::string from = directory.files->partition_path(partition);
  const std::string to =
      directory.files->path() + "/" + stray_directory_name(to_string(partition), unique);
  log_warn(log_manager_logger, "{} belongs to no replica of this broker; it is set aside as {}",
           from, to);
  return files_.rename(from, to);
}

void Storage::finish_opening() {
  for (const auto& [partition, directory] : existing_) {
    if (const Result<> aside = set_aside(directories_[directory], partition); !aside) {
      log_error(log_manager_logger, "{}", aside.error().message);
    }
    --partitions_in_[directory];
  }
  existing_.clear();
  for (Directory& directory : directories_) {
    directory.recovery_points.clear();
    directory.high_watermarks.clear();
    directory.log_starts.clear();
    directory.clean_shutdown = false;  // what is opened from now on is new
  }
}

void Storage::remove_topic(std::unique_ptr<TopicReplicas> topic, int64_t now_ms) {
  for (const std::unique_ptr<Partition>& partition : topic->partitions) {
    if (partition) {
      remove_partition(*partition, now_ms);
    }
  }
}

void Storage::remove_partition(Partition& partition, int64_t now_ms) {
  if (Directory* directory = directory_of(partition)) {
    --partitions_in(*directory);
    directory->news.recovery_point_fell = true;
  }
  const Uuid unique{random_.next(), random_.next()};
  if (const Result<> removed = partition.log().remove(unique, now_ms); !removed) {
    log_error(log_manager_logger, "Cannot remove {}: {}", partition.log().directory(),
              removed.error().message);
  }
}

}  // namespace kafka
