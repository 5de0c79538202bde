// DeletionQueue: files and directories that have their `.deleted` or `-delete` name already and go
// after file.delete.delay.ms, so that a slow reader that holds a path can finish.
//
// What is still in the queue when the broker stops is found by its name and queued again at the
// next start.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "broker/core/env.h"

namespace kafka {

class DeletionQueue {
 public:
  void add(std::string path, bool is_directory, int64_t due_ms);
  // Removes what is due. The first failure is returned after the rest has been tried.
  Result<> run(Files& files, int64_t now_ms);
  std::optional<int64_t> next_due_ms() const;
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string path;
    int64_t due_ms = 0;
    bool is_directory = false;
  };
  std::deque<Entry> entries_;  // in no particular order: delays differ by topic
};

}  // namespace kafka
