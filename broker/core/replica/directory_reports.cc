#include "broker/core/replica/directory_reports.h"

#include <algorithm>

#include "protocol/error.h"

namespace kafka {

namespace {

bool is_settled(int16_t error_code) {
  switch (static_cast<ErrorCode>(error_code)) {
    case ErrorCode::None:
    case ErrorCode::UnknownTopicId:
    case ErrorCode::UnknownTopicOrPartition:
    case ErrorCode::NotLeaderOrFollower:
      return true;
    default:
      return false;
  }
}

}  // namespace

void DirectoryReports::note(const TopicIdPartition& replica, const Uuid& actual,
                            const Uuid& assigned) {
  if (actual == assigned) {
    pending_.erase(replica);
  } else {
    pending_[replica] = actual;
  }
}

std::optional<AssignReplicasToDirsRequest> DirectoryReports::next(int32_t broker_id,
                                                                  int64_t broker_epoch,
                                                                  int64_t now_ms) {
  if (under_way_ || pending_.empty() || now_ms < not_before_ms_) {
    return std::nullopt;
  }
  AssignReplicasToDirsRequest request;
  request.broker_id = broker_id;
  request.broker_epoch = broker_epoch;
  size_t count = 0;
  for (const auto& [replica, id] : pending_) {
    if (++count > max_per_request) {
      break;
    }
    using Directory = AssignReplicasToDirsRequest::DirectoryData;
    auto directory = std::ranges::find(request.directories, id, &Directory::id);
    if (directory == request.directories.end()) {
      request.directories.push_back({id, {}});
      directory = std::prev(request.directories.end());
    }
    if (directory->topics.empty() || directory->topics.back().topic_id != replica.topic_id) {
      directory->topics.push_back({replica.topic_id, {}});
    }
    directory->topics.back().partitions.push_back({replica.partition});
  }
  under_way_ = true;
  return request;
}

void DirectoryReports::on_response(const AssignReplicasToDirsResponse& response, int64_t now_ms) {
  if (response.error_code != 0) {
    on_failure(now_ms);
    return;
  }
  under_way_ = false;
  for (const auto& directory : response.directories) {
    for (const auto& topic : directory.topics) {
      for (const auto& partition : topic.partitions) {
        const auto said = pending_.find({topic.topic_id, partition.partition_index});
        if (said != pending_.end() && said->second == directory.id &&
            is_settled(partition.error_code)) {
          pending_.erase(said);
        }
      }
    }
  }
  not_before_ms_ = now_ms + backoff_ms;  // for what is left, or what comes meanwhile
}

void DirectoryReports::on_failure(int64_t now_ms) {
  under_way_ = false;
  not_before_ms_ = now_ms + backoff_ms;
}

int64_t DirectoryReports::next_deadline_ms() const {
  return under_way_ || pending_.empty() ? INT64_MAX : not_before_ms_;
}

}  // namespace kafka
