#include "broker/core/replica/throttle.h"

#include <algorithm>
#include <charconv>

#include "broker/core/text.h"

namespace kafka {

namespace {

bool parse_int(std::string_view text, int32_t& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

}  // namespace

ThrottledReplicas ThrottledReplicas::parse(std::string_view text, int32_t broker_id) {
  ThrottledReplicas replicas;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view entry = trim(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const size_t colon = entry.find(':');
    int32_t partition = -1;
    int32_t broker = -1;
    if (entry == "*") {
      replicas.all_ = true;
    } else if (colon != entry.npos && parse_int(entry.substr(0, colon), partition) &&
               parse_int(entry.substr(colon + 1), broker) && broker == broker_id) {
      replicas.partitions_.push_back(partition);
    }
  }
  std::ranges::sort(replicas.partitions_);
  return replicas;
}

bool ThrottledReplicas::contains(int32_t partition) const {
  return all_ || std::ranges::binary_search(partitions_, partition);
}

void ReplicationQuota::record(int64_t bytes, int64_t now_ms) {
  const int64_t start = now_ms / window_ms;
  Window& window = windows_[static_cast<size_t>(start) % windows];
  if (window.start != start) {
    window = {start, 0};
  }
  window.bytes += bytes;
}

// The past ten windows and the part of the present one; less than that where nothing was measured
// yet would make the first burst look like a flood.
bool ReplicationQuota::exceeded(int64_t now_ms) const {
  if (rate_ == unlimited) {
    return false;
  }
  const int64_t present = now_ms / window_ms;
  int64_t bytes = 0;
  for (const Window& window : windows_) {
    if (window.start > present - static_cast<int64_t>(windows) && window.start <= present) {
      bytes += window.bytes;
    }
  }
  const int64_t elapsed_ms = static_cast<int64_t>(windows - 1) * window_ms + now_ms % window_ms;
  return static_cast<double>(bytes) * 1000.0 >
         static_cast<double>(rate_) * static_cast<double>(elapsed_ms);
}

}  // namespace kafka
