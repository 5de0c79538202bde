// DescribeLogDirs: the log directories, how large each partition in them is, and what room is left.
//
// Without topics everything is described. offset_lag is how far a replica is behind the high
// watermark; a leader never is. A directory that is offline has KAFKA_STORAGE_ERROR and nothing else.
//
//   v2  flexible    v3  a top-level error    v4  total_bytes and usable_bytes (KIP-827)
//   v5  is_cordoned (KIP-1066)
#include "protocol/api/35_describe_log_dirs.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "broker/core/replica/replica_table.h"
#include "broker/node/node.h"
#include "broker/node/storage.h"

namespace kafka {

namespace {

using DirectoryResult = DescribeLogDirsResponse::DescribeLogDirsResult;
using DescribeLogDirsTopic = DescribeLogDirsResponse::DescribeLogDirsTopic;

bool is_wanted_partition(const DescribeLogDirsRequest& message, const Partition& partition) {
  if (!message.topics) {
    return true;
  }
  return std::ranges::any_of(*message.topics, [&](const auto& topic) {
    return topic.topic == partition.topic().name &&
           std::ranges::find(topic.partitions, partition.index()) != topic.partitions.end();
  });
}

void add_room(const std::string& path, DirectoryResult& result) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(path, error);
  if (error) {
    result.error_code = static_cast<int16_t>(ErrorCode::KafkaStorageError);
    return;
  }
  result.total_bytes = static_cast<int64_t>(space.capacity);
  result.usable_bytes = static_cast<int64_t>(space.available);
}

}  // namespace

void handle_describe_log_dirs(Node& node, Request& request) {
  const auto message = node.decode_or_close<DescribeLogDirsRequest>(request);
  if (!message) {
    return;
  }
  const auto& directories = node.storage().directories();
  std::vector<std::map<std::string, DescribeLogDirsTopic>> topics(directories.size());
  node.replicas().for_each([&](Partition& partition) {
    const Storage::Directory* directory = node.storage().directory_of(partition);
    if (directory == nullptr || !is_wanted_partition(*message, partition)) {
      return;
    }
    const auto position = static_cast<size_t>(directory - directories.data());
    DescribeLogDirsTopic& topic = topics[position][partition.topic().name];
    topic.name = partition.topic().name;
    const int64_t lag =
        std::max<int64_t>(0, partition.high_watermark() - partition.log().log_end_offset());
    topic.partitions.push_back({partition.index(), partition.log().size_bytes(), lag, false});
  });
  DescribeLogDirsResponse response;
  for (size_t i = 0; i < directories.size(); ++i) {
    DirectoryResult& result = response.results.emplace_back();
    result.log_dir = std::filesystem::absolute(directories[i].files->path()).string();
    if (directories[i].offline) {
      result.error_code = static_cast<int16_t>(ErrorCode::KafkaStorageError);
      continue;
    }
    add_room(result.log_dir, result);
    for (auto& [name, topic] : topics[i]) {
      result.topics.push_back(std::move(topic));
    }
  }
  node.reply(request.reply_to, response);
}

}  // namespace kafka
