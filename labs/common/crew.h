// The learner's programs in a run: started once for each act, and helped or hindered by what the
// brokers write meanwhile.
//
// One after another (`in_turn`): the next act begins when the program of the one before has ended.
// A fault of the kinds stall and mute leaves a request without answer for ever; what it stands for
// is the death of the program at that very moment. So the program is killed, and the same act
// starts again.
//
// Or together: acts are all started at once, but for those that a fault starts.
//
//   mark ... then start N     starts act N (from 1)
//   stall ..., mute ...       the program whose CLIENT_ID set it off is killed, and stays dead
//
// With a `cue` only the first act is started at once; what the cue says has to be done is done, in
// its order, each once: "act N" starts act N, other deeds are a cluster's (labs/common/cluster.h).
//
// The run ends when every program has ended (and no cue came for a while), when nothing that may
// still come can change the verdict (`settled`), or at the time limit; programs that still run are
// then asked to stop (SIGTERM) and killed if they do not.
#pragma once

#include <filesystem>
#include <functional>

#include "labs/common/history.h"
#include "labs/common/run_data.h"

namespace kraftlab {

struct ProgramPlan {
  std::filesystem::path solution;  // the folder whose `run` is started
  std::filesystem::path output;    // stdout and stderr go here; empty: ours
  std::filesystem::path evidence;  // what the broker writes
  Environment environment;         // of every start
  int time_limit_s = 60;           // of all starts together
};

struct CrewPlan {
  ProgramPlan program;
  bool in_turn = false;
  std::function<bool(const History&)> settled = nullptr;
  std::function<Result<>(const std::string& deed)> deed = nullptr;  // to the nodes of a cluster
  std::vector<std::string> (*cue)(const History& history) = nullptr;
};

Result<RunEnd> run_crew(const CrewPlan& plan, const RunData& data);

}  // namespace kraftlab
