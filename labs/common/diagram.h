// The page after a PASS: the learner's own run as a drawing, made of its evidence; for the
// terminal, and as a page for a browser, which has more room.
#pragma once

#include <string>

#include "labs/common/history.h"
#include "labs/common/language.h"
#include "labs/common/verdict.h"

namespace kraftlab {

// Who asked the broker for what, and what came back: one line for each step of the run (steps.h).
std::string draw_run(const History& history);

// The same as a sequence diagram, under the verdict: HTML with the drawing in it as SVG. It needs
// nothing else: no script, no font, no network.
std::string page_of_run(const History& history, const Verdict& verdict, const Translation& words);

}  // namespace kraftlab
