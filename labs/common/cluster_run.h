// Runs on a cluster of their own (labs/common/cluster.h). The learner's folder may hold, besides
// the program:
//
//   cluster.properties   settings for all nodes, NAME=VALUE a line
//   answers.txt          predictions, NAME=VALUE a line; they go into the evidence as they are
//
// What happens to the nodes is the lab's `cue`: from the history so far, what has to have been done
// by now. So it follows from protocol events, and each deed is written into the evidence when it is
// done.
#pragma once

#include "labs/common/rule.h"
#include "labs/common/run.h"

namespace kraftlab {

Result<RunEnd> run_beside_cluster(const RunPlan& plan, const LabCode& lab, const RunData& data,
                                  const std::filesystem::path& folder);

// "name" -> "value" of the answers in the evidence; names in lower case, values too.
std::map<std::string, std::string> answers_of(const History& history);

}  // namespace kraftlab
