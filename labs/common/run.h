// One graded run: a fresh broker that records, the learner's program beside it, and the evidence
// that is left. All of a run stands in one folder, .lab/runs/ID.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "labs/common/catalog.h"
#include "labs/common/engine.h"
#include "labs/common/rule.h"

namespace kraftlab {

struct RunPlan {
  std::filesystem::path dist;      // build/kafka: the broker and the tools
  std::filesystem::path runs;      // .lab/runs
  std::filesystem::path solution;  // the folder whose `run` is started
  std::filesystem::path helpers;   // labs/common/bin: lab-cpp and lab-python, first on the PATH
  std::filesystem::path cache;     // what lab-cpp compiled
  int time_limit_s = 60;
  uint64_t seed = 0;
  std::optional<KafkaEngine> kafka;  // the run's broker is Apache Kafka; none: ours
  bool quiet = false;  // keep the program's output to the run's folder
};

// Runs the program and returns the run's id; its evidence is runs/ID/evidence. Fails only for
// trouble of ours (no broker, no disk) or when the solution has no executable `run`.
Result<std::string> run_solution(const LabCode& lab, const RunPlan& plan);

std::filesystem::path evidence_path(const std::filesystem::path& runs, const std::string& id);

}  // namespace kraftlab
