#include "broker/core/replica/fetch_session_client.h"

#include <utility>

#include "broker/core/replica/fetch_session_epoch.h"
#include "protocol/error.h"

namespace kafka {

void FetchSessionClient::fill(Wanted wanted, FetchRequest& request) {
  const bool full = next_epoch_ == initial_fetch_epoch;
  request.session_id = session_id_;
  request.session_epoch = next_epoch_;
  for (const auto& [key, partition] : wanted) {
    const auto known = known_.find(key);
    if (!full && known != known_.end() && known->second == partition) {
      continue;
    }
    if (request.topics.empty() || request.topics.back().topic_id != key.topic_id) {
      request.topics.emplace_back().topic_id = key.topic_id;
    }
    request.topics.back().partitions.push_back(partition);
  }
  if (!full) {
    for (const auto& [key, partition] : known_) {
      if (wanted.contains(key)) {
        continue;
      }
      auto& forgotten = request.forgotten_topics_data;
      if (forgotten.empty() || forgotten.back().topic_id != key.topic_id) {
        forgotten.emplace_back().topic_id = key.topic_id;
      }
      forgotten.back().partitions.push_back(key.partition);
    }
  }
  known_ = std::move(wanted);
}

bool FetchSessionClient::on_response(const FetchResponse& response) {
  if (response.error_code != 0) {
    if (static_cast<ErrorCode>(response.error_code) == ErrorCode::FetchSessionIdNotFound) {
      session_id_ = 0;
    }
    next_epoch_ = initial_fetch_epoch;
    return false;
  }
  if (response.session_id == 0) {  // no room for a session, or it ended
    session_id_ = 0;
    next_epoch_ = initial_fetch_epoch;
  } else {
    session_id_ = response.session_id;
    next_epoch_ = fetch_epoch_after(next_epoch_);
  }
  return true;
}

void FetchSessionClient::on_failure() {
  next_epoch_ = initial_fetch_epoch;
}

}  // namespace kafka
