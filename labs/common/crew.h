// The learner's programs in a run where several of them work together, or where planned faults befall
// others than the program: acts are all started at once, but for those that a fault starts.
//
//   mark ... then start N     starts act N (from 1)
//   stall ..., mute ...       the program whose CLIENT_ID set it off is killed, and stays dead
//
// With a `cue` only the first act is started at once; what the cue says has to be done is done, in its
// order, each once: "act N" starts act N, other deeds are a cluster's (labs/common/cluster.h).
//
// The run ends when every program has ended (and no cue came for a while), when nothing that may still come can change the verdict
// (`settled`), or at the time limit; programs that still run are then asked to stop (SIGTERM) and
// killed if they do not.
#pragma once

#include <functional>

#include "labs/common/history.h"
#include "labs/common/program.h"

namespace kraftlab {

struct CrewPlan {
  ProgramPlan program;
  std::function<bool(const History&)> settled;
  std::function<Result<>(const std::string& deed)> deed = nullptr;  // to the nodes of a cluster
  std::vector<std::string> (*cue)(const History& history) = nullptr;
};

Result<RunEnd> run_crew(const CrewPlan& plan, const RunData& data);

}  // namespace kraftlab
