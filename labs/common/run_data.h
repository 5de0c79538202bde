// RunData: what a run was about: the lab, the seed, and the random data the learner was given.
// It is made from the seed alone, written into the run's evidence, and read back for the verdict.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.h"

namespace kraftlab {

using kafka::Result;

struct RunData {
  std::string lab;  // "01"
  uint64_t seed = 0;
  std::map<std::string, std::vector<std::string>> lists;  // "cities" -> LAB_DATA/cities.txt

  // An empty list where there is none of that name.
  const std::vector<std::string>& list(const std::string& name) const;
};

// How the learner's program ended.
struct RunEnd {
  int exit_code = 0;       // 128 + signal when a signal ended it
  bool timed_out = false;  // the lab's time limit passed; the program was stopped
  int64_t duration_ms = 0;
};

std::string to_json(const RunData& data);
std::string to_json(const RunEnd& end);
Result<RunData> parse_run_data(std::string_view json);
Result<RunEnd> parse_run_end(std::string_view json);

}  // namespace kraftlab
