#include "broker/core/purgatory.h"

#include <algorithm>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

namespace {
constexpr size_t sweep_min = 64;  // lists shorter than this are not swept
}

void Purgatory::park(ParkedRequest request) {
  const uint64_t id = ++last_id_;
  for (const TopicIdPartition& partition : request.waits_for) {
    watch(partition, id);
  }
  deadlines_.push_back({request.deadline_ms, id});
  std::push_heap(deadlines_.begin(), deadlines_.end());
  parked_.emplace(id, std::move(request));
  sweep_deadlines();
}

void Purgatory::watch(const TopicIdPartition& partition, uint64_t id) {
  std::vector<uint64_t>& ids = watchers_[partition];
  // Swept at powers of two, so that the cost per request stays constant.
  if (ids.size() >= sweep_min && (ids.size() & (ids.size() - 1)) == 0) {
    std::erase_if(ids, [&](uint64_t other) { return !parked_.contains(other); });
  }
  ids.push_back(id);
}

void Purgatory::sweep_deadlines() {
  if (deadlines_.size() < sweep_min || deadlines_.size() < parked_.size() * 2) {
    return;
  }
  std::erase_if(deadlines_, [&](const Deadline& entry) { return !parked_.contains(entry.id); });
  std::make_heap(deadlines_.begin(), deadlines_.end());
}

// True when the request is gone.
bool Purgatory::attempt(uint64_t id, bool expired) {
  const auto found = parked_.find(id);
  if (found == parked_.end()) {
    return true;
  }
  // Moved out: an attempt may park again or drop a connection.
  const std::function<bool(bool)> try_it = std::move(found->second.attempt);
  if (try_it(expired)) {
    parked_.erase(id);
    return true;
  }
  CHECK(!expired, "a request of connection {} outlives its deadline",
        found->second.reply_to.connection_id);
  if (const auto again = parked_.find(id); again != parked_.end()) {
    again->second.attempt = try_it;
  }
  return false;
}

void Purgatory::moved(const TopicIdPartition& partition) {
  const auto found = watchers_.find(partition);
  if (found == watchers_.end()) {
    return;
  }
  std::vector<uint64_t> ids;
  ids.swap(found->second);
  std::erase_if(ids, [&](uint64_t id) { return attempt(id, false); });
  if (ids.empty()) {
    if (const auto after = watchers_.find(partition);
        after != watchers_.end() && after->second.empty()) {
      watchers_.erase(after);
    }
    return;
  }
  std::vector<uint64_t>& left = watchers_[partition];
  left.insert(left.end(), ids.begin(), ids.end());
}

void Purgatory::expire(int64_t now_ms) {
  while (!deadlines_.empty() && deadlines_.front().at_ms <= now_ms) {
    const uint64_t id = deadlines_.front().id;
    std::pop_heap(deadlines_.begin(), deadlines_.end());
    deadlines_.pop_back();
    attempt(id, true);
  }
}

int64_t Purgatory::next_deadline_ms() {
  while (!deadlines_.empty() && !parked_.contains(deadlines_.front().id)) {
    std::pop_heap(deadlines_.begin(), deadlines_.end());
    deadlines_.pop_back();
  }
  return deadlines_.empty() ? INT64_MAX : deadlines_.front().at_ms;
}

void Purgatory::drop_connection(uint64_t connection_id) {
  std::erase_if(parked_, [&](const auto& entry) {
    return entry.second.reply_to.connection_id == connection_id;
  });
}

}  // namespace kafka
