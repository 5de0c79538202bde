#include "broker/node/directory_driver.h"

#include <algorithm>

#include "broker/core/controller/image.h"
#include "broker/core/replica/partition.h"
#include "broker/node/node.h"
#include "broker/node/storage.h"
#include "broker/node/to_controller.h"

namespace kafka {

void DirectoryDriver::on_assigned(const Partition& replica, const Uuid& assigned) {
  const Storage::Directory* directory = storage_.directory_of(replica);
  if (storage_.directories().size() > 1 && directory != nullptr) {
    reports_.note(replica.key(), directory->properties.directory_id, assigned);
  }
}

void DirectoryDriver::finish_event() {
  if (stopped_ || reports_.size() == 0) {
    return;
  }
  const BrokerImage* self = node_.image().broker(node_.broker_id());
  if (self == nullptr || self->fenced) {
    return;  // there is news when that changes
  }
  if (const auto request = reports_.next(node_.broker_id(), self->epoch, now_ms_)) {
    send(*request);
  }
  // An answer and a timer are events: finish_event() comes after them.
  if (const int64_t next = reports_.next_deadline_ms(); next < timer_ms_) {
    timer_ms_ = std::max(next, now_ms_ + 1);
    timers_.run_at(timer_ms_, now_ms_, [this] { timer_ms_ = INT64_MAX; });
  }
}

void DirectoryDriver::send(const AssignReplicasToDirsRequest& request) {
  node_.to_controller<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse>(
      request,
      [this](const Result<AssignReplicasToDirsResponse>& answer) {
        if (answer) {
          reports_.on_response(*answer, now_ms_);
        } else {
          reports_.on_failure(now_ms_);
        }
      },
      Node::to_controller_timeout_ms, "directories");
}

}  // namespace kafka
