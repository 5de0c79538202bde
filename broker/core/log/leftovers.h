// The files of a partition's directory, tidied of what a stop in the middle of something left.
//
//   .deleted                       removed; so are indexes whose .log is gone
//   .cleaned                       a cleaner that did not finish: removed, together with the .swap
//                                  files of the same or later segments, which belong to it
//   .swap                          a cleaner that had finished: put in place. It holds what is left
//                                  of several segments; the others are named in `swapped` by where
//                                  they begin and have to go
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/core/env.h"

namespace kafka {

struct SegmentFiles {
  std::vector<int64_t> logs;       // base offsets, sorted
  std::vector<int64_t> snapshots;  // offsets, sorted
  std::vector<int64_t> swapped;    // base offsets of segments that were put in place just now
  bool has_partition_metadata = false;
};

Result<SegmentFiles> tidy_directory(Files& files, const std::string& directory);

}  // namespace kafka
