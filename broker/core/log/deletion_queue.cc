#include "broker/core/log/deletion_queue.h"

#include <algorithm>

namespace kafka {

void DeletionQueue::add(std::string path, bool is_directory, int64_t due_ms) {
  entries_.push_back({std::move(path), due_ms, is_directory});
}

Result<> DeletionQueue::run(Files& files, int64_t now_ms) {
  Result<> outcome;
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.due_ms > now_ms) {
      return false;
    }
    // Missing is as good as removed: its directory may have been deleted meanwhile.
    if (auto removed = remove_tree(files, entry.path); !removed && outcome) {
      outcome = removed;
    }
    return true;
  });
  return outcome;
}

std::optional<int64_t> DeletionQueue::next_due_ms() const {
  const auto first = std::ranges::min_element(entries_, {}, &Entry::due_ms);
  return first == entries_.end() ? std::nullopt : std::optional(first->due_ms);
}

}  // namespace kafka
