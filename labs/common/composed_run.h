// Runs whose broker is a learner's compose file, in a container network without Docker
// (labs/common/container.h).
#pragma once

#include "labs/common/run.h"

namespace kraftlab {

// A file that the broker does not take is the learner's to repair: it is written into the evidence,
// and the run ends without a program.
Result<RunEnd> run_composed(const RunPlan& plan, RunData data, const std::filesystem::path& folder);

}  // namespace kraftlab
