// The learner's program in a run: started once for each act, killed and started again where a
// planned fault says so.
//
// A fault of the kinds stall and mute leaves a request without answer for ever; what it stands for
// is the death of the program at that very moment. So the grader follows the evidence file, and
// when the broker writes that such a fault fired, kills the program and starts the same act again.
#pragma once

#include <filesystem>
#include <string>

#include "labs/common/run_data.h"

namespace kraftlab {

struct ProgramPlan {
  std::filesystem::path solution;  // the folder whose `run` is started
  std::filesystem::path output;    // stdout and stderr go here; empty: ours
  std::filesystem::path evidence;  // what the broker writes
  Environment environment;         // of every start
  int time_limit_s = 60;           // of all starts together
};

Result<RunEnd> run_program(const ProgramPlan& plan, const RunData& data);

}  // namespace kraftlab
