// The page after a PASS: the learner's own run as a drawing for the terminal, made of its evidence.
#pragma once

#include <string>

#include "labs/common/history.h"

namespace kraftlab {

// Who asked the broker for what, and what came back: one line for each step of the run, like steps
// folded into one, faults marked. What the grader itself did before the program began is left out.
std::string draw_run(const History& history);

}  // namespace kraftlab
